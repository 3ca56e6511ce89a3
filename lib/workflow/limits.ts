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
 * attempt repeated: 4,000 of them, four for each trial that an execution runs.
 */
export const HANDOVER_AT: number = HISTORY_LIMIT / 2;

/** Slots of an inline Map at most: their iterations share one history, so each more makes executions shorter. Above, a slot is an execution of its own. */
export const INLINE_SLOTS = 10;

/** Events that the trials of a slot may take in one epoch: half of the history that a slot's own execution has. */
const SLOT_EVENTS = 12_000;

/**
 * Trials of one epoch at most: one plan proposes and stores them all, and a table on demand takes a thousand writes a
 * second from the start, so that these are a minute of the fifteen that a function has.
 */
export const TRIALS_PER_EPOCH = 64_000;

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
  return (
    TASK + STEP + { lambda: TASK, callback: WAITED, batch: TASK + WAITED + TASK, sagemaker: TASK + WAITED + TASK }[kind]
  );
}

/** Trials of a slot in one epoch at most: 1,000 on Lambda, 521 as jobs. */
export function trialsPerSlotLimit(kind: RunnerKind = "lambda"): number {
  return Math.floor(SLOT_EVENTS / slotEventsPerTrial(kind));
}

/** Of one slot: its start and end, SlotInit, its trials, and the NextTrial, Route, SlotDone that end it. */
export function slotEvents(trials: number, kind: RunnerKind = "lambda"): number {
  return ITERATION + STEP + trials * slotEventsPerTrial(kind) + TASK + STEP + STEP;
}

/** Of the execution that opens the epoch: Plan, Decide, the Map, Progress, Backoff; and the slots when they are inline. */
export function epochEvents(
  slots: number,
  trialsPerSlot: number,
  mode: EpochMode,
  kind: RunnerKind = "lambda",
): number {
  const own = TASK + STEP + MAP[mode] + STEP + STEP;
  return mode === "inline" ? own + slots * slotEvents(trialsPerSlot, kind) : own;
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
 * @param remaining trials that the study may still run, ≥ 1
 * @param adaptive whether proposals get better with results: then one trial a slot, so that all are seen by the next
 * @param kind of the study's runner. @default lambda
 * @param events of this execution so far, as the shape of the epoch before says; 0 at first
 */
export function epochShape({
  slots,
  remaining,
  adaptive,
  kind = "lambda",
  events,
}: {
  readonly slots: number;
  readonly remaining: number;
  readonly adaptive: boolean;
  readonly kind?: RunnerKind;
  readonly events: number;
}): EpochShape | "handOver" {
  const mode = slots <= INLINE_SLOTS ? "inline" : "distributed";
  const room = HANDOVER_AT - BOOKENDS - events;
  const limit = trialsPerSlotLimit(kind);
  const spare = room - epochEvents(slots, 0, mode, kind);
  const fitting = mode === "inline" ? Math.floor(spare / (slots * slotEventsPerTrial(kind))) : limit;
  const wanted = adaptive ? 1 : Math.ceil((SLACK * remaining) / slots);
  const share = Math.max(1, Math.floor(TRIALS_PER_EPOCH / slots));
  const trialsPerSlot = Math.min(wanted, fitting, share, limit);
  if (spare < 0 || trialsPerSlot < 1) return "handOver";
  return { mode, slots, trialsPerSlot, events: events + epochEvents(slots, trialsPerSlot, mode, kind) };
}
