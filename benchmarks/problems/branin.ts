import { defineOnBox, type Problem } from "./problem.ts";

/** @param x in [−5, 10] × [0, 15] */
export function braninAt(x: number, y: number): number {
  const valley = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
  return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

/** Three optima, all the same: cos x = −1, on the floor of the valley. */
export const BRANIN_PLACES: readonly (readonly [number, number])[] = [
  [-Math.PI, 12.275],
  [Math.PI, 2.275],
  [3 * Math.PI, 2.475],
];

/** 10 / 8π: all that is left there. */
export const BRANIN_VALUE: number = 10 / (8 * Math.PI);

export const branin: Problem = defineOnBox(
  {
    name: "branin",
    family: "smooth",
    source: "Branin 1972; Dixon & Szegö 1978",
    bounds: [
      [-5, 10],
      [0, 15],
    ],
    trials: 30,
    value: BRANIN_VALUE,
    places: BRANIN_PLACES,
  },
  ([x = 0, y = 0]) => braninAt(x, y),
);
