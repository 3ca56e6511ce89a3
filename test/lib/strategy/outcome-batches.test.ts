/** Outcomes in large batches, and outcomes that say little. */
import { describe, expect, it } from "vitest";
import { randomStream } from "../../../lib/random/philox.ts";
import { Purpose } from "../../../lib/random/purpose.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { ParameterValues } from "../../../lib/space/parameter.ts";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { gatherOutcomes } from "../../../lib/strategy/outcome-evidence.ts";
import { sobol } from "../../../lib/strategy/sobol.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";
import { floats, request } from "./requests.ts";

const parameters = floats(2);
const at = (values: ParameterValues): [number, number] => [values["x0"] as number, values["x1"] as number];
const distance = (a: ParameterValues, b: ParameterValues): number => {
  const [[x, y], [u, v]] = [at(a), at(b)];
  return Math.hypot(x - u, y - v);
};

type Told = Pick<Observation, "values" | "outcomes">;

/** Evenly spread trials. */
function spread(count: number, evaluate: (x: number, y: number) => Told): Observation[] {
  return sobol
    .propose(request(parameters, { count }))
    .suggestions.map(
      ({ parameters: values }, i): Observation => ({ number: i + 1, parameters: values, ...evaluate(...at(values)) }),
    );
}

function next(history: readonly Observation[], objectives: number, constrained: boolean, count: number) {
  return bayesian.propose(
    request(parameters, {
      objectives: Array.from({ length: objectives }, (_, k) => ({ name: `y${k}`, goal: "minimize" as const })),
      outcomes: constrained ? [{ metric: "size", max: 1 }] : [],
      history,
      first: history.length + 1,
      position: history.length,
      count,
    }),
  ).suggestions;
}

describe("a batch beyond the trials that are searched for one by one", () => {
  it.each([
    ["two objectives", 2, false, false],
    ["three objectives, a constraint and failures", 3, true, true],
    ["four objectives", 4, false, false],
    ["a constraint that nothing keeps", 1, true, false],
  ])(
    "has a whole decision for every trial: %s",
    (_, objectives, constrained, failing) => {
      const history = spread(20, (x, y) => {
        if (failing && x > 0.7) return { values: null };
        const values = [x + y, (1 - x) ** 2 + y, (1 - y) ** 2, (x - y) ** 2].slice(0, objectives);
        return { values, outcomes: constrained ? [objectives === 1 ? 2 + x : x + y] : [] };
      });
      const suggestions = next(history, objectives, constrained, 22);
      expect(suggestions).toHaveLength(22);
      for (const { decision } of suggestions) {
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
        for (const key of ["mean", "deviation"]) {
          const numbers = [decision[key]].flat();
          expect(numbers).toHaveLength(objectives);
          for (const number of numbers) expect(number).toSatisfy(Number.isFinite);
        }
        expect(decision["acquisition"]).toSatisfy(Number.isFinite);
        expect(decision["nearest"]).toBeGreaterThan(0);
        if (constrained || failing) expect(decision["logFeasible"]).toBeLessThanOrEqual(0);
      }
      const closest = suggestions.flatMap((a, i) =>
        suggestions.slice(0, i).map((b) => distance(a.parameters, b.parameters)),
      );
      expect(Math.min(...closest)).toBeGreaterThan(1e-4);
    },
    20_000,
  );
});

describe("failures", () => {
  it("in a region are learnt; those that happen anywhere are left out", () => {
    const space = compileSpace({ parameters, constraints: [] });
    const failed = (history: readonly Observation[]): number => {
      const objective = { name: "y", goal: "minimize" as const };
      const evidence = gatherOutcomes(space, modelCoordinates(space), [objective], () => [], history, 1);
      expect(evidence.constraints).toHaveLength(evidence.measured.includes(false) ? 1 : 0);
      return evidence.measured.filter((measured) => !measured).length;
    };
    const inRegion = spread(40, (x, y) => ({ values: x > 0.7 ? null : [x + y] }));
    expect(failed(inRegion)).toBe(inRegion.filter(({ values }) => values === null).length);
    const stream = randomStream(2, Purpose.acquisition);
    const anywhere = spread(100, (x, y) => ({ values: stream.uniform() < 0.2 ? null : [x + y] }));
    expect(anywhere.filter(({ values }) => values === null).length).toBeGreaterThan(10);
    expect(failed(anywhere)).toBe(0);
  });

  it("around the best keep further trials out of where they were", () => {
    const centre = { x0: 0.5, x1: 0.5 };
    const history: Observation[] = [];
    for (let number = 1; number <= 30; number++) {
      const [{ parameters: values }] = next(history, 1, false, 1) as [ReturnType<typeof next>[number]];
      const away = distance(values, centre);
      history.push({ number, parameters: values, values: away < 0.2 ? null : [away] });
    }
    const inside = history
      .filter(({ parameters: values }) => distance(values, centre) < 0.12)
      .map(({ number }) => number);
    expect(inside.length).toBeLessThanOrEqual(4);
    expect(Math.min(...history.map(({ values }) => values?.[0] ?? 1))).toBeLessThan(0.23);
  }, 20_000);

  it("of all trials so far keep the search spreading", () => {
    const history = spread(12, () => ({ values: null }));
    const suggestions = next(history, 1, false, 8);
    const tried = history.map(({ parameters: values }) => values);
    for (const { parameters: values } of suggestions) {
      expect(Math.min(...tried.map((other) => distance(values, other)))).toBeGreaterThan(0.03);
      tried.push(values);
    }
  });
});

it("keeps exploring where all objectives are constant", () => {
  const history = spread(12, () => ({ values: [1, 1] }));
  const suggestions = next(history, 2, false, 8);
  const tried = history.map(({ parameters: values }) => values);
  for (const { parameters: values } of suggestions) {
    expect(Math.min(...tried.map((other) => distance(values, other)))).toBeGreaterThan(0.01);
    tried.push(values);
  }
});
