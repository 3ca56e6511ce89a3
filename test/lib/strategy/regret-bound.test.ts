import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundWithin, type RegretRequest, regretBound } from "../../../lib/strategy/regret-bound.ts";
import { sobol } from "../../../lib/strategy/sobol.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";
import { gramacy } from "./outcome-problems.ts";
import { floats, request } from "./requests.ts";

const SPACE = { parameters: floats(2), constraints: [] };
const bowl = (x: number, y: number): number => (x - 0.4) ** 2 + 2 * (y - 0.7) ** 2;

/** Points of a Sobol sequence, measured. */
function measured(count: number, measure: (x: number, y: number, i: number) => number, seed = 3): Observation[] {
  const { suggestions } = sobol.propose(request(SPACE.parameters, { count, seed }));
  return suggestions.map(({ parameters }, i) => ({
    number: i + 1,
    parameters,
    values: [measure(parameters["x0"] as number, parameters["x1"] as number, i)],
  }));
}

function asked(history: readonly Observation[], rest: Partial<RegretRequest> = {}): RegretRequest {
  return { space: SPACE, objectives: [{ name: "y", goal: "minimize" }], seed: 7, batch: 1, history, ...rest };
}

const bestOf = (history: readonly Observation[]): number => Math.min(...history.map(({ values }) => values![0]!));

describe("the regret bound", () => {
  test("holds, and falls with every trial that tells something", () => {
    const history = measured(40, bowl);
    const [early, late] = [regretBound(asked(history.slice(0, 20)))!, regretBound(asked(history))!];
    expect(early).toBeGreaterThanOrEqual(bestOf(history.slice(0, 20)));
    expect(late).toBeGreaterThanOrEqual(bestOf(history));
    expect(late).toBeLessThan(early);
    expect(late).toBeLessThan(2 * bestOf(history));
  });

  test("is in the unit of the objective, whichever way that goes", () => {
    const history = measured(25, bowl);
    const bound = regretBound(asked(history))!;
    fc.assert(
      fc.property(fc.integer({ min: -30, max: 30 }), fc.boolean(), (power, maximise) => {
        const unit = (maximise ? -1 : 1) * 2 ** power;
        const objectives = [{ name: "y", goal: maximise ? "maximize" : "minimize" } as const];
        const scaled = history.map((trial) => ({ ...trial, values: [unit * trial.values![0]!] }));
        expect(regretBound(asked(scaled, { objectives }))! / 2 ** power / bound).toBeCloseTo(1, 6);
      }),
      { numRuns: 10 },
    );
  });

  test("stays above what the noise hides", () => {
    const noise = (i: number): number => 0.1 * Math.sin(1000 * i * i);
    const bound = regretBound(asked(measured(60, (x, y, i) => bowl(x, y) + noise(i))))!;
    expect(bound).toBeGreaterThan(0.05);
    expect(regretBound(asked(measured(60, bowl)))).toBeLessThan(bound / 4);
  });

  test("counts what is feasible alone", () => {
    const history = sobol
      .propose(request(gramacy.space.parameters, { count: 40, seed: 3 }))
      .suggestions.map(({ parameters }, i) => ({ number: i + 1, parameters, ...gramacy.evaluate(parameters) }));
    const feasible = history.filter(({ outcomes }) => outcomes![0]! >= 0 && outcomes![1]! <= 1.5);
    const bound = regretBound(asked(history, { space: gramacy.space, outcomes: gramacy.outcomes }))!;
    expect(bound).toBeGreaterThanOrEqual(bestOf(feasible) - gramacy.optimum);
    expect(bound).toBeLessThan(bestOf(feasible) - bestOf(history)); // what the constraints forbid is no gain
  });

  test("does not hope for the better where trials fail", () => {
    const history = measured(60, (x) => x).map(
      (trial): Observation => ((trial.parameters["x0"] as number) < 0.5 ? { ...trial, values: null } : trial),
    );
    expect(regretBound(asked(history))).toBeLessThan(0.25);
  });

  test.each<[name: string, history: readonly Observation[], rest: Partial<RegretRequest>]>([
    ["before twenty configurations were measured", measured(19, bowl), {}],
    ["of one that was measured again and again", Array(40).fill(measured(1, bowl)[0]), {}],
    ["where all values are the same", measured(30, () => 1), {}],
    [
      "while nothing is feasible",
      measured(30, bowl).map((trial) => ({ ...trial, outcomes: [2] })),
      {
        outcomes: [{ metric: "size", max: 1 }],
      },
    ],
    ["of another space", measured(30, bowl), { space: { parameters: floats(3), constraints: [] } }],
  ])("is not told %s", (_, history, rest) => {
    expect(regretBound(asked(history, rest))).toBeNull();
  });
});

describe("a bound within the tolerance", () => {
  const history = measured(40, bowl);

  test("is the one of now", () => {
    const bound = regretBound(asked(history))!;
    expect(boundWithin(0.2, asked(history))).toBe(bound);
    expect(boundWithin(bound, asked(history))).toBeNull();
  });

  test("has to have held two batches before", () => {
    const [now, before] = [regretBound(asked(history))!, regretBound(asked(history.slice(0, 24)))!];
    const tolerance = (now + before) / 2;
    expect(boundWithin(tolerance, asked(history, { batch: 1 }))).toBe(now);
    expect(boundWithin(tolerance, asked(history, { batch: 8 }))).toBeNull();
    expect(boundWithin(1, asked(history.slice(0, 25)))).toBeNull();
  });
});
