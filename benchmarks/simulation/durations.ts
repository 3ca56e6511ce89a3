import { randomStream } from "../../lib/random/philox.ts";
import { Stream } from "../streams.ts";

/** Seconds that each trial takes, by its number: the same luck for whatever runs it. */
export type Durations = (trial: number) => number;

/** A trial function of Lambda ends after 15 minutes, and needs some of them to end well. */
const CUT_SECONDS = 870;

/** Lognormal with this mean, before the cut at 870 s; `sigma` is the deviation of the logarithm. */
export function lognormalDurations(meanSeconds: number, sigma: number): Durations {
  const mu = Math.log(meanSeconds) - sigma ** 2 / 2;
  return (trial) => Math.min(CUT_SECONDS, Math.exp(mu + sigma * randomStream(1, Stream.duration, trial).normal()));
}
