import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { SearchSpace } from "../../../lib/space/parameter.ts";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { evolution } from "../../../lib/strategy/evolution.ts";
import { random } from "../../../lib/strategy/random.ts";
import { sobol } from "../../../lib/strategy/sobol.ts";
import type { Observation, ProposeRequest } from "../../../lib/strategy/strategy.ts";
import { mixedSpaces } from "../spaces.ts";
import { bestFeasible, braninCurrin, covered, gramacy, isFeasible, run, zdt1 } from "./outcome-problems.ts";
import { branin } from "./problems.ts";
import { floats } from "./requests.ts";

function request(space: SearchSpace, objectives: number, changes: Partial<ProposeRequest> = {}): ProposeRequest {
  const { history = [], pending = [] } = changes;
  return {
    space,
    objectives: Array.from({ length: objectives }, (_, k) => ({
      name: `y${k}`,
      goal: k === 0 ? "minimize" : "maximize",
    })),
    seed: 7,
    first: history.length + pending.length + 1,
    count: 1,
    position: history.length + pending.length,
    history,
    pending,
    budget: null,
    batch: 1,
    ...changes,
  };
}

const square: SearchSpace = { parameters: floats(2), constraints: [] };

it.each([
  ["bayesian", bayesian],
  ["evolution", evolution],
])(
  "%s proposes new configurations that satisfy the constraints, whatever the space, the objectives and the results",
  (_, strategy) => {
    const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(1e300, -1e300, 1e-300, 1.7e308));
    const result = fc.option(
      fc.tuple(fc.array(value, { minLength: 4, maxLength: 4 }), fc.constantFrom(-1, 0, 2, -1.7e308)),
    );
    fc.assert(
      fc.property(
        mixedSpaces,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.array(result, { maxLength: 14 }),
        fc.nat(3),
        (space, objectives, constrained, results, waiting) => {
          const compiled = compileSpace(space);
          const outcomes = constrained ? [{ metric: "size", min: 0, max: 1 }] : [];
          const base = { outcomes, budget: 20 };
          const asked = strategy.propose(request(space, objectives, { ...base, count: results.length + waiting + 1 }));
          const history = results.map((told, i): Observation => {
            const { parameters } = asked.suggestions[i]!;
            if (told === null) return { number: i + 1, parameters, values: null };
            const values = told[0].slice(0, objectives);
            return { number: i + 1, parameters, values, outcomes: constrained ? [told[1]] : [] };
          });
          const pending = asked.suggestions
            .slice(results.length)
            .map(({ parameters }, i) => ({ number: results.length + i + 1, parameters }));
          const next = strategy.propose(
            request(space, objectives, { ...base, history, pending, count: 3 }),
          ).suggestions;
          expect(next).toHaveLength(3);
          const all = [...asked.suggestions, ...next].map(({ parameters }) => parameters);
          for (const parameters of all) {
            expect(compiled.contains(parameters)).toBe(true);
            expect(compiled.satisfies(parameters)).toBe(true);
          }
          expect(new Set(all.map((parameters) => compiled.key(parameters))).size).toBe(all.length);
          const again = strategy.propose(request(space, objectives, { ...base, history, pending, count: 3 }));
          expect(JSON.stringify(again.suggestions)).toBe(JSON.stringify(next));
        },
      ),
      { numRuns: 12 },
    );
  },
  30_000,
);

describe("bayesian within outcome constraints", () => {
  it("finds a feasible best near the optimum, on every seed", () => {
    for (const seed of [1, 2]) {
      const found = bestFeasible(gramacy, run(bayesian, gramacy, seed));
      expect(found - gramacy.optimum).toBeLessThan(0.01);
    }
  }, 30_000);

  it("looks for feasibility first where nothing is feasible yet", () => {
    // A small disc, far from where the objective is best.
    const size = (x: number, y: number): number => Math.hypot(x - 0.8, y - 0.85);
    const problem = {
      space: square,
      objectives: 1,
      outcomes: [{ metric: "size", max: 0.12 }],
      trials: 25,
      evaluate: (values: Observation["parameters"]) => {
        const [x, y] = [values["x0"] as number, values["x1"] as number];
        return { values: [x + y], outcomes: [size(x, y)] };
      },
    };
    const history = run(bayesian, problem, 3);
    const firstFeasible = history.findIndex((trial) => isFeasible(problem, trial));
    expect(firstFeasible).toBeGreaterThan(0);
    expect(firstFeasible).toBeLessThan(15);
    const before = bayesian.propose(
      request(square, 1, { outcomes: problem.outcomes, history: history.slice(0, firstFeasible) }),
    );
    expect(before.suggestions[0]!.decision["mode"]).toBe("feasible");
  }, 20_000);

  it("says how likely the trial is to be feasible", () => {
    const history = run(sobol, gramacy, 1, 10);
    const [suggestion] = bayesian.propose(
      request(gramacy.space, 1, { outcomes: gramacy.outcomes, history }),
    ).suggestions;
    expect(suggestion!.decision).toEqual({
      strategy: "bayesian",
      mode: "ei",
      acquisition: expect.any(Number),
      mean: expect.any(Number),
      deviation: expect.any(Number),
      logFeasible: expect.any(Number),
      nearest: expect.any(Number),
    });
    expect(suggestion!.decision["logFeasible"]).toBeLessThanOrEqual(0);
  });

  it("keeps out of a region where trials fail", () => {
    // Everything beyond x0 = 0.5 fails, although it would be best there.
    const problem = {
      space: square,
      objectives: 2,
      outcomes: [],
      trials: 26,
      evaluate: (values: Observation["parameters"]) => {
        const [x, y] = [values["x0"] as number, values["x1"] as number];
        return { values: x > 0.5 ? null : [1 - x, y + (1 - x) ** 2] };
      },
    };
    const late = run(bayesian, problem, 1).slice(12);
    expect(late.filter(({ values }) => values === null).length).toBeLessThan(late.length / 3);
  }, 20_000);
});

