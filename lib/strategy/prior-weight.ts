import type { Acquisition } from "../acquisition/acquisition.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import type { ProposeRequest } from "./strategy.ts";

/** β of πBO: a tenth of the study's trials, or of a hundred. */
const TRIALS_PER_CONFIDENCE = 10;
const UNKNOWN_BUDGET = 100;
/** Of fewer results the sign of a correlation is luck. */
const LEAST_RESULTS = 5;

/**
 * How much what people know counts against what n trials have shown: β/n (Hvarfner et al. 2022), but nothing while the
 * results contradict it: while the likelier the prior takes a trial to be the optimum, the worse it ranks (Spearman's
 * correlation, over all objectives, is negative). A wrong prior would else cost most of a study.
 *
 * @param prior logarithm of the prior's density
 */
export function priorWeight(
  space: CompiledSpace,
  coordinates: Coordinates,
  prior: Acquisition,
  { history, budget, objectives }: ProposeRequest,
): number {
  const trials = history.filter(({ parameters }) => space.contains(parameters));
  const expected = ranks(trials.map(({ parameters }) => prior.value(coordinates.locate(space.encode(parameters)))));
  const agreement = objectives.reduce((total, { goal }, k) => {
    const sign = goal === "minimize" ? -1 : 1;
    const maximised = trials.map(({ values }) => (values === null ? Number.NEGATIVE_INFINITY : sign * values[k]!));
    return total + covariance(expected, ranks(maximised));
  }, 0);
  if (trials.length >= LEAST_RESULTS && agreement < 0) return 0;
  return (budget ?? UNKNOWN_BUDGET) / TRIALS_PER_CONFIDENCE / Math.max(1, history.length);
}

/** Place of each value among all, from 0; equal ones share the mean of their places. */
function ranks(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => (a === b ? 0 : a - b));
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  sorted.forEach((value, place) => {
    if (!first.has(value)) first.set(value, place);
    last.set(value, place);
  });
  return values.map((value) => (first.get(value)! + last.get(value)!) / 2);
}

/** Of two lists of ranks, n times. */
function covariance(a: readonly number[], b: readonly number[]): number {
  const mean = (a.length - 1) / 2;
  return a.reduce((sum, rank, i) => sum + (rank - mean) * (b[i]! - mean), 0);
}
