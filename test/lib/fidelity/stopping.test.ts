import { expect, test } from "vitest";
import { endsOnRung } from "../../../lib/fidelity/stopping.ts";

const best = (reached: readonly number[], count: number): number[] => reached.toSorted((a, b) => a - b).slice(0, count);

test.each([
  ["the first goes on", 9, [9], false],
  ["so does the worst of four", 9, [1, 2, 3, 9], false],
  ["the third of five ends", 3, [1, 2, 4, 5, 3], true],
  ["the second of five goes on, though a third is but one", 2, [1, 2, 4, 5, 3], false],
  ["the third of nine goes on", 3, [1, 2, 3, 4, 5, 6, 7, 8, 9], false],
  ["the fourth of nine ends", 4, [1, 2, 3, 4, 5, 6, 7, 8, 9], true],
  ["the fourth of twelve goes on", 4, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], false],
])("%s", (_, own, reached, ends) => {
  expect(endsOnRung(own, reached, best)).toBe(ends);
});
