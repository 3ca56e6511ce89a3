import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { undominatedBoxes } from "../../../lib/acquisition/undominated-boxes.ts";
import { hypervolume, hypervolumeByExclusion } from "./hypervolume.ts";

/** Small integers, so that coordinates coincide, points are dominated, and some lie below the reference. */
const fronts = (m: number) =>
  fc.array(fc.array(fc.integer({ min: -1, max: 6 }), { minLength: m, maxLength: m }), { maxLength: 7 });

describe("the undominated region", () => {
  it("leaves the hypervolume of the example: 6", () => {
    const front = [
      [1, 3],
      [2, 2],
      [3, 1],
    ];
    expect(hypervolume(front, [0, 0])).toBe(6);
    expect(undominatedBoxes(front, [0, 0])).toHaveLength(4);
  });

  it.each([1, 2, 3])("leaves what inclusion and exclusion count, for %i objectives", (m) => {
    fc.assert(
      fc.property(fronts(m), (front) => {
        const reference = new Array<number>(m).fill(0);
        const above = front.map((point) => point.map((value) => Math.max(0, value)));
        expect(hypervolume(front, reference)).toBe(hypervolumeByExclusion(above, reference));
      }),
    );
  });

  it("consists of boxes that no point dominates and that do not overlap", () => {
    fc.assert(
      fc.property(fronts(3), (front) => {
        const boxes = undominatedBoxes(front, [0, 0, 0]);
        expect(boxes.length).toBeLessThanOrEqual(2 * front.length + 1);
        for (const [i, { lower, upper }] of boxes.entries()) {
          expect(lower.every((low, k) => low < upper[k]!)).toBe(true);
          expect(front.some((point) => point.every((value, k) => value > lower[k]!))).toBe(false);
          for (const other of boxes.slice(0, i)) {
            const apart = lower.some((low, k) => low >= other.upper[k]! || other.lower[k]! >= upper[k]!);
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });

  it("is everything above the reference without a front", () => {
    expect(undominatedBoxes([], [1, 2, 3])).toEqual([
      { lower: [1, 2, 3], upper: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] },
    ]);
  });
});
