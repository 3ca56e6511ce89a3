import { boxSpace, defineProblem, type Problem, toParameters, toPoint } from "./problem.ts";

const space = boxSpace([
  [-2.25, 2.25],
  [-2.5, 1.75],
]);

/** Waves inside a curve like a heart. */
export const townsend: Problem = defineProblem(
  {
    name: "townsend",
    family: "constrained",
    source: "Townsend 2014, chebfun.org/examples/opt/ConstrainedOptimization.html",
    trials: 40,
    space,
    outcomes: [{ metric: "outside", max: 0 }],
    optimum: {
      kind: "value",
      value: -2.023988362325764,
      places: [toParameters([2.005292710332965, 1.1944528933412357])],
    },
  },
  (parameters) => {
    const [x = 0, y = 0] = toPoint(space, parameters);
    const t = Math.atan2(x, y);
    const curve =
      (2 * Math.cos(t) - Math.cos(2 * t) / 2 - Math.cos(3 * t) / 4 - Math.cos(4 * t) / 8) ** 2 + (2 * Math.sin(t)) ** 2;
    return {
      values: [-(Math.cos((x - 0.1) * y) ** 2) - x * Math.sin(3 * x + y)],
      outcomes: [x * x + y * y - curve],
    };
  },
);
