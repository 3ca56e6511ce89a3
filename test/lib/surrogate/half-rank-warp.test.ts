import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillInfeasible, halfRank, logWarp, standardise, warpOutputs } from "../../../lib/surrogate/half-rank-warp.ts";

const outlier = Float64Array.from([-1e6, -5, 0, 1, 1.5, 1.8, 2]);

/** Values on a grid, so that different ones stay different through the warp. */
const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });

// Computed by google/vizier's output_warpers.py (HalfRankComponent, then LogWarperComponent).
it("gives Vizier's numbers", () => {
  const ranked = halfRank(outlier);
  const expected = [-0.007181714868, 0.455838423545, 0.748343486134, 1, 1.5, 1.8, 2];
  expected.forEach((value, i) => {
    expect(ranked[i]).toBeCloseTo(value, 11);
  });
  const stretched = logWarp(ranked);
  const log = [-0.5, -0.302668326042, -0.169345046125, -0.04857419008, 0.210491981499, 0.380088897208, 0.5];
  log.forEach((value, i) => {
    expect(stretched[i]).toBeCloseTo(value, 11);
  });
});

describe("halfRank", () => {
  it("returns a single value as it is", () => {
    expect([...halfRank(Float64Array.of(3))]).toEqual([3]);
  });

  it("gives tied values one rank, and takes its spread from all where the good half is flat", () => {
    const [a, b, , , e] = halfRank(Float64Array.of(-5, -5, 1, 1, 1));
    expect(a).toBe(b);
    expect(a!).toBeLessThan(e!);
    expect(Number.isFinite(a)).toBe(true);
  });

  it("does not care how bad the bad half is", () => {
    const mild = Float64Array.from(outlier, (value) => (value === -1e6 ? -6 : value));
    expect(halfRank(outlier)).toEqual(halfRank(mild));
  });
});

it("puts what is infeasible one and half the range below the worst", () => {
  expect([...fillInfeasible([1, null, 3])]).toEqual([1, -1, 3]);
  expect([...fillInfeasible([null, null])]).toEqual([-1, -1]);
});

describe("warpOutputs", () => {
  it("keeps the order, has mean 0 and deviation 1, and puts infeasible trials last", () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(30), { maxLength: 3 }), (ys, failures) => {
        const all: (number | null)[] = ys.map((y) => y / 10);
        for (const at of failures) all.splice(at, 0, null);
        const warped = warpOutputs(all);
        const rank = all.map((value) => value ?? Number.NEGATIVE_INFINITY);
        for (let i = 0; i < all.length; i++) {
          expect(Number.isFinite(warped[i])).toBe(true);
          for (let j = 0; j < all.length; j++) {
            if (rank[i]! < rank[j]!) expect(warped[i]!).toBeLessThan(warped[j]!);
            if (rank[i] === rank[j]) expect(warped[i]).toBe(warped[j]);
          }
        }
        if (new Set(rank).size === 1) return;
        const mean = warped.reduce((a, b) => a + b, 0) / warped.length;
        expect(mean).toBeCloseTo(0, 10);
        expect(warped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / warped.length).toBeCloseTo(1, 10);
      }),
    );
  });

  it("does not care for the unit, however large or small", () => {
    const plain = warpOutputs([-3, 1, 2, 2.5, 7]);
    for (const unit of [1e-300, 1e306]) {
      warpOutputs([-3, 1, 2, 2.5, 7].map((value) => value * unit)).forEach((value, i) => {
        expect(value).toBeCloseTo(plain[i]!, 10);
      });
    }
  });

  it("is 0 where nothing differs", () => {
    expect([...warpOutputs([4, 4, 4])]).toEqual([0, 0, 0]);
    expect([...warpOutputs([null, null])]).toEqual([0, 0]);
    expect([...standardise(Float64Array.of(7))]).toEqual([0]);
  });
});
