import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { AUTO_TABLE, auto } from "../../../lib/strategy/auto.ts";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import type { Observation, ProposeRequest } from "../../../lib/strategy/strategy.ts";
import { studyKeys } from "../../../lib/study/schema.ts";
import { floats, propose, request } from "./requests.ts";

const page = readFileSync(new URL("../../../docs/strategies.md", import.meta.url), "utf8");

/** The cells of the table that follows a heading, without its head. */
function tableAfter(heading: string): string[][] {
  const [, part = ""] = page.split(`## ${heading}\n`);
  const [, ...rows] = [...part.split("\n## ")[0]!.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split(" | "));
  return rows.slice(1);
}

const chosen = (parameters: readonly Parameter[], rest: Partial<ProposeRequest>): string =>
  AUTO_TABLE.find(({ holds }) => holds(request(parameters, rest)))!.strategy.name;

describe("docs/strategies.md", () => {
  it("has the table by which auto chooses", () => {
    expect(tableAfter("What `auto` chooses")).toEqual(
      AUTO_TABLE.map(({ when, strategy, reason }) => [when, `\`${strategy.name}\``, reason]),
    );
  });

  it.each(["Which to use", "What the decision of a trial says"])("has every strategy in: %s", (heading) => {
    const names = tableAfter(heading).map(([name = ""]) => name.replaceAll("`", ""));
    const all = ["auto", "bayesian", "random", "grid", "sobol", "evolution", "cmaes", "manual"];
    for (const name of all) expect(studyKeys.strategy.safeParse(name).success).toBe(true);
    expect(names.sort()).toEqual(all.filter((name) => name !== "auto" || heading === "Which to use").sort());
  });
});

describe("auto", () => {
  const kind: Parameter = { name: "kind", type: "categorical", values: ["a", "b", "c"] };
  const goals = ["y", "z"].map((name) => ({ name, goal: "minimize" as const }));

  it.each<[string, readonly Parameter[], Partial<ProposeRequest>]>([
    ["bayesian", floats(2), { first: 1, budget: 50 }],
    ["bayesian", floats(2), { first: 1, count: 60, batch: 60, budget: 100 }],
    ["bayesian", floats(1000), { first: 1, budget: 200 }],
    ["bayesian", floats(2), { first: 1000, budget: 2000 }],
    ["cmaes", floats(2), { first: 1001, budget: 2000 }],
    ["bayesian", floats(2), { first: 1001, budget: 1999 }],
    ["bayesian", floats(2), { first: 1001, budget: null }],
    ["bayesian", [...floats(2), kind], { first: 1001, budget: 2000 }],
    ["bayesian", floats(2), { first: 1001, budget: 2000, objectives: goals }],
  ])("is %s in such a study", (name, parameters, rest) => {
    expect(chosen(parameters, rest)).toBe(name);
  });

  it("decides as what it chose does, and says why", () => {
    const base = request(floats(2), { budget: 20 });
    const plain = propose(bayesian, base, 8, 1);
    expect(propose(auto, base, 8, 1)).toEqual(
      plain.map(({ parameters, decision }) => ({ parameters, decision: { ...decision, auto: "every result counts" } })),
    );
  });

  it("hands all that was tried to cmaes, which goes on from the best of it", () => {
    const all = propose(bayesian, request(floats(3), { budget: 3000 }), 4, 1).map(({ parameters }) => parameters);
    // A search that has come from everywhere to (0.8, 0.8, 0.8).
    const history = Array.from({ length: 1000 }, (_, i): Observation => {
      const spread = 0.7 * (1 - i / 1000);
      const parameters = Object.fromEntries(
        [0, 1, 2].map((k) => [`x${k}`, 0.8 - spread * (((i * (k + 3) * 0.6180339887) % 1) - 0.2)]),
      );
      const x = Object.values(i < all.length ? all[i]! : parameters) as number[];
      const values = [x.reduce((sum, u) => sum + (u - 0.8) ** 2, 0)];
      return { number: i + 1, parameters: i < all.length ? all[i]! : parameters, values };
    });
    const { suggestions } = auto.propose(
      request(floats(3), { history, first: 1001, position: 1000, budget: 3000, count: 7, batch: 7 }),
    );
    for (const { parameters, decision } of suggestions) {
      expect(decision).toMatchObject({ strategy: "cmaes", auto: "many numeric trials" });
      for (const u of Object.values(parameters)) expect(Math.abs((u as number) - 0.8)).toBeLessThan(0.2);
    }
  });

  it("says little, for every trial keeps it", () => {
    for (const { reason } of AUTO_TABLE) expect(reason.length).toBeLessThan(32);
  });
});
