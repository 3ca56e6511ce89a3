import { defineProblem, numberAt, type Problem, single } from "./problem.ts";

/** log10 of the best effective rate, rate / (1 − momentum). */
const BEST_RATE = -1;
/** Decades above the best at which training diverges. */
const CLIFF = 0.5;

/**
 * The error of a network over its training's parameters: a slow rise below the best learning rate and a cliff above it,
 * in a valley along which momentum makes up for the rate; dropout and clipping do nothing.
 */
export const learningRate: Problem = defineProblem(
  {
    name: "learning-rate",
    family: "hpo",
    source: "of our own; the curve of Goodfellow, Bengio & Courville 2016, fig. 11.1",
    trials: 40,
    space: {
      parameters: [
        { name: "rate", type: "float", min: 1e-6, max: 1, scale: "log" },
        { name: "momentum", type: "float", min: 0, max: 0.999, scale: "reverse-log" },
        { name: "decay", type: "float", min: 1e-7, max: 1e-1, scale: "log" },
        { name: "dropout", type: "float", min: 0, max: 0.8, scale: "linear" },
        { name: "clipping", type: "float", min: 0.1, max: 100, scale: "log" },
      ],
      constraints: [],
    },
    optimum: {
      kind: "value",
      value: 0.05,
      places: [{ rate: 0.01, momentum: 0.9, decay: 1e-4, dropout: 0.3, clipping: 1 }],
    },
  },
  (parameters) => {
    const rest = 1 - numberAt(parameters, "momentum");
    const above = Math.log10(numberAt(parameters, "rate") / rest) - BEST_RATE;
    if (above > CLIFF) return single(0.9);
    const decay = Math.log10(numberAt(parameters, "decay")) + 4;
    const error = 0.05 + 0.05 * above ** 2 + 0.02 * (Math.log10(rest) + 1) ** 2 + 0.01 * decay ** 2;
    return single(Math.min(0.9, error));
  },
);
