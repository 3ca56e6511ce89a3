import { roundUpUsd } from "./money.ts";

/** What a runner costs. */
export interface Price {
  /** While an attempt runs. */
  readonly usdPerSecond: number;
  /** Of each attempt, however short. */
  readonly usdPerAttempt: number;
  /** Seconds that are billed at least. @default 0 */
  readonly minSeconds?: number;
}

/** By what an attempt of a trial is charged. */
export interface Meter extends Price {
  /**
   * The most that the attempt may cost: what is set aside for it while it runs. Null where its time has no limit; a study
   * with `budget.usd` starts no such attempt.
   */
  readonly reservedUsd: number | null;
}

/** The meter of an attempt that runs. */
export interface RunningMeter extends Meter {
  /** When it began, in milliseconds since 1970 UTC. */
  readonly since: number;
}

/** An attempt that was given up while it may still have run: charged with all that was set aside for it, at once. */
export interface Forfeit {
  readonly lease: string;
  readonly usd: number;
}

/** @param seconds that the attempt ran, or may run */
export function attemptCost({ usdPerSecond, usdPerAttempt, minSeconds = 0 }: Price, seconds: number): number {
  return roundUpUsd(usdPerAttempt + usdPerSecond * Math.max(minSeconds, seconds));
}

/**
 * What an attempt has cost that says nothing of it itself: its time by its price, and never more than was set aside, for
 * longer than its limit it has not run, whenever its end is heard of.
 *
 * @param at when it ended, in milliseconds since 1970 UTC
 */
export function measuredCost(meter: RunningMeter, at: number): number {
  const cost = attemptCost(meter, Math.max(0, at - meter.since) / 1000);
  return Math.min(cost, meter.reservedUsd ?? cost);
}

/** What an attempt is charged with that may still run; where its time has no limit, the little that is certain. */
export function forfeited(meter: RunningMeter): number {
  return meter.reservedUsd ?? attemptCost(meter, 0);
}
