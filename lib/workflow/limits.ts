import type { RunnerKind } from "./runner-record.ts";

/**
 * History arithmetic. A Standard execution fails when its history is full, so an execution hands over to a fresh one
 * in time. Events, by type of state as the service documents them: Task 5 (entered, scheduled, started, succeeded,
 * exited; a job or a
 * callback that is waited for 6, with submitted), Choice, Pass, Wait and Succeed 2, inline Map 4 and 2 an iteration, distributed Map 6, an attempt repeated 3,
 * an execution's start and end 2.
 */

/** Events of one execution; the service fails it at that number (Step Functions quotas). */
export const HISTORY_LIMIT = 25_000;

/**
 * Events up to which epochs are planned: half. The other half is for what cannot be planned, 3 events for every
 * attempt repeated: 4,000 of them, four for each trial that an execution runs. A slot whose NextTrial fails for good takes
 * some of it too, once an epoch: for its attempts, and 5 more than a slot that is done, for its result is parked.
 */
export const HANDOVER_AT: number = HISTORY_LIMIT / 2;

/** Slots of an inline Map at most: their iterations share one history, so each more makes executions shorter. Above, a slot is an execution of its own. */
export const INLINE_SLOTS = 10;

/** Events that the trials of a slot which is an execution of its own may take in one epoch: half of its history. */
const SLOT_EVENTS = 12_000;

/**
 * Trials of one epoch at most: one plan proposes and stores them all, and a table on demand takes a thousand writes a
 * second from the start, so that these are two minutes of the fifteen that a function has. Not fewer, for every epoch ends with
 * slots waiting for its last trials: a study of 100,000 on 1,000 slots loses a tenth of their time to one end, a fifth to two.
 */
export const TRIALS_PER_EPOCH = 128_000;

/** Slots that are quick may take more than their share, this much: with the even share every epoch ends waiting for the slowest. */
const SLACK = 1.5;

/**
 * Seconds that a slot waits for a proposal where none is ready, each time it asks in a row. A refill is most likely under way:
 * short at first; 13 in all are time for a function to start and to propose. Three times, so that slots whose every
 * trial has to wait so often still have a history that is not full: 39 events a trial, where 21 are planned, of half a history.
 */
export const SLOT_WAITS: readonly number[] = [1, 3, 9];

const TASK = 5;
const WAITED = 6;
const STEP = 2;
const ENDS = 2;
const ITERATION = 2;
const MAP = { inline: 4, distributed: 6 };

/** Begin, Admitted; the last Plan, Decide, HandOver or Finalize, and the end. */
const BOOKENDS: number = TASK + STEP + (TASK + STEP + TASK + STEP) + ENDS;

export type EpochMode = keyof typeof MAP;

/** NextTrial, Route, and what runs the trial: a job has a request to put and a result to get. */
export function slotEventsPerTrial(kind: RunnerKind = "lambda"): number {
  const job = TASK + WAITED + TASK;
  return TASK + STEP + { lambda: TASK, callback: WAITED, batch: job, sagemaker: job }[kind];
}

/** SlotWait, NextTrial, Route. */
export const slotEventsPerWait: number = STEP + TASK + STEP;

/**
 * When the trials of an epoch are proposed: all as it opens, one for each slot, so that all are seen by the next (`rounds`);
 * all as it opens, whatever comes of them (`ahead`); or as others end (`refilled`), when a slot may have to wait for one.
 */
export type Pace = "rounds" | "ahead" | "refilled";

/** Planned for each claim: a slot of a refilled epoch may have to wait. */
function waiting(pace: Pace): number {
  return pace === "refilled" ? slotEventsPerWait : 0;
}

function perTrial(kind: RunnerKind, pace: Pace): number {
  return slotEventsPerTrial(kind) + waiting(pace);
}

/** Trials that a slot which is an execution of its own runs in one epoch at most: 1,000 on Lambda, 571 where it may wait, 521 as jobs. */
export function trialsPerSlotLimit(kind: RunnerKind = "lambda", pace: Pace = "ahead"): number {
  return Math.floor(SLOT_EVENTS / perTrial(kind, pace));
}

/** Of one slot: its start and end, SlotInit, its trials, and the NextTrial, Route, SlotDone that end it. */
export function slotEvents(trials: number, kind: RunnerKind = "lambda", pace: Pace = "ahead"): number {
  return ITERATION + STEP + trials * perTrial(kind, pace) + waiting(pace) + TASK + STEP + STEP;
}

/**
 * Of the execution that opens the epoch: Plan, Decide, the Map, Progress, Backoff; and when they are inline, the slots, which
 * share its history: however they divide the trials, they are as many.
 */
export function epochEvents(
  slots: number,
  trials: number,
  mode: EpochMode,
  kind: RunnerKind = "lambda",
  pace: Pace = "ahead",
): number {
  const own = TASK + STEP + MAP[mode] + STEP + STEP;
  return mode === "inline" ? own + slots * slotEvents(0, kind, pace) + trials * perTrial(kind, pace) : own;
}

export interface EpochShape {
  readonly mode: EpochMode;
  readonly slots: number;
  /** Trials of the epoch at most. */
  readonly trials: number;
  /** Trials of one slot at most: more than its share, so that none of the slots waits for the slowest while trials are left. */
  readonly trialsPerSlot: number;
  /** Events of this execution when the epoch has closed, no attempt repeated. */
  readonly events: number;
}

/** How many trials an epoch comes to whose slots may each take so many: the share that their slack is of. */
export function trialsOf(slots: number, trialsPerSlot: number): number {
  return Math.floor((slots * trialsPerSlot) / SLACK);
}

function quota(slots: number, trials: number, pace: Pace, open: number, fitting: number): number {
  // where more wait than fit, slots that took more than their share would run more than fits
  if (pace === "rounds" || open > trials) return Math.floor(trials / slots);
  const share = (SLACK * trials) / slots;
  // what an epoch that is refilled comes to is told from this alone
  return pace === "refilled" && trials === fitting ? Math.floor(share) : Math.ceil(share);
}

/**
 * How the next epoch is run, or that it belongs into a fresh execution.
 *
 * @param slots slots to run, ≥ 1
 * @param remaining trials that the study may still run, ≥ `slots`, and more than that for a refilled epoch
 * @param open trials that are open already, and ready in the epoch, though they may be more than it has room for
 * @param kind of the study's runner
 * @param events of this execution so far, as the shape of the epoch before says; 0 at first
 */
export function epochShape({
  slots,
  remaining,
  pace,
  open,
  kind,
  events,
}: {
  readonly slots: number;
  readonly remaining: number;
  readonly pace: Pace;
  readonly open: number;
  readonly kind: RunnerKind;
  readonly events: number;
}): EpochShape | "handOver" {
  const mode = slots <= INLINE_SLOTS ? "inline" : "distributed";
  const spare = HANDOVER_AT - BOOKENDS - events - epochEvents(slots, 0, mode, kind, pace);
  const fitting =
    mode === "inline"
      ? Math.floor(spare / perTrial(kind, pace))
      : Math.min(TRIALS_PER_EPOCH, trialsOf(slots, trialsPerSlotLimit(kind, pace)));
  // refilled, one trial a slot would be a round
  const least = pace === "refilled" ? Math.min(2 * slots, remaining) : slots;
  if (spare < 0 || fitting < least) return "handOver";
  const trials = pace === "rounds" ? slots : Math.min(Math.max(remaining, slots), fitting);
  const trialsPerSlot = quota(slots, trials, pace, open, fitting);
  return { mode, slots, trials, trialsPerSlot, events: events + epochEvents(slots, trials, mode, kind, pace) };
}
