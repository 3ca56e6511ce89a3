import { describe, expect, test } from "vitest";
import { Distribution } from "../../../lib/cma/distribution.ts";
import { defaultSize } from "../../../lib/cma/parameters.ts";
import { randomStream } from "../../../lib/random/philox.ts";

interface Run {
  readonly d: number;
  readonly size?: number;
  readonly separable?: boolean;
  readonly seed?: number;
  readonly mean?: number;
  readonly step?: number;
  readonly most: number;
  readonly target: number;
}

/** Evaluations until the target is reached, without bounds. */
function evaluations(
  f: (x: Float64Array) => number,
  { d, size = defaultSize(d), separable = false, seed = 1, mean = 3, step = 1, most, target }: Run,
): number {
  const distribution = new Distribution({ mean: new Float64Array(d).fill(mean), step, size, separable });
  const stream = randomStream(seed, 0);
  for (let count = 0; count < most; ) {
    const points = Array.from({ length: size }, () => {
      const x = distribution.point(Float64Array.from({ length: d }, () => stream.normal()));
      return { x, value: f(x) };
    }).sort((a, b) => a.value - b.value);
    count += size;
    if (points[0]!.value <= target) return count;
    distribution.learn(points.map(({ x }) => x));
  }
  return Number.POSITIVE_INFINITY;
}

const sphere = (x: Float64Array): number => x.reduce((sum, u) => sum + u * u, 0);
const rosenbrock = (x: Float64Array): number =>
  x.reduce((sum, u, k) => (k === 0 ? 0 : sum + 100 * (x[k - 1]! ** 2 - u) ** 2 + (x[k - 1]! - 1) ** 2), 0);
const ellipsoid = (x: Float64Array): number =>
  x.reduce((sum, u, k) => sum + 10 ** ((6 * k) / (x.length - 1)) * u * u, 0);

describe("CMA-ES", () => {
  test.each([1, 2, 3])("solves a sphere in 10 parameters to 1e-10, seed %i", (seed) => {
    expect(evaluations(sphere, { d: 10, seed, most: 3000, target: 1e-10 })).toBeLessThanOrEqual(2200);
  });

  test.each([1, 2, 3])("solves Rosenbrock's function in 8 parameters, seed %i", (seed) => {
    expect(
      evaluations(rosenbrock, { d: 8, seed, mean: 0.1, step: 0.2, most: 10_000, target: 1e-10 }),
    ).toBeLessThanOrEqual(8000);
  });

  test("learns variances alone many times as fast, where they are all there is to learn", () => {
    const run = { d: 20, most: 20_000, target: 1e-8 };
    const full = evaluations(ellipsoid, run);
    const separable = evaluations(ellipsoid, { ...run, separable: true });
    expect(separable).toBeLessThan(full / 2);
  });

  test("does the same whatever a monotone function makes of the values", () => {
    const run = { d: 5, most: 2000 };
    expect(evaluations((x) => Math.sqrt(sphere(x)) - 7, { ...run, target: 1e-4 - 7 })).toBe(
      evaluations(sphere, { ...run, target: 1e-8 }),
    );
  });

  test("is not thrown off by a point from far away", () => {
    const distribution = new Distribution({ mean: new Float64Array(3), step: 0.1, size: 7, separable: false });
    const near = Array.from({ length: 6 }, (_, i) => Float64Array.from([0.1 * (i - 3), 0.05, -0.05 * i]));
    distribution.learn([Float64Array.from([1e6, 0, 0]), ...near]);
    expect(distribution.mean[0]).toBeLessThan(0.5);
    expect(distribution.stepSize).toBeLessThan(1);
  });

  test("learns nothing of a direction from a point at the mean", () => {
    const distribution = new Distribution({ mean: new Float64Array(2), step: 1, size: 2, separable: false });
    distribution.learn([Float64Array.from([1, 0]), new Float64Array(2)]);
    expect([...distribution.deviations()].every(Number.isFinite)).toBe(true);
  });

  test.each([false, true])("keeps deviations within limits, separable: %s", (separable) => {
    const distribution = new Distribution({ mean: new Float64Array(3), step: 0.5, size: 7, separable });
    distribution.widen(Float64Array.from([0, 2, 0]));
    expect([...distribution.deviations()]).toEqual([0.5, 2, 0.5]);
    distribution.limit(1);
    expect(Math.max(...distribution.deviations())).toBeCloseTo(1, 12);
  });
});
