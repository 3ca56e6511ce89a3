import type { Posterior } from "../surrogate/gaussian-process.ts";
import type { Acquisition } from "./acquisition.ts";

const OPTIMISM = 0.5; // what may still be good: μ + ½σ reaches the threshold; Vizier's constant
const PENALTY = 10; // slope outside of it, steep against σ's own slope; Vizier's constant

/**
 * Pure exploration inside the region that may hold the optimum: σ + 10 min(0, μ + ½σ − τ). Contal et al. 2013
 * ("Parallel Gaussian process optimization with upper confidence bound and pure exploration"), in the soft form of
 * google/vizier, `designers/gp_ucb_pe.py`. Eq. (12) of docs/how-it-works.md.
 *
 * @param threshold τ, the mean at the most promising point that is measured or pending
 */
export function pureExploration(model: Posterior, threshold: number): Acquisition {
  return {
    value(x) {
      const { mean, deviation } = model.predict(x);
      return deviation + PENALTY * Math.min(0, mean + OPTIMISM * deviation - threshold);
    },
    valueAndGradient(x, gradient) {
      const { mean, deviation, meanGradient, deviationGradient } = model.predictWithGradient(x);
      const shortfall = Math.min(0, mean + OPTIMISM * deviation - threshold);
      const penalty = shortfall < 0 ? PENALTY : 0;
      for (let k = 0; k < gradient.length; k++) {
        gradient[k] = deviationGradient[k]! * (1 + penalty * OPTIMISM) + penalty * meanGradient[k]!;
      }
      return deviation + PENALTY * shortfall;
    },
  };
}
