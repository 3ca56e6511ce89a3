import { exp } from "../math/exp.ts";
import { log, log1p } from "../math/log.ts";
import { logEi, logEiGradientTerms } from "../math/log-ei.ts";
import type { Posterior, Prediction } from "../surrogate/gaussian-process.ts";
import type { Acquisition } from "./acquisition.ts";
import { undominatedBoxes } from "./undominated-boxes.ts";

/**
 * Logarithm of the expected hypervolume improvement over a front, exact for independent posteriors. The improvement by y
 * is Σ_B Π_k (min(y_k, u_k) − l_k)⁺ over the boxes B = (l, u) of the undominated region (Emmerich, Yang et al. 2017), and
 * E (min(y_k, u) − l)⁺ = EI_k(l) − EI_k(u) =: D_k, so
 *
 *   α = ln Σ_B exp Σ_k ln D_k,   ln D = ln EI(l) + ln(1 − r),  r = EI(u) / EI(l)
 *   ∇ ln D = (∇ ln EI(l) − r ∇ ln EI(u)) / (1 − r)
 *
 * all in logarithms, for the reason that `logExpectedImprovement` gives; with one objective it is that. Eq. (14) of docs/how-it-works.md.
 *
 * @param models one of each objective, all maximised
 * @param front undominated points, in units of the models
 */
export function logExpectedHypervolume(
  models: readonly Posterior[],
  front: readonly (readonly number[])[],
  reference: readonly number[],
): Acquisition {
  const boxes = undominatedBoxes(front, reference);
  // Boxes share their bounds: one EI for each, m lists.
  const bounds = models.map((_, k) => [...new Set(boxes.flatMap(({ lower, upper }) => [lower[k]!, upper[k]!]))]);
  const place = (k: number, bound: number): number => bounds[k]!.indexOf(bound);
  const lowerAt = boxes.map(({ lower }) => lower.map((bound, k) => place(k, bound)));
  const upperAt = boxes.map(({ upper }) => upper.map((bound, k) => place(k, bound)));

  /** ln EI of each objective over each of its bounds. */
  const improvements = (predictions: readonly Prediction[]): Float64Array[] =>
    predictions.map(({ mean, deviation }, k) =>
      Float64Array.from(bounds[k]!, (bound) =>
        bound === Number.POSITIVE_INFINITY ? -bound : log(deviation) + logEi((mean - bound) / deviation),
      ),
    );

  /** ln of what each box adds. */
  const contributions = (gains: readonly Float64Array[]): Float64Array =>
    Float64Array.from(boxes, (_, b) =>
      gains.reduce((sum, gain, k) => {
        const lower = gain[lowerAt[b]![k]!]!;
        return sum + lower + log1p(-exp(Math.min(0, gain[upperAt[b]![k]!]! - lower)));
      }, 0),
    );

  return {
    value(x) {
      return logSum(contributions(improvements(models.map((model) => model.predict(x)))));
    },
    valueAndGradient(x, gradient) {
      const predictions = models.map((model) => model.predictWithGradient(x));
      const gains = improvements(predictions);
      const terms = contributions(gains);
      const total = logSum(terms);
      gradient.fill(0);
      predictions.forEach(({ mean, deviation, meanGradient, deviationGradient }, k) => {
        // Weight of ∇ ln EI at each bound: what the boxes that begin there gain, less what those that end there lose.
        const weights = new Float64Array(bounds[k]!.length);
        terms.forEach((term, b) => {
          const share = exp(term - total);
          if (!(share > 0)) return;
          const [lower, upper] = [lowerAt[b]![k]!, upperAt[b]![k]!];
          const ratio = exp(Math.min(0, gains[k]![upper]! - gains[k]![lower]!));
          weights[lower]! += share / (1 - ratio);
          weights[upper]! -= (share * ratio) / (1 - ratio);
        });
        let forMean = 0;
        let forDeviation = 0;
        weights.forEach((weight, j) => {
          if (weight === 0) return;
          const { cdfOverH, pdfOverH } = logEiGradientTerms((mean - bounds[k]![j]!) / deviation);
          forMean += weight * cdfOverH;
          forDeviation += weight * pdfOverH;
        });
        for (let i = 0; i < gradient.length; i++) {
          gradient[i]! += (forMean * meanGradient[i]! + forDeviation * deviationGradient[i]!) / deviation;
        }
      });
      return total;
    },
  };
}

/** ln Σ exp. */
function logSum(terms: Float64Array): number {
  const largest = terms.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  return largest + log(terms.reduce((sum, term) => sum + exp(term - largest), 0));
}
