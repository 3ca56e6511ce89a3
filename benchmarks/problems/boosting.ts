import { defineProblem, numberAt, type Problem, single } from "./problem.ts";

/** Rate × trees that fits best, and the depth that suits it. */
const BEST_TOTAL = 30;

/**
 * Boosted trees: the product of rate and number matters, more depth wants fewer trees, and a plateau where too little is
 * learnt. Integers on logarithmic scales.
 */
export const boosting: Problem = defineProblem(
  {
    name: "boosting",
    family: "hpo",
    source: "of our own; Friedman, Ann. Stat. 29(5), 2001: the trade between shrinkage and iterations",
    trials: 40,
    space: {
      parameters: [
        { name: "trees", type: "int", min: 10, max: 5000, scale: "log" },
        { name: "rate", type: "float", min: 1e-4, max: 1, scale: "log" },
        { name: "depth", type: "int", min: 1, max: 16, scale: "linear" },
        { name: "rows", type: "float", min: 0.1, max: 1, scale: "linear" },
        { name: "leaf", type: "int", min: 1, max: 200, scale: "log" },
      ],
      constraints: [],
    },
    optimum: {
      kind: "value",
      value: 0.1,
      places: [{ trees: 1500, rate: 0.02, depth: 6, rows: 0.7, leaf: 10 }],
    },
  },
  (parameters) => {
    const depth = numberAt(parameters, "depth");
    const rate = numberAt(parameters, "rate");
    const learnt = Math.log10((rate * numberAt(parameters, "trees")) / BEST_TOTAL) + 0.1 * (depth - 6);
    const error =
      0.1 +
      0.08 * learnt ** 2 +
      0.03 * Math.log10(rate / 0.02) ** 2 +
      0.002 * (depth - 6) ** 2 +
      0.05 * (numberAt(parameters, "rows") - 0.7) ** 2 +
      0.01 * Math.log10(numberAt(parameters, "leaf") / 10) ** 2;
    return single(Math.min(0.5, error));
  },
);
