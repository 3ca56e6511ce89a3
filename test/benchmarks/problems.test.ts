import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../benchmarks/problems/catalogue.ts";
import { type Problem, toParameters } from "../../benchmarks/problems/problem.ts";
import { rotation } from "../../benchmarks/problems/rotation.ts";
import { hypervolume } from "../../benchmarks/runner/hypervolume.ts";
import { randomStream } from "../../lib/random/philox.ts";
import { compileSpace } from "../../lib/space/codec.ts";
import type { ParameterValues } from "../../lib/space/parameter.ts";

const named = (name: string): Problem => CATALOGUE.find((problem) => problem.name === name)!;
const withValue = CATALOGUE.filter(({ optimum }) => optimum.kind === "value");
const withFront = CATALOGUE.filter(({ optimum }) => optimum.kind === "front");

const isFeasible = ({ outcomes }: Problem, measured: readonly number[]): boolean =>
  outcomes.every(
    ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }, i) =>
      measured[i]! >= min && measured[i]! <= max,
  );

/** Uniform points, and points about each of the places: steps of 0.3 down to 10⁻⁷ along all axes, or along one. */
function probes(problem: Problem, places: readonly ParameterValues[], count: number): ParameterValues[] {
  const space = compileSpace(problem.space);
  const d = problem.space.parameters.length;
  const stream = randomStream(7, 2000);
  const clip = (u: number): number => Math.min(1, Math.max(0, u));
  const uniform = Array.from({ length: count }, () => new Float64Array(d).map(() => stream.uniform()));
  const local = places.flatMap((place) => {
    const centre = space.encode(place);
    return Array.from({ length: count }, () => {
      const step = 0.3 * 10 ** (-6.5 * stream.uniform());
      const only = stream.uniform() < 0.5 ? stream.int(d) : -1;
      return centre.map((u, k) => (only < 0 || only === k ? clip(u + step * stream.normal()) : u));
    });
  });
  return [...uniform, ...local].map((point) => space.decode(point));
}

describe.each(withValue)("$name", (problem) => {
  const { optimum } = problem;
  if (optimum.kind !== "value") throw new Error("expected one objective");
  const scale = Math.max(1, Math.abs(optimum.value));

  it("has its value at its places, which are feasible points of its space", () => {
    expect(optimum.places.length).toBeGreaterThan(0);
    for (const place of optimum.places) {
      const { values, outcomes } = problem.evaluate(place);
      expect(Math.abs(values[0]! - optimum.value)).toBeLessThan(1e-9 * scale);
      expect(isFeasible(problem, outcomes)).toBe(true);
      expect(compileSpace(problem.space).contains(place)).toBe(true);
    }
  });

  it("is nowhere better", () => {
    const least = probes(problem, optimum.places, problem.space.parameters.length < 50 ? 4000 : 100)
      .map((parameters) => problem.evaluate(parameters))
      .filter(({ outcomes }) => isFeasible(problem, outcomes))
      .reduce((a, { values }) => Math.min(a, values[0]!), Number.POSITIVE_INFINITY);
    expect(least).toBeGreaterThan(optimum.value - 1e-9 * scale);
  });
});

describe("fronts", () => {
  it.each(withFront)("no points of $name dominate more than its hypervolume", (problem) => {
    const { optimum } = problem;
    if (optimum.kind !== "front") throw new Error("expected several objectives");
    const points = probes(problem, [], 2000).map((parameters) => problem.evaluate(parameters).values);
    expect(hypervolume(points, optimum.reference)).toBeLessThan(optimum.hypervolume);
  });

  const grid = Array.from({ length: 40 }, (_, i) => i / 39);
  it.each([
    ["zdt1", grid.map((t) => [t * t, 0, 0, 0, 0, 0]), 0.02],
    ["dtlz2", grid.flatMap((a) => grid.map((b) => [a, b, 0.5, 0.5, 0.5, 0.5])), 0.05],
  ])("points all over the front of %s dominate almost all of it", (name, points, gap) => {
    const { optimum, evaluate } = named(name);
    if (optimum.kind !== "front") throw new Error("expected several objectives");
    const dominated = hypervolume(
      points.map((x) => evaluate(toParameters(x)).values),
      optimum.reference,
    );
    expect(optimum.hypervolume - dominated).toBeGreaterThan(0);
    expect(optimum.hypervolume - dominated).toBeLessThan(gap);
  });

  it("a fine grid dominates almost all of branin-currin", () => {
    const { optimum, evaluate } = named("branin-currin");
    if (optimum.kind !== "front") throw new Error("expected several objectives");
    const axis = Array.from({ length: 401 }, (_, i) => i / 400);
    const points = axis.flatMap((x) => axis.map((y) => evaluate({ x1: x, x2: y }).values));
    // Only the undominated ones, by their first objective: the boxes of the others would take minutes.
    let least = Number.POSITIVE_INFINITY;
    const front = points
      .toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)
      .filter(([, second = 0]) => {
        const better = second < least;
        least = Math.min(least, second);
        return better;
      });
    const dominated = hypervolume(front, optimum.reference);
    expect(dominated).toBeLessThan(optimum.hypervolume);
    expect(dominated).toBeGreaterThan(0.98 * optimum.hypervolume);
  });
});

it("every problem has a name and says where it is from", () => {
  expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  expect(CATALOGUE.filter(({ source }) => source.length < 10)).toEqual([]);
});

it("a rotation keeps lengths and angles", () => {
  const rotate = rotation(7, 3);
  const stream = randomStream(1, 2001);
  const [a, b] = [0, 1].map(() => Array.from({ length: 7 }, () => stream.normal()));
  const inner = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, k) => sum + v * y[k]!, 0);
  expect(inner(rotate(a!), rotate(b!))).toBeCloseTo(inner(a!, b!), 12);
  expect(inner(rotate(a!), rotate(a!))).toBeCloseTo(inner(a!, a!), 12);
});
