import { REDUCTION } from "./rungs.ts";

/** Fewer trials on a rung are no sample to be the best third of. */
const LEAST_RECORDS = 5;

/** So many of the best go on whatever their share is, for the next best may be ahead by luck. */
const BEST_GO_ON = 2;

/**
 * Whether a trial that has just come to a rung ends there, by the stopping form of asynchronous successive halving (Li et al.
 * 2020, §3.3; Syne Tune, `hyperband_stopping.py`): unless it is among the best 1/η of all that have come there so far. Who comes
 * first goes on.
 *
 * @param reached with the trial itself
 * @param best the `count` best, and who equals the last of them
 */
export function endsOnRung<T>(
  own: T,
  reached: readonly T[],
  best: (reached: readonly T[], count: number) => readonly T[],
): boolean {
  if (reached.length < LEAST_RECORDS) return false;
  return !best(reached, Math.max(BEST_GO_ON, Math.floor(reached.length / REDUCTION))).includes(own);
}
