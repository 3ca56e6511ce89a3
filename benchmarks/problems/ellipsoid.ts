import { cube, defineOnBox, type Problem } from "./problem.ts";
import { rotation } from "./rotation.ts";

const PLACE = [2.1, -1.4, 3.3, -3.6, 0.8, -0.3];
const rotate = rotation(PLACE.length, 1);

/** Condition number 10⁶, along axes that are not the parameters'. */
export const ellipsoid: Problem = defineOnBox(
  {
    name: "ellipsoid",
    family: "smooth",
    source: "Hansen, Finck, Ros & Auger 2009, INRIA RR-6829, f10, without its oscillation",
    bounds: cube(PLACE.length, -5, 5),
    trials: 60,
    value: 0,
    places: [PLACE],
  },
  (x) =>
    rotate(x.map((value, k) => value - PLACE[k]!)).reduce(
      (sum, z, i) => sum + 10 ** ((6 * i) / (PLACE.length - 1)) * z * z,
      0,
    ),
);
