import { expect, it } from "vitest";
import { targetVariances } from "../../../lib/surrogate/target-variance.ts";

const of = (values: (number | null)[], targets: number[], errors: (number | null)[]): number[] => [
  ...targetVariances(values, Float64Array.from(targets), errors),
];

it("are squared standard errors times the slope of the warp, inside and beyond the values", () => {
  expect(of([0, 1, 2], [-1, 1, 3], [0.1, 0.2, 3])).toEqual([
    expect.closeTo(0.04, 12),
    expect.closeTo(0.16, 12),
    expect.closeTo(36, 12),
  ]);
});

it("are those of the slope on either side where the warp is bent", () => {
  expect(of([0, 1, 2], [0, 1, 4], [null, 0.5, null])).toEqual([0, expect.closeTo(1, 12), 0]);
});

it("are 0 without a standard error, without a value, and where no two values differ", () => {
  expect(of([0, 1, null], [0, 1, -3], [null, 0, null])).toEqual([0, 0, 0]);
  expect(of([5, 5], [0, 0], [1, 2])).toEqual([0, 0]);
});

it("are finite for any standard error", () => {
  expect(of([0, 1e-300, 1e300], [0, 1, 2], [Number.MAX_VALUE, 1, 1e300]).every(Number.isFinite)).toBe(true);
  expect(of([0, 5e-324], [0, 1], [1e300, 0])).toEqual([1e6, 0]);
});
