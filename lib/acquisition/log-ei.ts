import { log } from "../math/log.ts";
import { logEi, logEiGradientTerms } from "../math/log-ei.ts";
import type { Posterior } from "../surrogate/gaussian-process.ts";
import type { Acquisition } from "./acquisition.ts";

/**
 * Logarithm of the expected improvement over `best`, in the log form that keeps a gradient where the improvement
 * itself underflows (Ament et al. 2023, "Unexpected improvements to expected improvement", eq. 6);
 * eq. (10) of docs/how-it-works.md.
 *
 *   h(z) = φ(z) + z Φ(z),  z = (μ − best) / σ,  ln EI = ln σ + ln h(z)
 *   ∇ ln EI = [(Φ/h) ∇μ + (φ/h) ∇σ] / σ
 */
export function logExpectedImprovement(model: Posterior, best: number): Acquisition {
  return {
    value(x) {
      const { mean, deviation } = model.predict(x);
      return log(deviation) + logEi((mean - best) / deviation);
    },
    valueAndGradient(x, gradient) {
      const { mean, deviation, meanGradient, deviationGradient } = model.predictWithGradient(x);
      const z = (mean - best) / deviation;
      const { cdfOverH, pdfOverH } = logEiGradientTerms(z);
      for (let k = 0; k < gradient.length; k++) {
        gradient[k] = (cdfOverH * meanGradient[k]! + pdfOverH * deviationGradient[k]!) / deviation;
      }
      return log(deviation) + logEi(z);
    },
  };
}
