import { boxSpace, cube, defineProblem, type Problem, toParameters, toPoint } from "./problem.ts";

const space = boxSpace(cube(2, 0, 1));

/** A plane over a feasible region of several pieces; one constraint is active at the optimum. */
export const gramacy: Problem = defineProblem(
  {
    name: "gramacy",
    family: "constrained",
    source: "Gramacy et al., Technometrics 58(1), 2016, toy problem",
    trials: 30,
    space,
    outcomes: [
      { metric: "wave", min: 0 },
      { metric: "disc", max: 1.5 },
    ],
    optimum: {
      kind: "value",
      value: 0.5997880520100675,
      places: [toParameters([0.19512268398607713, 0.40466536802399034])],
    },
  },
  (parameters) => {
    const [x = 0, y = 0] = toPoint(space, parameters);
    const wave = x + 2 * y + Math.sin(2 * Math.PI * (x * x - 2 * y)) / 2 - 1.5;
    return { values: [x + y], outcomes: [wave, x * x + y * y] };
  },
);
