import { expect, test } from "vitest";
import { bracketOf } from "../../../lib/fidelity/brackets.ts";

const counts = (trials: number, rungs: number): number[] => {
  const given = Array.from({ length: rungs }, () => 0);
  for (let index = 0; index < trials; index++) given[bracketOf(index, rungs)]! += 1;
  return given;
};

test("brackets have the sizes of Hyperband's table for R = 81, η = 3", () => {
  expect(counts(81 + 34 + 15 + 8 + 5, 5)).toEqual([81, 34, 15, 8, 5]);
  expect(counts(2 * 49, 4)).toEqual([54, 24, 12, 8]);
});

test("brackets take turns, so that few trials have all of them in about their shares", () => {
  expect(Array.from({ length: 9 }, (_, index) => bracketOf(index, 4))).toEqual([0, 1, 0, 2, 0, 3, 0, 1, 0]);
  for (let trials = 1; trials < 49; trials++) {
    counts(trials, 4).forEach((given, rung) => {
      expect(Math.abs(given - (trials * [27, 12, 6, 4][rung]!) / 49)).toBeLessThanOrEqual(1.5);
    });
  }
});

test("a single rung is the only bracket", () => {
  expect([bracketOf(0, 1), bracketOf(5, 1)]).toEqual([0, 0]);
});
