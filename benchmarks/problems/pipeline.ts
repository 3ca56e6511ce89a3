import type { ParameterValues } from "../../lib/space/parameter.ts";
import { defineProblem, numberAt, type Problem, pick, single } from "./problem.ts";

/** Errors of models that are tuned, by how the inputs are scaled. */
const TUNED = {
  svm: { none: 0.2, range: 0.06, standard: 0.03 },
  forest: { none: 0.05, range: 0.05, standard: 0.05 },
  neighbours: { none: 0.25, range: 0.08, standard: 0.1 },
};

const decades = (parameters: ParameterValues, name: string, best: number): number =>
  Math.log10(numberAt(parameters, name) / best);

/** What a model loses off its best settings. */
const MISFITS = {
  svm: (p: ParameterValues): number =>
    0.04 * (decades(p, "cost", 10) + decades(p, "gamma", 0.01)) ** 2 + 0.02 * decades(p, "gamma", 0.01) ** 2,
  forest: (p: ParameterValues): number =>
    0.05 * decades(p, "depth", 12) ** 2 +
    0.1 * (numberAt(p, "share") - 0.4) ** 2 +
    0.01 * decades(p, "trees", 300) ** 2,
  neighbours: (p: ParameterValues): number => 0.08 * decades(p, "count", 7) ** 2,
};

/** Few enough inputs to see, enough to tell: the best number is the same for all models. */
const REDUCTIONS = {
  none: (): number => 0.02,
  components: (p: ParameterValues): number => 0.05 * decades(p, "components", 20) ** 2,
  selection: (p: ParameterValues): number => 0.01 + 0.03 * decades(p, "kept", 40) ** 2,
};

/** Scaling, reduction and model, each with parameters of its own: at most six of eleven are active. */
export const pipeline: Problem = defineProblem(
  {
    name: "pipeline",
    family: "conditional",
    source: "of our own; the shape of Feurer et al., NeurIPS 2015 (auto-sklearn)",
    trials: 60,
    space: {
      parameters: [
        { name: "scaling", type: "categorical", values: ["none", "range", "standard"] },
        { name: "reduction", type: "categorical", values: ["none", "components", "selection"] },
        { name: "components", type: "int", min: 2, max: 100, scale: "log", when: { reduction: ["components"] } },
        { name: "kept", type: "int", min: 2, max: 100, scale: "log", when: { reduction: ["selection"] } },
        { name: "model", type: "categorical", values: ["forest", "neighbours", "svm"] },
        { name: "cost", type: "float", min: 1e-3, max: 1e4, scale: "log", when: { model: ["svm"] } },
        { name: "gamma", type: "float", min: 1e-5, max: 10, scale: "log", when: { model: ["svm"] } },
        { name: "trees", type: "int", min: 10, max: 1000, scale: "log", when: { model: ["forest"] } },
        { name: "depth", type: "int", min: 1, max: 50, scale: "log", when: { model: ["forest"] } },
        { name: "share", type: "float", min: 0.05, max: 1, scale: "linear", when: { model: ["forest"] } },
        { name: "count", type: "int", min: 1, max: 100, scale: "log", when: { model: ["neighbours"] } },
      ],
      constraints: [],
    },
    optimum: {
      kind: "value",
      value: 0.03,
      places: [{ scaling: "standard", reduction: "components", components: 20, model: "svm", cost: 10, gamma: 0.01 }],
    },
  },
  (parameters) => {
    const { model, scaling, reduction } = parameters;
    const misfit = pick(MISFITS, model)(parameters) + pick(REDUCTIONS, reduction)(parameters);
    return single(Math.min(0.6, pick(pick(TUNED, model), scaling) + misfit));
  },
);
