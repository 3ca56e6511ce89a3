import { boxSpace, cube, defineProblem, type Problem, toPoint } from "./problem.ts";

const D = 6;
const space = boxSpace(cube(D, 0, 1));

/** The front: x3 … = ½, an eighth of the unit sphere. Below the reference it leaves 1.1³ − π/6. */
export const dtlz2: Problem = defineProblem(
  {
    name: "dtlz2",
    family: "multi-objective",
    source: "Deb, Thiele, Laumanns & Zitzler, CEC 2002; three objectives, the reference of BoTorch",
    trials: 50,
    space,
    objectives: ["f1", "f2", "f3"],
    optimum: { kind: "front", reference: [1.1, 1.1, 1.1], hypervolume: 1.1 ** 3 - Math.PI / 6 },
  },
  (parameters) => {
    const [x = 0, y = 0, ...others] = toPoint(space, parameters);
    const radius = 1 + others.reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
    const [a, b] = [(x * Math.PI) / 2, (y * Math.PI) / 2];
    return {
      values: [radius * Math.cos(a) * Math.cos(b), radius * Math.cos(a) * Math.sin(b), radius * Math.sin(a)],
      outcomes: [],
    };
  },
);
