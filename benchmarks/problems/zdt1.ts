import { boxSpace, cube, defineProblem, type Problem, toPoint } from "./problem.ts";

const D = 6;
const space = boxSpace(cube(D, 0, 1));

/** The front: x2 … = 0, f2 = 1 − √f1. Below the reference it leaves 11² − 1 + ∫√ = 120 + 2/3. */
export const zdt1: Problem = defineProblem(
  {
    name: "zdt1",
    family: "multi-objective",
    source: "Zitzler, Deb & Thiele, Evol. Comput. 8(2), 2000; the reference of BoTorch",
    trials: 50,
    space,
    objectives: ["f1", "f2"],
    optimum: { kind: "front", reference: [11, 11], hypervolume: 120 + 2 / 3 },
  },
  (parameters) => {
    const [first = 0, ...others] = toPoint(space, parameters);
    const g = 1 + (9 / (D - 1)) * others.reduce((sum, value) => sum + value, 0);
    return { values: [first, g * (1 - Math.sqrt(first / g))], outcomes: [] };
  },
);
