import type { Study } from "../../study/records.ts";
import type { NextTrialEvent } from "../../workflow/messages.ts";

/** Who runs a trial: the claim itself, so that the same claim names the same lease and no other does. */
export function leaseOf(claim: Pick<NextTrialEvent, "generation" | "epoch" | "slot" | "seq">): string {
  return `g${claim.generation}/e${claim.epoch}/s${claim.slot}/${claim.seq}`;
}

/** When a lease was given, as seen from the open epoch of a study. */
export type LeaseAge =
  /** By an execution that is no more. */
  | "earlier generation"
  /** By this execution, in this epoch or one before. */
  | "this generation"
  /** After the study was read: its holder lives, and it is the reader who is late. */
  | "later";

export function leaseAge(lease: string | null, { generation, epoch }: Pick<Study, "generation" | "epoch">): LeaseAge {
  const [, g, e] = /^g(\d+)\/e(\d+)\//.exec(lease ?? "") ?? [];
  const given = { generation: Number(g ?? 0), epoch: Number(e ?? 0) };
  if (given.generation > generation || given.epoch > epoch.number) return "later";
  return given.generation === generation ? "this generation" : "earlier generation";
}
