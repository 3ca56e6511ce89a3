/** Test problems that know their optimum; all minimised. */
import type { ParameterValues, SearchSpace } from "../../../lib/space/parameter.ts";
import type { Observation, Strategy } from "../../../lib/strategy/strategy.ts";

export interface Problem {
  readonly space: SearchSpace;
  readonly trials: number;
  readonly optimum: number;
  evaluate(values: ParameterValues): number;
}

/** Branin (Dixon & Szegö 1978), three equal optima. */
export const branin: Problem = {
  space: {
    parameters: [
      { name: "x", type: "float", min: -5, max: 10, scale: "linear" },
      { name: "y", type: "float", min: 0, max: 15, scale: "linear" },
    ],
    constraints: [],
  },
  trials: 30,
  optimum: 0.39788735772973816,
  evaluate(values) {
    const x = values["x"] as number;
    const y = values["y"] as number;
    const valley = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
};

const ALPHA = [1, 1.2, 3, 3.2];
const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

/** Hartmann in six dimensions (Dixon & Szegö 1978). */
export const hartmann6: Problem = {
  space: {
    parameters: Array.from({ length: 6 }, (_, k) => ({
      name: `x${k}`,
      type: "float" as const,
      min: 0,
      max: 1,
      scale: "linear" as const,
    })),
    constraints: [],
  },
  trials: 40,
  optimum: -3.322368011391339,
  evaluate(values) {
    return -ALPHA.reduce((total, alpha, i) => {
      const distance = A[i]!.reduce((sum, a, k) => sum + a * ((values[`x${k}`] as number) - P[i]![k]!) ** 2, 0);
      return total + alpha * Math.exp(-distance);
    }, 0);
  },
};

/** What tuning a network looks like: a best rate that depends on the optimizer, a useful size, a momentum of one of them. */
export const network: Problem = {
  space: {
    parameters: [
      { name: "optimizer", type: "categorical", values: ["adam", "rmsprop", "sgd"] },
      { name: "rate", type: "float", min: 1e-5, max: 1, scale: "log" },
      { name: "layers", type: "int", min: 1, max: 6, scale: "linear" },
      { name: "batch", type: "ordinal", values: [16, 32, 64, 128] },
      { name: "momentum", type: "float", min: 0, max: 0.99, scale: "linear", when: { optimizer: ["sgd"] } },
    ],
    constraints: [],
  },
  trials: 40,
  optimum: 0,
  evaluate(values) {
    const best = { adam: -3, rmsprop: -3.3, sgd: -2 }[values["optimizer"] as string]!;
    const handicap = { adam: 0, rmsprop: 0.1, sgd: 0.05 }[values["optimizer"] as string]!;
    const rate = Math.log10(values["rate"] as number) - best;
    const layers = (values["layers"] as number) - 4;
    const batch = Math.log2(values["batch"] as number) - 5;
    const momentum = values["optimizer"] === "sgd" ? (values["momentum"] as number) - 0.9 : 0;
    return handicap + 0.6 * rate ** 2 + 0.05 * layers ** 2 + 0.05 * batch ** 2 + momentum ** 2;
  },
};

/** The least value that a strategy finds, one trial after the other. */
export function bestFound(strategy: Strategy, problem: Problem, seed: number): number {
  const history: Observation[] = [];
  for (let n = 1; n <= problem.trials; n++) {
    const { suggestions } = strategy.propose({
      space: problem.space,
      objectives: [{ name: "y", goal: "minimize" }],
      seed,
      first: n,
      count: 1,
      position: n - 1,
      history,
      pending: [],
      budget: problem.trials,
      batch: 1,
    });
    const { parameters } = suggestions[0]!;
    history.push({ number: n, parameters, values: [problem.evaluate(parameters)] });
  }
  return Math.min(...history.map(({ values }) => values![0]!));
}
