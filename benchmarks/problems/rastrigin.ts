import { cube, defineOnBox, type Problem } from "./problem.ts";
import { rotation } from "./rotation.ts";

const PLACE = [-1.3, 2.6, 0.4, -3.2];
const rotate = rotation(PLACE.length, 2);

/** Some ten optima in each direction, in a bowl that is turned against the parameters. */
export const rastrigin: Problem = defineOnBox(
  {
    name: "rastrigin",
    family: "multimodal",
    source: "Rastrigin 1974; rotated as in Hansen, Finck, Ros & Auger 2009, INRIA RR-6829, f15",
    bounds: cube(PLACE.length, -5, 5),
    trials: 60,
    value: 0,
    places: [PLACE],
  },
  (x) =>
    rotate(x.map((value, k) => value - PLACE[k]!)).reduce(
      (sum, z) => sum + z * z + 10 * (1 - Math.cos(2 * Math.PI * z)),
      0,
    ),
);
