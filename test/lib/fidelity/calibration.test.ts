import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calibrate } from "../../../lib/fidelity/calibration.ts";

describe("calibrate", () => {
  test("leaves a single rung as it is", () => {
    expect(calibrate([[3], [1], [2]])).toEqual([3, 1, 2]);
  });

  test("no trials", () => {
    expect(calibrate([])).toEqual([]);
  });

  test("an offset between rungs is learnt from one trial", () => {
    expect(calibrate([[5, 2], [6], [7]])).toEqual([2, 3, 4]);
  });

  test("a slope is learnt from many, whichever of them climbed", () => {
    const all = Array.from({ length: 300 }, (_, i) => i / 100);
    const values = all.map((y) => (y < 1 ? [y, 10 + 3 * y] : [y]));
    const brought = calibrate(values);
    const slope = (brought[299]! - brought[100]!) / (all[299]! - all[100]!);
    // 100 trials of variance 1/12 with slope 3, and the prior: 3 of variance 3/4 with slope 1.
    expect(slope).toBeCloseTo(((3 * 100) / 12 + 3 * 0.75) / (100 / 12 + 3 * 0.75), 2);
  });

  test("steps over several rungs", () => {
    expect(calibrate([[1, 11, 21], [2, 12], [3]])).toEqual([21, 22, 23]);
  });

  test("a trial that was trained to the end at once stands on the highest rung", () => {
    expect(calibrate([[undefined, 4], [5, 2], [6]])).toEqual([4, 2, 3]);
    expect(calibrate([[undefined, 4], [5], [6]])).toEqual([4, 5, 6]);
  });

  test("keeps the order of trials of one rung", () => {
    const ladder = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(ladder, { maxLength: 30 }), (values) => {
        const brought = calibrate(values);
        expect(brought.every(Number.isFinite)).toBe(true);
        values.forEach((a, i) => {
          values.forEach((b, j) => {
            if (a.length === b.length && a.at(-1)! < b.at(-1)!) expect(brought[i]!).toBeLessThanOrEqual(brought[j]!);
          });
        });
      }),
    );
  });
});
