import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { logNormalCdf, logNormalPdf } from "../math/normal.ts";
import type { Posterior } from "../surrogate/gaussian-process.ts";
import type { Acquisition } from "./acquisition.ts";

/** What must not fall below a threshold, in units of its model. */
export interface ModelledConstraint {
  readonly model: Posterior;
  readonly threshold: number;
  /** Variance of what is compared with the threshold, beyond the model's own: 0, or that of a label. */
  readonly spread: number;
}

/**
 * Logarithm of the probability that constraints hold, taken as independent: Σ_c ln Φ(z_c), z = (μ − t)/√(σ² + spread)
 * (Gardner et al. 2014, eq. 5). Added to the logarithm of an improvement it makes the constrained one. With curiosity κ it
 * also prefers what is unknown, by κ Σ_c ln σ_c. Eq. (16) of docs/how-it-works.md.
 */
export function logFeasibility(constraints: readonly ModelledConstraint[], curiosity = 0): Acquisition {
  return {
    value(x) {
      return constraints.reduce((sum, { model, threshold, spread }) => {
        const { mean, deviation } = model.predict(x);
        const bonus = curiosity === 0 ? 0 : curiosity * log(deviation);
        return sum + logNormalCdf((mean - threshold) / Math.sqrt(deviation * deviation + spread)) + bonus;
      }, 0);
    },
    valueAndGradient(x, gradient) {
      gradient.fill(0);
      return constraints.reduce((sum, { model, threshold, spread }) => {
        const { mean, deviation, meanGradient, deviationGradient } = model.predictWithGradient(x);
        const width = Math.sqrt(deviation * deviation + spread);
        const z = (mean - threshold) / width;
        const probability = logNormalCdf(z);
        const slope = exp(logNormalPdf(z) - probability) / width; // ∂ ln Φ(z)/∂μ
        const forDeviation = (-slope * z * deviation) / width + curiosity / deviation; // ∂z/∂σ = −z σ/width²
        for (let k = 0; k < gradient.length; k++) {
          gradient[k]! += slope * meanGradient[k]! + forDeviation * deviationGradient[k]!;
        }
        return sum + probability + (curiosity === 0 ? 0 : curiosity * log(deviation));
      }, 0);
    },
  };
}
