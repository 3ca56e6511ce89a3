import { cube, defineOnBox, type Problem } from "./problem.ts";

/** Where x·sin √x is greatest on [0, 500], and how great it is there. */
const PLACE = 420.9687462275036;
const GREATEST = 418.9828872724338;

/** The second best optimum lies at the other end of the box. */
export const schwefel: Problem = defineOnBox(
  {
    name: "schwefel",
    family: "multimodal",
    source: "Schwefel 1981, problem 2.26",
    bounds: cube(3, -500, 500),
    trials: 60,
    value: 0,
    places: [[PLACE, PLACE, PLACE]],
  },
  (x) => x.reduce((sum, value) => sum + GREATEST - value * Math.sin(Math.sqrt(Math.abs(value))), 0),
);
