import { defineProblem, numberAt, type Problem, pick, single } from "./problem.ts";

/** log10 of each optimizer's best rate, and what it cannot win back. */
const OPTIMIZERS = {
  adam: { rate: -3, handicap: 0 },
  rmsprop: { rate: -3.4, handicap: 0.02 },
  sgd: { rate: -1.5, handicap: 0.01 },
  adagrad: { rate: -2, handicap: 0.05 },
};
const ACTIVATIONS = { relu: 0, gelu: 0.005, tanh: 0.03, sigmoid: 0.12 };

/** A network's training and shape: the best rate depends on the optimizer and the batch, the best width on the depth. */
export const network: Problem = defineProblem(
  {
    name: "network",
    family: "mixed",
    source:
      "of our own; parameters of Klein & Hutter 2019, arXiv:1905.04970 (tabular benchmarks of feed-forward networks)",
    trials: 60,
    space: {
      parameters: [
        { name: "optimizer", type: "categorical", values: ["adagrad", "adam", "rmsprop", "sgd"] },
        { name: "activation", type: "categorical", values: ["gelu", "relu", "sigmoid", "tanh"] },
        { name: "rate", type: "float", min: 1e-6, max: 1, scale: "log" },
        { name: "layers", type: "int", min: 1, max: 8, scale: "linear" },
        { name: "width", type: "int", min: 8, max: 1024, scale: "log" },
        { name: "batch", type: "ordinal", values: [8, 16, 32, 64, 128, 256] },
        { name: "dropout", type: "float", min: 0, max: 0.8, scale: "linear" },
      ],
      constraints: [],
    },
    optimum: {
      kind: "value",
      value: 0,
      places: [{ optimizer: "adam", activation: "relu", rate: 1e-3, layers: 3, width: 128, batch: 32, dropout: 0.2 }],
    },
  },
  (parameters) => {
    const { rate, handicap } = pick(OPTIMIZERS, parameters["optimizer"]);
    const batch = Math.log2(numberAt(parameters, "batch") / 32);
    const layers = numberAt(parameters, "layers") - 3;
    const width = Math.log2(numberAt(parameters, "width") / 128) + layers / 2;
    const decades = Math.log10(numberAt(parameters, "rate")) - rate - 0.15 * batch;
    const loss =
      handicap +
      pick(ACTIVATIONS, parameters["activation"]) +
      0.1 * decades ** 2 +
      0.01 * layers ** 2 +
      0.01 * width ** 2 +
      0.005 * batch ** 2 +
      0.2 * (numberAt(parameters, "dropout") - 0.2) ** 2;
    return single(loss);
  },
);
