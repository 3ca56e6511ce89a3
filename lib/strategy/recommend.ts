import { compileSpace } from "../space/codec.ts";
import type { SearchSpace } from "../space/parameter.ts";
import type { Goal } from "../study/spec.ts";
import { modelCoordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import type { TrainingSet } from "../surrogate/training-set.ts";
import { orUnfit } from "../surrogate/unfit.ts";
import { gatherEvidence } from "./evidence.ts";
import type { Observation } from "./strategy.ts";

/** Fewer configurations than this cannot tell noise from shape. */
const LEAST_CONFIGURATIONS = 10;
/** Variance of the noise, in that of all values, from which on luck decides among the best: σ_n is a third of σ. */
const NOISY = 0.1;
/**
 * Of the configurations, those with the best values, among which the model chooses: enough to hold a good one beside the
 * lucky ones, few enough that a rugged objective, which looks like noise, is not smoothed away.
 */
const SHORT_LIST = 0.1;

/**
 * The trial to deploy, by one objective. Where the values are noisy, the best value is the luckiest. If their standard errors
 * say so, it is the one with the best posterior mean; if the surrogate finds it, that of the tenth with the best values.
 * Elsewhere, and where no model can be fitted, the best value, the mean of repeated measurements; the earlier of equals.
 *
 * @param trials those that may be deployed, in order of number
 * @param seed of the study
 * @returns null when none of them has a value
 */
export function recommend(
  space: SearchSpace,
  goal: Goal,
  seed: number,
  trials: readonly Observation[],
): Observation | null {
  return shortList(space, goal, seed, trials, 1)[0] ?? null;
}

/** The trials that come into question, at most `count`, of different parameters: the one that `recommend` says first. */
export function shortList(
  space: SearchSpace,
  goal: Goal,
  seed: number,
  trials: readonly Observation[],
  count: number,
): readonly Observation[] {
  const compiled = compileSpace(space);
  const coordinates = modelCoordinates(compiled);
  const measured = trials.filter(({ values }) => values !== null);
  const { data, numbers } = gatherEvidence(compiled, coordinates, goal, measured);
  // Trials of another range (imports) are nothing that the study could deploy, unless there is nothing else.
  if (data.n === 0) return measured.slice(0, 1);
  return bestRows(data, seed)
    .slice(0, count)
    .flatMap((row) => measured.find(({ number }) => number === numbers[row]) ?? []);
}

/** All rows, the best first. */
function bestRows(data: TrainingSet, seed: number): readonly number[] {
  const { n, targets, points, hamming } = data;
  const d = hamming.length;
  const byValue = Array.from(targets, (_, row) => row).sort((a, b) => targets[b]! - targets[a]! || a - b);
  if (n < LEAST_CONFIGURATIONS) return byValue;
  const model = orUnfit(
    () => fitGaussianProcess(data, seed),
    () => null,
  );
  if (model === null) return byValue;
  const { noiseVariance } = model.hyperparameters;
  const known = (data.knownVariance?.reduce((a, b) => a + b) ?? 0) / n;
  if (noiseVariance + known < NOISY) return byValue;
  const listed = noiseVariance < NOISY ? n : Math.ceil(SHORT_LIST * n);
  const means = new Map(
    byValue.slice(0, listed).map((row) => [row, model.mean(points.subarray(row * d, (row + 1) * d))]),
  );
  const byMean = [...means.keys()].sort((a, b) => means.get(b)! - means.get(a)!);
  return [...byMean, ...byValue.slice(listed)];
}
