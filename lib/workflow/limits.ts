/**
 * History arithmetic. A Standard execution fails when its history is full, so an execution hands over to a fresh one
 * in time. Events, by type of state as the service documents them: Task 5 (entered, scheduled, started, succeeded,
 * exited), Choice, Pass, Wait and Succeed 2, inline Map 4 and 2 an iteration, distributed Map 6, an attempt repeated 3,
 * an execution's start and end 2.
 */

/** Events of one execution; the service fails it at that number (Step Functions quotas). */
export const HISTORY_LIMIT = 25_000;

/**
 * Events up to which epochs are planned: half. The other half is for what cannot be planned, 3 events for every
 * attempt repeated: 4,000 of them, four for each trial that an execution runs.
 */
export const HANDOVER_AT: number = HISTORY_LIMIT / 2;

/** Slots of an inline Map at most: their iterations share one history, so each more makes executions shorter. Above, a slot is an execution of its own. */
export const INLINE_SLOTS = 10;

/** Trials of a slot in one epoch at most: 12,000 events, half of the history that a slot's own execution has. */
export const TRIALS_PER_SLOT = 1_000;

/** The same where slots may wait: 12,600 events. */
export const REFILLED_TRIALS_PER_SLOT = 600;

/**
 * Trials of one epoch at most: one plan proposes and stores them all, and a table on demand takes a thousand writes a
 * second from the start, so that these are a minute of the fifteen that a function has.
 */
export const TRIALS_PER_EPOCH = 64_000;

/** Slots that are quick may take more than their share, this much: with the even share every epoch ends waiting for the slowest. */
const SLACK = 1.5;

/**
 * Seconds that a slot waits for a proposal where none is ready, each time it asks in a row. A refill is most likely under way:
 * short at first; 13 in all are time for a function to start and to propose. Three times, so that slots whose every
 * trial has to wait so often still have a history that is not full: 39 events a trial, where 21 are planned, of half a history.
 */
export const SLOT_WAITS: readonly number[] = [1, 3, 9];

const TASK = 5;
const STEP = 2;
const ENDS = 2;
const ITERATION = 2;
const MAP = { inline: 4, distributed: 6 };

/** Begin, Admitted; the last Plan, Decide, HandOver or Finalize, and the end. */
const BOOKENDS: number = TASK + STEP + (TASK + STEP + TASK + STEP) + ENDS;

export type EpochMode = keyof typeof MAP;

/** NextTrial, Route, RunTrial. */
export const slotEventsPerTrial: number = TASK + STEP + TASK;

/** SlotWait, NextTrial, Route. */
export const slotEventsPerWait: number = STEP + TASK + STEP;

/**
 * When the trials of an epoch are proposed: all as it opens, one for each slot, so that all are seen by the next (`rounds`);
 * all as it opens, whatever comes of them (`ahead`); or as others end (`refilled`), when a slot may have to wait for one.
 */
export type Pace = "rounds" | "ahead" | "refilled";

function perTrial(pace: Pace): number {
  return slotEventsPerTrial + (pace === "refilled" ? slotEventsPerWait : 0);
}

/** Of one slot: its start and end, SlotInit, its trials, a wait for each where it may have to, and the NextTrial, Route, SlotDone that end it. */
export function slotEvents(trials: number, pace: Pace): number {
  return ITERATION + STEP + trials * perTrial(pace) + TASK + STEP + STEP;
}

/** Of the execution that opens the epoch: Plan, Decide, the Map, Progress, Backoff; and the slots when they are inline. */
export function epochEvents(slots: number, trialsPerSlot: number, mode: EpochMode, pace: Pace): number {
  const own = TASK + STEP + MAP[mode] + STEP + STEP;
  return mode === "inline" ? own + slots * slotEvents(trialsPerSlot, pace) : own;
}

export interface EpochShape {
  readonly mode: EpochMode;
  readonly slots: number;
  readonly trialsPerSlot: number;
  /** Events of this execution when the epoch has closed, no attempt repeated. */
  readonly events: number;
}

/**
 * How the next epoch is run, or that it belongs into a fresh execution.
 *
 * @param slots slots to run, ≥ 1
 * @param remaining trials that the study may still run, ≥ 1; of a refilled epoch more than slots
 * @param events of this execution so far, as the shape of the epoch before says; 0 at first
 */
export function epochShape({
  slots,
  remaining,
  pace,
  events,
}: {
  readonly slots: number;
  readonly remaining: number;
  readonly pace: Pace;
  readonly events: number;
}): EpochShape | "handOver" {
  const mode = slots <= INLINE_SLOTS ? "inline" : "distributed";
  const most = pace === "refilled" ? REFILLED_TRIALS_PER_SLOT : TRIALS_PER_SLOT;
  const room = HANDOVER_AT - BOOKENDS - events;
  const spare = room - epochEvents(slots, 0, mode, pace);
  const fitting = mode === "inline" ? Math.floor(spare / (slots * perTrial(pace))) : most;
  const wanted = pace === "rounds" ? 1 : Math.ceil((SLACK * remaining) / slots);
  const share = Math.max(1, Math.floor(TRIALS_PER_EPOCH / slots));
  const trialsPerSlot = Math.min(wanted, fitting, share, most);
  // one trial a slot would be a round
  const least = pace === "refilled" ? 2 : 1;
  if (spare < 0 || trialsPerSlot < least) return "handOver";
  return { mode, slots, trialsPerSlot, events: events + epochEvents(slots, trialsPerSlot, mode, pace) };
}
