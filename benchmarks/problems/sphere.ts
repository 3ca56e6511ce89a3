import { cube, defineOnBox, type Problem } from "./problem.ts";

/** Off the middle and off the corners, which designs and grids like to visit. */
const PLACE = [1.7, -2.3, 0.6, 3.1, -3.8];

export const sphere: Problem = defineOnBox(
  {
    name: "sphere",
    family: "smooth",
    source: "Hansen, Finck, Ros & Auger 2009, INRIA RR-6829, f1",
    bounds: cube(5, -5, 5),
    trials: 40,
    value: 0,
    places: [PLACE],
  },
  (x) => x.reduce((sum, value, k) => sum + (value - PLACE[k]!) ** 2, 0),
);
