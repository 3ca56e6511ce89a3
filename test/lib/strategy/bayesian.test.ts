import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { SearchSpace } from "../../../lib/space/parameter.ts";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { recommend } from "../../../lib/strategy/recommend.ts";
import { boundWithin } from "../../../lib/strategy/regret-bound.ts";
import type { Observation, ProposeRequest, Suggestion } from "../../../lib/strategy/strategy.ts";
import { mixedSpaces } from "../spaces.ts";
import { branin, network } from "./problems.ts";

function request(space: SearchSpace, changes: Partial<ProposeRequest> = {}): ProposeRequest {
  const { history = [], pending = [] } = changes;
  const made = history.length + pending.length;
  return {
    space,
    objectives: [{ name: "y", goal: "minimize" }],
    seed: 7,
    first: made + 1,
    count: 1,
    position: made,
    history,
    pending,
    budget: null,
    batch: 1,
    ...changes,
  };
}

function propose(space: SearchSpace, changes: Partial<ProposeRequest> = {}): readonly Suggestion[] {
  return bayesian.propose(request(space, changes)).suggestions;
}

/** The first n trials of a study, one after the other, with what `evaluate` makes of them. */
function trials(
  space: SearchSpace,
  n: number,
  evaluate: (suggestion: Suggestion, number: number) => number | null,
): Observation[] {
  const history: Observation[] = [];
  for (let number = 1; number <= n; number++) {
    const [suggestion] = propose(space, { history: [...history] });
    if (suggestion === undefined) break;
    const value = evaluate(suggestion, number);
    history.push({ number, parameters: suggestion.parameters, values: value === null ? null : [value] });
  }
  return history;
}

const onBranin = trials(branin.space, 8, ({ parameters }) => branin.evaluate(parameters));

describe("proposals", () => {
  it("are new configurations that satisfy the constraints, whatever the space, the results and what is pending", () => {
    fc.assert(
      fc.property(
        mixedSpaces,
        fc.array(fc.option(fc.integer({ min: -50, max: 50 })), { maxLength: 12 }),
        fc.nat(3),
        (space, values, waiting) => {
          const compiled = compileSpace(space);
          const proposed = bayesian.propose(request(space, { count: values.length + waiting }));
          const history = values.map((value, i) => ({
            number: i + 1,
            parameters: proposed.suggestions[i]!.parameters,
            values: value === null ? null : [value],
          }));
          const pending = proposed.suggestions.slice(values.length).map(({ parameters }, i) => ({
            number: values.length + i + 1,
            parameters,
          }));
          const next = propose(space, { history, pending, count: 3 });
          expect(next).toHaveLength(3);
          const all = [...history, ...pending, ...next].map(({ parameters }) => parameters);
          for (const parameters of all) {
            expect(compiled.contains(parameters)).toBe(true);
            expect(compiled.satisfies(parameters)).toBe(true);
          }
          expect(new Set(all.map((parameters) => compiled.key(parameters))).size).toBe(all.length);
        },
      ),
      { numRuns: 25 },
    );
  }, 20_000);

  it("are the same for the same request, and others for another seed", () => {
    const twice = [1, 2].map(() => JSON.stringify(propose(branin.space, { history: onBranin, count: 3 })));
    expect(twice[0]).toBe(twice[1]);
    expect(propose(branin.space, { history: onBranin, seed: 8 })).not.toEqual(
      propose(branin.space, { history: onBranin }),
    );
  });

  it("leave out what is inactive", () => {
    for (const { parameters } of trials(network.space, 12, (s) => network.evaluate(s.parameters))) {
      expect("momentum" in parameters).toBe(parameters["optimizer"] === "sgd");
    }
  });

  it("maximise what is to be maximised", () => {
    const negated = onBranin.map((trial) => ({ ...trial, values: [-trial.values![0]!] }));
    const objectives = [{ name: "y", goal: "maximize" as const }];
    expect(propose(branin.space, { history: negated, objectives })).toEqual(
      propose(branin.space, { history: onBranin }),
    );
  });
});

describe("the initial design", () => {
  it("is the same, trial by trial, however many are asked for at a time", () => {
    const together = propose(network.space, { count: 6 });
    const apart: Suggestion[] = [];
    for (let n = 1; n <= 6; n++) {
      const pending = apart.map(({ parameters }, i) => ({ number: i + 1, parameters }));
      apart.push(...propose(network.space, { pending }));
    }
    expect(apart).toEqual(together);
    expect(together.map(({ decision }) => decision["mode"])).toEqual(Array(6).fill("initial"));
  });

  it("goes on until three configurations have a value", () => {
    const failing = trials(branin.space, 9, (_, number) => (number <= 2 ? number : null));
    expect(propose(branin.space, { history: failing })[0]!.decision["mode"]).toBe("initial");
    const learning = [...failing.slice(0, 8), { ...failing[8]!, values: [1] }];
    expect(propose(branin.space, { history: learning })[0]!.decision["mode"]).not.toBe("initial");
  });
});

describe("decisions", () => {
  it("say the mode, the acquisition, what the model expects, and the nearest trial", () => {
    const { decision } = propose(branin.space, { history: onBranin })[0]!;
    expect(decision).toEqual({
      strategy: "bayesian",
      mode: "ei",
      acquisition: expect.any(Number),
      mean: expect.any(Number),
      deviation: expect.any(Number),
      nearest: expect.any(Number),
    });
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
    expect(onBranin.map(({ number }) => number)).toContain(decision["nearest"]);
  });

  it("alternate between UCB and EI alone, and explore beside pending trials", () => {
    const modes = propose(branin.space, { history: onBranin, count: 5 }).map(({ decision }) => decision["mode"]);
    expect(modes).toEqual(["ei", "explore", "ucb", "explore", "ei"]);
    const extra = { ...onBranin[0]!, number: 9, parameters: { x: 1, y: 2 } };
    expect(propose(branin.space, { history: [...onBranin, extra] })[0]!.decision["mode"]).toBe("ucb");
  });
});

