import { defineProblem, numberAt, type Problem, single } from "./problem.ts";

const OFF_MIDDLE = 0.35;

/** Two decisions lead to one of four leaves; a leaf has a parameter of its own and shares one with its neighbour. */
export const tree: Problem = defineProblem(
  {
    name: "tree",
    family: "conditional",
    source: `Jenatton, Archambeau, González & Seeger, ICML 2017; the leaves' best at ${OFF_MIDDLE}, not 0`,
    trials: 50,
    space: {
      parameters: [
        { name: "x1", type: "categorical", values: [0, 1] },
        { name: "x2", type: "categorical", values: [0, 1], when: { x1: [0] } },
        { name: "x3", type: "categorical", values: [0, 1], when: { x1: [1] } },
        { name: "x4", type: "float", min: -1, max: 1, scale: "linear", when: { x2: [0] } },
        { name: "x5", type: "float", min: -1, max: 1, scale: "linear", when: { x2: [1] } },
        { name: "x6", type: "float", min: -1, max: 1, scale: "linear", when: { x3: [0] } },
        { name: "x7", type: "float", min: -1, max: 1, scale: "linear", when: { x3: [1] } },
        { name: "r8", type: "float", min: 0, max: 1, scale: "linear", when: { x1: [0] } },
        { name: "r9", type: "float", min: 0, max: 1, scale: "linear", when: { x1: [1] } },
      ],
      constraints: [],
    },
    optimum: { kind: "value", value: 0.1, places: [{ x1: 0, x2: 0, x4: OFF_MIDDLE, r8: 0 }] },
  },
  (parameters) => {
    const left = parameters["x1"] === 0;
    const nearer = parameters[left ? "x2" : "x3"] === 0;
    const leaf = numberAt(parameters, left ? (nearer ? "x4" : "x5") : nearer ? "x6" : "x7");
    const level = left ? (nearer ? 0.1 : 0.2) : nearer ? 0.3 : 0.4;
    return single((leaf - OFF_MIDDLE) ** 2 + level + numberAt(parameters, left ? "r8" : "r9"));
  },
);
