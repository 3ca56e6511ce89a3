import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sobolSequence } from "../../../lib/random/sobol.ts";
import reference from "./reference/sobol.json" with { type: "json" };

describe("sobolSequence without a seed", () => {
  it("gives the first eight points of Joe and Kuo in five dimensions", () => {
    const point = sobolSequence(5, null);
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => Array.from(point(i)));
    expect(points).toEqual([
      [0, 0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ]);
  });

  it("agrees with SciPy up to dimension 1024", () => {
    const point = sobolSequence(1024, null);
    const values = reference.map(({ index, dimension }) => point(index)[dimension - 1]);
    expect(values).toEqual(reference.map(({ value }) => value));
  });

  it("reaches the last index, and a different point at each of the neighbours", () => {
    const point = sobolSequence(3, null);
    const last = Array.from(point(2 ** 32 - 1));
    expect(last.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(last).not.toEqual(Array.from(point(2 ** 32 - 2)));
  });

  it("writes into the array that it is given", () => {
    const out = new Float64Array(2);
    expect(sobolSequence(2, null)(1, out)).toBe(out);
    expect(Array.from(out)).toEqual([0.5, 0.5]);
  });

  it.each([0, 1025, 1.5, Number.NaN])("refuses %d dimensions", (dimension) => {
    expect(() => sobolSequence(dimension, null)).toThrow(/expected 1 to 1024 dimensions/);
  });

  it.each([-1, 2 ** 32, 0.5])("refuses the index %d", (index) => {
    expect(() => sobolSequence(1, null)(index)).toThrow(/expected an index/);
  });
});

describe("sobolSequence with a seed", () => {
  it("is the same for the same seed and differs for others, the seed's high word included", () => {
    const at = (seed: number): number[] => Array.from(sobolSequence(4, seed)(9));
    expect(at(3)).toEqual(at(3));
    expect(at(4)).not.toEqual(at(3));
    expect(at(3 + 2 ** 32)).not.toEqual(at(3));
  });

  it("keeps a dimension's numbers when dimensions are added", () => {
    expect(Array.from(sobolSequence(8, 5)(6).subarray(0, 3))).toEqual(Array.from(sobolSequence(3, 5)(6)));
  });

  it("keeps each of the 1024 dimensions stratified: 256 points, one in each interval of 1/256", () => {
    const point = sobolSequence(1024, 1);
    const seen = Array.from({ length: 1024 }, () => new Set<number>());
    for (let i = 0; i < 256; i++) for (const [k, x] of point(i).entries()) seen[k]!.add(Math.floor(x * 256));
    expect(seen.every((cells) => cells.size === 256)).toBe(true);
  });

  it("keeps the net property: in two dimensions every elementary interval of volume 2^-m holds one of 2^m points", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 8 }), (seed, block, m) => {
        const counts = elementaryCounts(sobolSequence(2, seed), block, m, m);
        expect(counts.every((count) => count === 1)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the quality t of the plain sequence in dimensions 3, 4 and 5", () => {
    for (const dimension of [3, 4, 5]) {
      const m = 8;
      const t = [...Array(m + 1).keys()].find((t) => isNet(sobolSequence(dimension, null), dimension, t, m));
      expect(t).toBeLessThan(m);
      for (const seed of [1, 2, 3]) expect(isNet(sobolSequence(dimension, seed), dimension, t!, m)).toBe(true);
    }
  });

  it("is uniform over seeds: the first point, which is the origin when plain", () => {
    const n = 4000;
    let sum = 0;
    let square = 0;
    for (let seed = 0; seed < n; seed++) {
      const x = sobolSequence(1, seed)(0)[0]!;
      sum += x - 0.5;
      square += (x - 0.5) ** 2 - 1 / 12;
    }
    expect(Math.abs(sum / n)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(square / n)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  });

  it("integrates a smooth function better than the plain Monte Carlo rate", () => {
    const n = 1024;
    const errors = [1, 2, 3, 4, 5].map((seed) => {
      const point = sobolSequence(4, seed);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += point(i).reduce((product, x) => product * (1 + (x - 0.5)), 1);
      return Math.abs(sum / n - 1);
    });
    expect(Math.max(...errors)).toBeLessThan(0.002); // a tenth of the standard error of 1024 independent points
  });
});

type Point = (index: number) => Float64Array;

/** Counts of 2^m points of a block in the elementary intervals of volume 2^-resolution, over all their shapes in 2-D. */
function elementaryCounts(point: Point, block: number, m: number, resolution: number): number[] {
  const counts: number[] = [];
  for (let a = 0; a <= resolution; a++) counts.push(...shapeCounts(point, block, m, [a, resolution - a]));
  return counts;
}

function shapeCounts(point: Point, block: number, m: number, shape: readonly number[]): number[] {
  const counts = new Array<number>(2 ** shape.reduce((sum, bits) => sum + bits, 0)).fill(0);
  for (let i = block * 2 ** m; i < (block + 1) * 2 ** m; i++) {
    const x = point(i);
    counts[shape.reduce((cell, bits, k) => cell * 2 ** bits + Math.floor(x[k]! * 2 ** bits), 0)]!++;
  }
  return counts;
}

/** Is each elementary interval of volume 2^(t-m) met by exactly 2^t of the first 2^m points? */
function isNet(point: Point, dimension: number, t: number, m: number): boolean {
  return compositions(m - t, dimension).every((shape) =>
    shapeCounts(point, 0, m, shape).every((count) => count === 2 ** t),
  );
}

/** All ways to write `total` as a sum of `parts` natural numbers. */
function compositions(total: number, parts: number): number[][] {
  if (parts === 1) return [[total]];
  return [...Array(total + 1).keys()].flatMap((first) =>
    compositions(total - first, parts - 1).map((rest) => [first, ...rest]),
  );
}
