import type { Posterior } from "../surrogate/gaussian-process.ts";
import type { Acquisition } from "./acquisition.ts";

/** Deviations added to a mean. Less than for one objective: the weights, drawn anew for each trial, explore as well. */
const OPTIMISM = 0.5;

/**
 * Hypervolume scalarisation of upper confidence bounds: min_k (μ_k + κσ_k − r_k)/w_k. With w drawn as the absolute values
 * of a normal vector its expected power is the hypervolume (Zhang & Golovin 2020, "Random hypervolume scalarizations for
 * provable multi-objective black box optimization", lemma 5), so that trials of different weights spread over the front;
 * a front of any size and number of objectives costs no more than its models. Eq. (15) of docs/how-it-works.md.
 *
 * @param weights positive, one for each objective
 */
export function scalarisedUpperBound(
  models: readonly Posterior[],
  reference: readonly number[],
  weights: readonly number[],
): Acquisition {
  const score = ({ mean, deviation }: { mean: number; deviation: number }, k: number): number =>
    (mean + OPTIMISM * deviation - reference[k]!) / weights[k]!;
  return {
    value: (x) => models.reduce((least, model, k) => Math.min(least, score(model.predict(x), k)), Infinity),
    valueAndGradient(x, gradient) {
      const predictions = models.map((model) => model.predictWithGradient(x));
      const scores = predictions.map(score);
      const least = scores.reduce((a, b) => Math.min(a, b));
      const k = scores.indexOf(least);
      const { meanGradient, deviationGradient } = predictions[k]!;
      for (let i = 0; i < gradient.length; i++) {
        gradient[i] = (meanGradient[i]! + OPTIMISM * deviationGradient[i]!) / weights[k]!;
      }
      return least;
    },
  };
}
