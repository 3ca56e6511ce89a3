import { cube, defineOnBox, type Problem } from "./problem.ts";

/** A bent valley: its floor is found soon, its end late. */
export const rosenbrock: Problem = defineOnBox(
  {
    name: "rosenbrock",
    family: "smooth",
    source: "Rosenbrock, Comput. J. 3(3), 1960; in d dimensions: Dixon & Szegö 1978",
    bounds: cube(5, -5, 10),
    trials: 60,
    value: 0,
    places: [[1, 1, 1, 1, 1]],
  },
  (x) => x.slice(1).reduce((sum, next, k) => sum + 100 * (next - x[k]! ** 2) ** 2 + (1 - x[k]!) ** 2, 0),
);
