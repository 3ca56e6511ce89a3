import type { StudyStore } from "../lib/store/study-store.ts";
import type { StudyEvent } from "../lib/study/events.ts";
import type { Best, Trial } from "../lib/study/records.ts";
import type { Control } from "./arrows.ts";

type Opening = Parameters<StudyStore["openEpoch"]>[1];

/** What an arrow leaves in the story of a study, told from what it changed; null where it is not worth telling. */

export function movedEvent(before: Control, after: Control): StudyEvent | null {
  const same = before.status === after.status && before.reason?.code === after.reason?.code;
  if (same && after.status !== "RUNNING") return null;
  const { status: to, reason, generation, updatedAt: at } = after;
  return { type: "moved", at, from: before.status, to, reason, generation };
}

export function pacedEvent({ number, reason, at }: Opening): StudyEvent | null {
  return reason === undefined ? null : { type: "paced", at, epoch: number, reason };
}

/** Just before the move that the confirmation came with. */
export function confirmedEvent({ confirmation, updatedAt: at }: Control): StudyEvent | null {
  return confirmation === null ? null : { type: "confirmed", at, confirmation };
}

export function trialEvent(before: Trial, after: Trial, at: number): StudyEvent | null {
  const { number: trial, reason } = after;
  if (after.state === "FAILED") return { type: "failed", at, trial, reason };
  if (before.state !== "RUNNING" || after.state !== "PROPOSED") return null;
  return { type: "requeued", at, trial, lost: after.lost > before.lost, reason };
}

export function bestEvent({ trial, metrics }: Pick<Best, "trial" | "metrics">, at: number): StudyEvent {
  return { type: "best", at, trial, metrics };
}
