import { defineProblem, numberAt, type Problem, pick, single } from "./problem.ts";

/** Of x, y in [−2, 2], each divided so that all have like ranges. */
const FUNCTIONS = {
  rosenbrock: (x: number, y: number): number => (100 * (y - x * x) ** 2 + (x - 1) ** 2) / 300,
  camel: (x: number, y: number): number =>
    ((4 - 2.1 * x ** 2 + x ** 4 / 3) * x ** 2 + x * y + (4 * y * y - 4) * y * y) / 10,
  beale: (x: number, y: number): number =>
    ((1.5 - x + x * y) ** 2 + (2.25 - x + x * y ** 2) ** 2 + (2.625 - x + x * y ** 3) ** 2) / 50,
};

const PLACE = { x: 0.08984201368301331, y: -0.7126564032704135 };

/** Two categories choose which functions are added up: a value found under one choice says little of another. */
export const choiceOfFunctions: Problem = defineProblem(
  {
    name: "choice-of-functions",
    family: "mixed",
    source: "Ru, Alvi, Nguyen, Osborne & Roberts, ICML 2020 (CoCaBO): Func-2C, with three functions for either choice",
    trials: 60,
    space: {
      parameters: [
        { name: "first", type: "categorical", values: ["rosenbrock", "camel", "beale"] },
        { name: "second", type: "categorical", values: ["rosenbrock", "camel", "beale"] },
        { name: "x", type: "float", min: -2, max: 2, scale: "linear" },
        { name: "y", type: "float", min: -2, max: 2, scale: "linear" },
      ],
      constraints: [],
    },
    optimum: {
      kind: "value",
      value: -0.2063256906979755,
      places: [
        { first: "camel", second: "camel", ...PLACE },
        { first: "camel", second: "camel", x: -PLACE.x, y: -PLACE.y },
      ],
    },
  },
  (parameters) => {
    const [x, y] = [numberAt(parameters, "x"), numberAt(parameters, "y")];
    const value = (name: string): number => pick(FUNCTIONS, parameters[name])(x, y);
    return single(value("first") + value("second"));
  },
);