it("keeps away from pending trials", () => {
  const [alone] = propose(branin.space, { history: onBranin, first: 9, position: 8 });
  const pending = [{ number: 9, parameters: alone!.parameters }];
  const [beside] = propose(branin.space, { history: onBranin, pending, first: 12, position: 11 });
  const gap = Math.hypot(
    ((beside!.parameters["x"] as number) - (alone!.parameters["x"] as number)) / 15,
    ((beside!.parameters["y"] as number) - (alone!.parameters["y"] as number)) / 15,
  );
  expect(gap).toBeGreaterThan(0.01);
});

it("fills a large batch from one pool: in turn by mode, inside the space, each apart from all others", () => {
  const batch = propose(branin.space, { history: onBranin, count: 40, first: 9, position: 8 });
  const all = [...onBranin.map(({ parameters }) => parameters), ...batch.map(({ parameters }) => parameters)];
  const points = all.map((values) => compileSpace(branin.space).encode(values));
  const gaps = points.flatMap((a, i) => points.slice(0, i).map((b) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)));
  expect(Math.min(...gaps)).toBeGreaterThan(1e-4);
  expect(all.every((values) => compileSpace(branin.space).contains(values))).toBe(true);
  expect(new Set(batch.slice(20).map(({ decision }) => decision["mode"]))).toEqual(new Set(["explore", "ei", "ucb"]));
  // What counts as explored in the pool is what the model says: the deviation at later choices is less.
  const deviations = batch
    .filter(({ decision }) => decision["mode"] === "explore")
    .map(({ decision }) => decision["deviation"] as number);
  expect(deviations.at(-1)!).toBeLessThan(deviations[0]!);
  expect(propose(branin.space, { history: onBranin, count: 40, first: 9, position: 8 })).toEqual(batch);
});

it("does not polish for ever what it knows: a second, narrow valley is found", () => {
  const space: SearchSpace = {
    parameters: [{ name: "x", type: "float", min: 0, max: 1, scale: "linear" }],
    constraints: [],
  };
  const valleys = ({ parameters }: Suggestion): number => {
    const x = parameters["x"] as number;
    return Math.min((x - 0.25) ** 2, 30 * (x - 0.83) ** 2 - 0.05);
  };
  const best = Math.min(...trials(space, 25, valleys).map(({ values }) => values![0]!));
  expect(best).toBeLessThan(-0.045);
});

it("keeps out of a region where trials fail", () => {
  // Everything with x > 3 fails, although it would be best there.
  const crash = (suggestion: Suggestion): number | null => {
    const x = suggestion.parameters["x"] as number;
    return x > 3 ? null : 10 - x;
  };
  const history = trials(branin.space, 25, crash);
  const late = history.slice(10);
  expect(late.filter(({ values }) => values === null).length).toBeLessThan(late.length / 2);
  expect(Math.min(...history.flatMap(({ values }) => values ?? []))).toBeLessThan(7.3);
});

it("uses up a finite space and then says so", () => {
  const space: SearchSpace = {
    parameters: [
      { name: "a", type: "categorical", values: ["p", "q", "r"] },
      { name: "b", type: "int", min: 1, max: 4, scale: "linear" },
    ],
    constraints: ["b != 2"],
  };
  const history = trials(space, 20, ({ parameters }) => parameters["b"] as number);
  expect(history).toHaveLength(9);
  expect(bayesian.propose(request(space, { history }))).toEqual({ suggestions: [], exhausted: true });
});

it("learns from replicates and from imports, and ignores what is no configuration", () => {
  const replicate = { ...onBranin[0]!, number: 9 };
  const foreign = { number: 10, parameters: { x: 99, y: 1 }, values: [-1000] };
  const [suggestion] = propose(branin.space, { history: [...onBranin, replicate, foreign] });
  expect(suggestion!.decision["mode"]).toBe("ei");
  expect(suggestion!.decision["nearest"]).toBeLessThan(9);
});

describe("results that no model can be fitted to", () => {
  // no result may say so: it stands for whatever else would make a matrix that has no factor
  const unfit = (of: number): Observation[] =>
    trials(branin.space, of, ({ parameters }) => branin.evaluate(parameters)).map((trial, i) => ({
      ...trial,
      ...(i === 0 ? { standardErrors: [Number.NaN] } : {}),
    }));

  it("leave an even cover of new configurations, and each decision says so", () => {
    const history = unfit(12);
    const made = propose(branin.space, { history, count: 4 });
    const fallback = expect.stringMatching(
      /^no model could be fitted: Cholesky factor of a 12 × 12 matrix: expected pivot/,
    );
    expect(made.map(({ decision }) => decision)).toEqual(
      Array(4).fill({ strategy: "bayesian", mode: "initial", fallback }),
    );
    const keys = [...history, ...made].map(({ parameters }) => JSON.stringify(parameters));
    expect(new Set(keys).size).toBe(16);
  });

  it("end no study by its regret, and leave a trial to deploy", () => {
    const history = unfit(12);
    const objectives = [{ name: "y", goal: "minimize" }] as const;
    expect(boundWithin(1e9, { space: branin.space, objectives, seed: 7, batch: 1, history: unfit(30) })).toBeNull();
    expect(history).toContainEqual(recommend(branin.space, "minimize", 7, history));
  });
});
