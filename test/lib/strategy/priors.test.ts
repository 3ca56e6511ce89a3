import { describe, expect, it } from "vitest";
import { logOptimumPrior } from "../../../lib/acquisition/optimum-prior.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { priorWeight } from "../../../lib/strategy/prior-weight.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";
import { bestFound, hartmann6, type Problem } from "./problems.ts";
import { propose, request } from "./requests.ts";

const x: Parameter = { name: "x", type: "float", min: 0, max: 1, scale: "linear", prior: [0.7, 0.9] };

/** Hartmann's minimum, and its prior: a fifth of each range, about a place. */
const MINIMUM = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573];
function about(place: readonly number[], trials: number): Problem {
  const parameters = hartmann6.space.parameters.map((parameter, k) => ({
    ...(parameter as Extract<Parameter, { type: "float" }>),
    prior: [Math.max(0, place[k]! - 0.1), Math.min(1, place[k]! + 0.1)] as const,
  }));
  return { ...hartmann6, trials, space: { parameters, constraints: [] } };
}

describe("the first trials", () => {
  it("begin where the best is expected, and draw every other one from the prior", () => {
    const points = propose(bayesian, request([x, { ...x, name: "y" }], { budget: 200 }), 4, 4).map(
      ({ parameters }) => parameters,
    );
    expect(points[0]!["x"]).toBeCloseTo(0.8, 12);
    const drawn = Array.from({ length: 24 }, (_, i) => {
      const { suggestions } = bayesian.propose(request([x], { position: i + 1, first: i + 2 }));
      return suggestions[0]!.parameters["x"] as number;
    });
    const near = (values: readonly number[]): number => values.filter((v) => v > 0.65 && v < 0.95).length;
    expect(near(drawn.filter((_, i) => i % 2 === 1))).toBeGreaterThan(9);
    expect(near(drawn.filter((_, i) => i % 2 === 0))).toBeLessThan(7);
  });
});

describe("the weight of a prior", () => {
  const space = compileSpace({ parameters: [x], constraints: [] });
  const coordinates = modelCoordinates(space);
  const prior = logOptimumPrior(space)!;
  const results = (count: number, value: (x: number) => number | null): Observation[] =>
    Array.from({ length: count }, (_, i) => {
      const y = value((i + 0.5) / count);
      return { number: i + 1, parameters: { x: (i + 0.5) / count }, values: y === null ? null : [y] };
    });
  const weight = (history: Observation[], budget: number | null = null): number =>
    priorWeight(space, coordinates, prior, request([x], { history, budget }));

  it("falls with the trials, from a tenth of the budget", () => {
    const agreeing = (u: number): number => Math.abs(u - 0.8);
    expect(weight(results(10, agreeing), 50)).toBe(0.5);
    expect(weight(results(40, agreeing), 50)).toBe(0.125);
    expect(weight(results(10, agreeing))).toBe(1);
  });

  it("is nothing while the results contradict", () => {
    const contradicting = (u: number): number => -Math.abs(u - 0.8);
    expect(weight(results(4, contradicting))).toBeGreaterThan(0);
    expect(weight(results(5, contradicting))).toBe(0);
    expect(weight(results(20, (u) => (u > 0.5 ? null : 1)))).toBe(0);
    expect(weight(results(20, () => 1))).toBeGreaterThan(0);
  });
});

it("asks nothing of a parameter that is inactive", () => {
  const kind: Parameter = { name: "kind", type: "categorical", values: ["plain", "tuned"] };
  const space = compileSpace({ parameters: [kind, { ...x, when: { kind: ["tuned"] } }], constraints: [] });
  const prior = logOptimumPrior(space)!;
  const gradient = new Float64Array(2);
  expect(prior.value(Float64Array.of(0.25, 0.5))).toBe(0);
  expect(prior.valueAndGradient(Float64Array.of(0.25, 0.5), gradient)).toBe(0);
  expect([...gradient]).toEqual([0, 0]);
  expect(prior.value(Float64Array.of(0.75, 0.5))).toBeLessThan(-5);
  expect(prior.value(Float64Array.of(0.75, 0.8))).toBeCloseTo(0, 12);
});

it("saves trials where it is right", () => {
  const early = { ...hartmann6, trials: 12 };
  expect(bestFound(bayesian, about(MINIMUM, 12), 1)).toBeLessThan(bestFound(bayesian, early, 1) - 0.5);
});