it("bayesian finds the optimum that is left where trials fail at the others", () => {
  const late: boolean[] = [];
  for (const seed of [1, 2]) {
    const problem = {
      space: branin.space,
      objectives: 1,
      outcomes: [],
      trials: 32,
      evaluate: (values: Observation["parameters"]) => {
        const failed = (values["x"] as number) + (values["y"] as number) > 9; // two of the three optima
        return { values: failed ? null : [branin.evaluate(values)] };
      },
    };
    const history = run(bayesian, problem, seed);
    expect(bestFeasible(problem, history) - branin.optimum).toBeLessThan(0.05);
    late.push(...history.slice(20).map(({ values }) => values === null));
  }
  expect(late.filter(Boolean).length).toBeLessThan(late.length / 2);
}, 20_000);

describe("bayesian over several objectives", () => {
  it.each([
    ["Branin-Currin", braninCurrin],
    ["ZDT1", zdt1],
  ])(
    "covers more of %s than random and even search",
    (_, problem) => {
      const found = covered(problem.reference, run(bayesian, problem, 1));
      for (const other of [random, sobol]) {
        expect(found).toBeGreaterThan(1.1 * covered(problem.reference, run(other, problem, 1)));
      }
    },
    30_000,
  );

  it("scalarises from four objectives on, with other weights for every trial", () => {
    const history = run(sobol, { ...zdt1, objectives: 4, evaluate: four }, 1, 12);
    const { suggestions } = bayesian.propose(request(zdt1.space, 4, { history, count: 2 }));
    const [first, second] = suggestions;
    expect(first!.decision["mode"]).toBe("ucb");
    expect(first!.decision["mean"]).toHaveLength(4);
    expect(second!.parameters).not.toEqual(first!.parameters);
  });

  it("uses up a finite space, the best first, and then says so", () => {
    const space: SearchSpace = {
      parameters: [
        { name: "a", type: "int", min: 0, max: 5, scale: "linear" },
        { name: "b", type: "int", min: 0, max: 3, scale: "linear" },
      ],
      constraints: ["a + b != 4"],
    };
    const evaluate = (values: Observation["parameters"]): Pick<Observation, "values"> => {
      const [a, b] = [values["a"] as number, values["b"] as number];
      return { values: [a + b * b, (5 - a) ** 2 + b] };
    };
    const problem = { space, objectives: 2, outcomes: [], trials: 20, evaluate };
    const history = run(bayesian, problem, 1);
    const optimal = history.filter(({ parameters }) => parameters["b"] === 0).map(({ number }) => number);
    expect(Math.max(...optimal)).toBeLessThan(14);
    const minimised = { objectives: ["y", "z"].map((name) => ({ name, goal: "minimize" as const })) };
    const answer = bayesian.propose(request(space, 2, { ...minimised, history }));
    expect(answer).toEqual({ suggestions: [], exhausted: true });
  });

  it("spreads the trials that run at a time", () => {
    const history = run(sobol, braninCurrin, 1, 10);
    const { suggestions } = bayesian.propose(request(braninCurrin.space, 2, { history, count: 4 }));
    const points = suggestions.map(({ parameters }) => [parameters["x"] as number, parameters["y"] as number]);
    for (const [i, [x, y]] of points.entries()) {
      for (const [u, v] of points.slice(0, i)) expect(Math.hypot(x! - u!, y! - v!)).toBeGreaterThan(0.01);
    }
  });
});

function four(values: Observation["parameters"]): Pick<Observation, "values"> {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => values[name] as number);
  return { values: [a!, b! + (1 - a!) ** 2, c! + (a! - b!) ** 2, d! + (1 - c!) ** 2] };
}
