import { braninAt } from "./branin.ts";
import { boxSpace, cube, defineProblem, type Problem, toPoint } from "./problem.ts";

const space = boxSpace(cube(2, 0, 1));

/** Below it 1 − exp(−1 / 2y) is 1 to the last bit. */
const LEAST = 1e-3;

/** Branin's valley against an exponential of Currin et al.; the front is known in numbers only: 900,000 points next
 * to it dominate 59.4062, and the last doublings added 0.0001 and less. */
export const braninCurrin: Problem = defineProblem(
  {
    name: "branin-currin",
    family: "multi-objective",
    source: "Belakaria, Deshwal & Doppa, NeurIPS 2019; the reference of BoTorch",
    trials: 40,
    space,
    objectives: ["branin", "currin"],
    optimum: { kind: "front", reference: [18, 6], hypervolume: 59.407 },
  },
  (parameters) => {
    const [x = 0, y = 0] = toPoint(space, parameters);
    const ratio = (2300 * x ** 3 + 1900 * x * x + 2092 * x + 60) / (100 * x ** 3 + 500 * x * x + 4 * x + 20);
    const currin = (1 - Math.exp(-1 / (2 * Math.max(y, LEAST)))) * ratio;
    return { values: [braninAt(15 * x - 5, 15 * y), currin], outcomes: [] };
  },
);
