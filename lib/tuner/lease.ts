import type { NextTrialEvent } from "../workflow/messages.ts";

/** Who runs a trial: the claim itself, so that the same claim names the same lease and no other does. */
export function leaseOf(claim: Pick<NextTrialEvent, "generation" | "epoch" | "slot" | "seq">): string {
  return `g${claim.generation}/e${claim.epoch}/s${claim.slot}/${claim.seq}`;
}

/** Whether a lease was given in this generation: then its holder had not been told to stop when it vanished. */
export function leaseOfGeneration(lease: string | null, generation: number): boolean {
  return lease?.startsWith(`g${generation}/`) ?? false;
}
