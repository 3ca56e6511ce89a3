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

/** Trials that a slot which is an execution of its own runs in one epoch at most: 1,000 on Lambda, 521 as jobs. */
export function trialsPerSlotLimit(kind: RunnerKind = "lambda"): number {
  return Math.floor(SLOT_EVENTS / slotEventsPerTrial(kind));
}

/** Of one slot: its start and end, SlotInit, its trials, and the NextTrial, Route, SlotDone that end it. */
export function slotEvents(trials: number, kind: RunnerKind = "lambda"): number {
  return ITERATION + STEP + trials * slotEventsPerTrial(kind) + TASK + STEP + STEP;
}

/**
 * Of the execution that opens the epoch: Plan, Decide, the Map, Progress, Backoff; and when they are inline, the slots, which
 * share its history: however they divide the trials, they are as many.
 */
export function epochEvents(slots: number, trials: number, mode: EpochMode, kind: RunnerKind = "lambda"): number {
  const own = TASK + STEP + MAP[mode] + STEP + STEP;
  return mode === "inline" ? own + slots * slotEvents(0) + trials * slotEventsPerTrial(kind) : own;
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

/**
 * How the next epoch is run, or that it belongs into a fresh execution.
 *
 * @param slots slots to run, ≥ 1
 * @param remaining trials that the study may still run, ≥ `slots`
 * @param open trials that are open already, and ready in the epoch, though they may be more than it has room for
 * @param adaptive whether proposals get better with results: then one trial a slot, so that all are seen by the next
 * @param kind of the study's runner
 * @param events of this execution so far, as the shape of the epoch before says; 0 at first
 */
export function epochShape({
  slots,
  remaining,
  open,
  adaptive,
  kind,
  events,
}: {
  readonly slots: number;
  readonly remaining: number;
  readonly open: number;
  readonly adaptive: boolean;
  readonly kind: RunnerKind;
  readonly events: number;
}): EpochShape | "handOver" {
  const mode = slots <= INLINE_SLOTS ? "inline" : "distributed";
  const spare = HANDOVER_AT - BOOKENDS - events - epochEvents(slots, 0, mode);
  const fitting =
    mode === "inline"
      ? Math.floor(spare / slotEventsPerTrial(kind))
      : Math.min(TRIALS_PER_EPOCH, Math.floor((trialsPerSlotLimit(kind) * slots) / SLACK));
  if (spare < 0 || fitting < slots) return "handOver";
  const trials = adaptive ? slots : Math.min(Math.max(remaining, slots), fitting);
  // where more wait than fit, slots that took more than their share would run more than fits
  const share = trials / slots;
  const trialsPerSlot = adaptive || open > trials ? Math.floor(share) : Math.ceil(SLACK * share);
  return { mode, slots, trials, trialsPerSlot, events: events + epochEvents(slots, trials, mode, kind) };
}
