import { cube, defineOnBox, type Problem } from "./problem.ts";

const D = 6;

/** A funnel with a rough wall; the box is not centred on it. */
export const ackley: Problem = defineOnBox(
  {
    name: "ackley",
    family: "multimodal",
    source: "Ackley 1987; the box of Eriksson et al., NeurIPS 2019",
    bounds: cube(D, -5, 10),
    trials: 60,
    value: 0,
    places: [Array.from({ length: D }, () => 0)],
  },
  (x) => {
    const square = x.reduce((sum, value) => sum + value * value, 0) / D;
    const wave = x.reduce((sum, value) => sum + Math.cos(2 * Math.PI * value), 0) / D;
    return 20 - 20 * Math.exp(-0.2 * Math.sqrt(square)) + Math.E - Math.exp(wave);
  },
);
