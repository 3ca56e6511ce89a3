/** What is known when a slot has claimed a trial that may be the first of a shift. */
export interface ShiftSituation {
  /** Trials that the slot has run in this epoch, and the seconds that they took in all. */
  readonly trials: number;
  readonly seconds: number;
  /** Seconds that one invocation may take; null: no limit. */
  readonly limitSeconds: number | null;
  /** Claims that are left to the slot, the first trial's among them. */
  readonly quota: number;
  /** Trials of the study that wait to be claimed, the first among them. */
  readonly waiting: number;
  /** Attempts that there is money for, that at the first trial among them. */
  readonly affordable: number;
  readonly slots: number;
  /** Length of the first trial's request as JSON. */
  readonly requestLength: number;
}

/**
 * Six results of 32 KiB each are three quarters of the 256 KiB that a state may be given: the rest is for the escapes of a
 * message and what else is in it.
 */
export const MOST_IN_SHIFT = 6;

/**
 * Trials of 5 seconds and more run alone: six of them would keep results, and a person who stops the study, waiting for half a
 * minute, and 500 transitions a second, which an account has in most Regions, are enough for 800 slots of such.
 */
const SHORT_SECONDS = 5;

/**
 * A shift has the time that one trial has. As many as take a quarter of it in the mean leave room for luck; one that is cut off
 * all the same has its trials run again, alone.
 */
const OF_THE_LIMIT = 0.25;

/**
 * While trials are left for it: a shift takes half of an even share of what is left, so that slots come to their end together
 * though trials differ (factoring: Hummel, Schonberg & Flynn 1992, CACM 35(8)).
 */
const OF_THE_SHARE = 0.5;

/** Characters of all requests of a shift: three bytes each at most, and so three quarters of what a state may be given. */
const REQUESTS_LENGTH = 65_536;

/** How many trials a slot runs in one invocation: 1, unless they are known to be short. */
export function shiftSize({
  trials,
  seconds,
  limitSeconds,
  quota,
  waiting,
  affordable,
  slots,
  requestLength,
}: ShiftSituation): number {
  if (trials === 0 || seconds >= SHORT_SECONDS * trials) return 1;
  const inTime =
    limitSeconds === null || seconds === 0 ? MOST_IN_SHIFT : (OF_THE_LIMIT * limitSeconds * trials) / seconds;
  const share = (OF_THE_SHARE * waiting) / slots;
  const most = Math.min(MOST_IN_SHIFT, inTime, quota, share, affordable / slots, REQUESTS_LENGTH / requestLength);
  return Math.max(1, Math.floor(most));
}
