import type { SlotClock, Told, ToldShift } from "../../workflow/messages.ts";

/** Trials that a slot has run, and the seconds that they took in all. */
export type Ran = Omit<SlotClock, "since">;

/**
 * What a slot has measured when it tells something: each slot learns for itself how long trials take, so that no count of it
 * has to be kept for all.
 *
 * @param now when it told, in milliseconds since 1970 UTC
 */
export function ranBy(told: Told | ToldShift | null, now: number): Ran {
  if (told?.clock === undefined) return { trials: 0, seconds: 0 };
  const { trials, seconds } = told.clock;
  return {
    trials: trials + ("attempts" in told ? told.attempts.length : 1),
    seconds: seconds + secondsSince(told.clock, now),
  };
}

export function secondsSince({ since }: SlotClock, now: number): number {
  return Math.max(0, now - since) / 1000;
}
