import type { Acquisition } from "../acquisition/acquisition.ts";
import { logExpectedImprovement } from "../acquisition/log-ei.ts";
import { pureExploration } from "../acquisition/pure-exploration.ts";
import { UCB_WEIGHT, upperConfidenceBound } from "../acquisition/ucb.ts";
import type { Posterior } from "../surrogate/gaussian-process.ts";

/** What a trial is for: an optimistic guess, the most expected gain, or information for the trials after it. */
export type SlotMode = "ucb" | "ei" | "explore";

/** With nothing pending: the two that win on different problems, in turn. */
const ALONE: readonly SlotMode[] = ["ucb", "ei"];
/** Beside pending trials: half gather information, for there will be a better model before the next choice. */
const TOGETHER: readonly SlotMode[] = ["explore", "ei", "explore", "ucb"];

/** Points among which the most promising is looked for; further down the list no deviation makes up for the mean. */
const PROMISING = 32;

/** A measured or pending point as the model sees it. */
export interface KnownPoint {
  /** d, of the unit cube. */
  readonly point: Float64Array;
  /** d, model coordinates. */
  readonly x: Float64Array;
  readonly mean: number;
}

export function slotMode(trial: number, pending: number): SlotMode {
  const modes = pending === 0 ? ALONE : TOGETHER;
  return modes[trial % modes.length]!;
}

/** @param known measured and pending points, highest mean first; not empty */
export function slotAcquisition(mode: SlotMode, model: Posterior, known: readonly KnownPoint[]): Acquisition {
  switch (mode) {
    case "ucb":
      return upperConfidenceBound(model);
    case "ei":
      // The mean of the model rather than the best value: with noise, the best value is the luckiest.
      return logExpectedImprovement(model, known[0]!.mean);
    case "explore":
      return pureExploration(model, promisingMean(model, known));
  }
}

/** Mean at the known point with the highest upper confidence bound. */
function promisingMean(model: Posterior, known: readonly KnownPoint[]): number {
  let best = { bound: Number.NEGATIVE_INFINITY, mean: 0 };
  for (const { x } of known.slice(0, PROMISING)) {
    const { mean, deviation } = model.predict(x);
    const bound = mean + UCB_WEIGHT * deviation;
    if (bound > best.bound) best = { bound, mean };
  }
  return best.mean;
}
