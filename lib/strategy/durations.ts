import type { Acquisition } from "../acquisition/acquisition.ts";
import { posteriorMean } from "../acquisition/posterior-mean.ts";
import { times } from "../acquisition/sum.ts";
import { exp } from "../math/exp.ts";
import { log1p } from "../math/log.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import { linearOutputs } from "../surrogate/linear-outputs.ts";
import { representatives } from "../surrogate/representatives.ts";
import { selectRows } from "../surrogate/training-set.ts";
import { MOST_ROWS, meanOf, rowsOf, trainingSet } from "./evidence.ts";
import type { ProposeRequest } from "./strategy.ts";

/** Least deviation of ln seconds: by less than a quarter, what a trial takes is not worth a model. */
const LEAST_SPREAD = 0.25;
/**
 * By how much the model's log-likelihood must exceed that of white noise: were it averaged over the hyperparameters rather
 * than taken at their mode, "very strong" evidence (Kass & Raftery 1995, "Bayes factors"). Random durations reach it once in twenty times.
 */
const LEAST_EVIDENCE = 5;

/** What trials are expected to take, where the parameters decide it. */
export interface Durations {
  /** To be added to the logarithm of what a trial is worth, which then is what it is worth for its time. */
  readonly bias: Acquisition;
  /** @param x d, model coordinates */
  secondsAt(x: Float64Array): number;
}

/**
 * Learns what trials take, where time is what runs out: a Gaussian process on y = −ln(1 + seconds), for beside a trial about
 * a second goes by with planning and starting it; an outlier (a trial that waited for a paused study) is brought to a
 * fence. The bias is −η E[ln(1 + seconds)], but for a constant, η the share of the time that is left: cheap trials first, and
 * towards the end the best whatever they take (Lee et al. 2020, "Cost-aware Bayesian optimization", arXiv:2003.10870;
 * dividing by the cost to the end would starve an optimum that is dear). Eq. (18) of docs/how-it-works.md.
 *
 * @returns null where time is not limited, durations hardly differ, or parameters do not explain them
 */
export function learnDurations(
  space: CompiledSpace,
  coordinates: Coordinates,
  { history, timeLeft, seed }: ProposeRequest,
): Durations | null {
  if (timeLeft === undefined) return null;
  const timed = rowsOf(space, history, ({ seconds }) => seconds ?? null).filter(({ values }) => values.length > 0);
  const speeds = timed.map(({ values }) => -meanOf(values, log1p));
  const { targets, unit } = linearOutputs(speeds);
  if (unit < LEAST_SPREAD) return null;
  const rows = trainingSet(coordinates, timed, targets);
  const data = selectRows(rows, representatives(rows, MOST_ROWS));
  const model = fitGaussianProcess(data, seed);
  if (model.logEvidence(data.targets) < LEAST_EVIDENCE) return null;
  const fastest = speeds.indexOf(speeds.reduce((a, b) => Math.max(a, b))); // which no fence has moved
  const middle = speeds[fastest]! - unit * targets[fastest]!;
  return {
    bias: times(timeLeft * unit, posteriorMean(model)),
    secondsAt: (x) => exp(-(middle + unit * model.mean(x))) - 1,
  };
}
