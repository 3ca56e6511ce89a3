import { describe, expect, it } from "vitest";
import { evolution } from "../../../lib/strategy/evolution.ts";
import { random } from "../../../lib/strategy/random.ts";
import { type Ranked, selectBest } from "../../../lib/strategy/ranking.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";
import { bestFeasible, braninCurrin, covered, gramacy, run, zdt1 } from "./outcome-problems.ts";
import { bestFound, branin, network } from "./problems.ts";
import { floats, ints, propose, request } from "./requests.ts";

describe("the order of selection", () => {
  const ranked = (costs: readonly (readonly number[])[], violations: readonly number[] = []): Ranked[] =>
    costs.map((vector, i) => ({ number: i + 1, costs: vector, violation: violations[i] ?? 0 }));
  const numbers = (trials: readonly Ranked[], count = trials.length): number[] =>
    selectBest(trials, count).map(({ number }) => number);

  it("is front after front", () => {
    const trials = ranked([
      [3, 3],
      [1, 2],
      [2, 2],
      [2, 1],
    ]);
    expect(numbers(trials)).toEqual([2, 4, 3, 1]);
    expect(numbers(trials, 3)).toEqual([2, 4, 3]);
  });

  it("is by crowding within a front: the ends, then the widest gaps", () => {
    const trials = ranked([
      [0, 10],
      [1, 9],
      [1.5, 8.5],
      [6, 4],
      [10, 0],
    ]);
    expect(numbers(trials)).toEqual([1, 5, 4, 3, 2]);
  });

  it("puts what breaks constraints last, the least broken first", () => {
    expect(numbers(ranked([[1], [2], [3], [0]], [0.5, 0, 0.1, 0.5]))).toEqual([2, 3, 1, 4]);
  });

  it("keeps equal trials, in order of number", () => {
    expect(
      numbers(
        ranked(
          [
            [1, 1],
            [1, 1],
            [1, 1],
          ],
          [],
        ),
      ),
    ).toEqual([1, 2, 3]);
  });
});

describe("evolution", () => {
  it("begins with the defaults and an even cover, then breeds from the best", () => {
    const all = propose(evolution, request(floats(3), { budget: 40 }), 14, 1);
    expect(all[0]!.parameters).toEqual({ x0: 0.5, x1: 0.5, x2: 0.5 });
    expect(all.map(({ decision }) => decision["mode"])).toEqual([
      ...Array(8).fill("initial"),
      ...Array(6).fill("child"),
    ]);
    for (const { decision } of all.slice(8)) {
      for (const parent of decision["parents"] as number[]) expect(parent).toBeLessThanOrEqual(8); // values grow
    }
  });

  it("waits for no generation: pending trials count as begun, and need not end", () => {
    const history = propose(evolution, request(floats(3), { budget: 40 }), 5, 1).map(
      ({ parameters }, i): Observation => ({ number: i + 1, parameters, values: [i] }),
    );
    const pending = [6, 7, 8].map((number) => ({ number, parameters: { x0: number / 10, x1: 0.1, x2: 0.1 } }));
    const base = { budget: 40, history, pending, first: 9, position: 8, count: 3 };
    const modes = evolution.propose(request(floats(3), base)).suggestions.map(({ decision }) => decision["mode"]);
    expect(modes).toEqual(["child", "child", "child"]);
  });

  it("has no parents while trials fail", () => {
    const history = Array.from(
      { length: 12 },
      (_, i): Observation => ({ number: i + 1, parameters: { x0: i / 12, x1: 0.3 }, values: null }),
    );
    const { suggestions } = evolution.propose(request(floats(2), { history, first: 13, position: 12, budget: 20 }));
    expect(suggestions[0]!.decision["mode"]).toBe("initial");
  });

  it("uses up a finite space and then says so", () => {
    const all = propose(evolution, request(ints(2, 3), { budget: 30 }), 30, 1);
    expect(all).toHaveLength(16);
    expect(new Set(all.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(16);
  });

  it("leaves out what is inactive, and gives a value to what becomes active", () => {
    const history: Observation[] = [];
    for (let n = 1; n <= 40; n++) {
      const { suggestions } = evolution.propose(
        request(network.space.parameters, { history: [...history], first: n, position: n - 1, budget: 40 }),
      );
      const { parameters } = suggestions[0]!;
      expect("momentum" in parameters).toBe(parameters["optimizer"] === "sgd");
      history.push({ number: n, parameters, values: [network.evaluate(parameters)] });
    }
  });

  it.each([
    ["Branin", branin],
    ["a network", network],
  ])("finds better values of %s than random search, for one objective", (_, problem) => {
    const mean = (strategy: typeof random): number =>
      [1, 2, 3].reduce((sum, seed) => sum + bestFound(strategy, { ...problem, trials: 100 }, seed), 0);
    expect(mean(evolution)).toBeLessThan(mean(random));
  });

  it.each([
    ["Branin-Currin", braninCurrin],
    ["ZDT1", zdt1],
  ])("covers more of %s than random search", (_, problem) => {
    const mean = (strategy: typeof random): number =>
      [1, 2, 3].reduce((sum, seed) => sum + covered(problem.reference, run(strategy, problem, seed, 100)), 0);
    expect(mean(evolution)).toBeGreaterThan(1.05 * mean(random));
  });

  it("finds a feasible best", () => {
    for (const seed of [1, 2, 3]) {
      expect(bestFeasible(gramacy, run(evolution, gramacy, seed, 100)) - gramacy.optimum).toBeLessThan(0.15);
    }
  });
});
