import type { Posterior } from "../surrogate/gaussian-process.ts";
import type { Acquisition } from "./acquisition.ts";

/** Vizier's exploration weight (google/vizier, `designers/gp_ucb_pe.py`); the best of those tried in its ablation. */
export const UCB_WEIGHT = 1.8;

/** Upper confidence bound μ + κσ (Srinivas et al. 2010, eq. 6, with constant κ); eq. (11) of docs/how-it-works.md. */
export function upperConfidenceBound(model: Posterior, weight: number = UCB_WEIGHT): Acquisition {
  return {
    value(x) {
      const { mean, deviation } = model.predict(x);
      return mean + weight * deviation;
    },
    valueAndGradient(x, gradient) {
      const { mean, deviation, meanGradient, deviationGradient } = model.predictWithGradient(x);
      for (let k = 0; k < gradient.length; k++) gradient[k] = meanGradient[k]! + weight * deviationGradient[k]!;
      return mean + weight * deviation;
    },
  };
}
