import { PegboxError } from "../../errors/pegbox-error.ts";
import { readClientLease } from "../../study/client-lease.ts";
import type { Trial } from "../../study/records.ts";
import type { TunerPorts } from "../ports.ts";
import { findStudy, findTrial } from "./find.ts";

export interface Beat {
  readonly leaseUntil: number;
  /** Whether the worker is to end the trial: its result is wanted no more. */
  readonly stop: boolean;
}

/**
 * A worker says that it still runs its trial.
 *
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` for a lease that is not, or no longer, the holder's. Of a trial that was stopped
 *   the last holder is told so instead.
 */
export async function heartbeat(
  id: string,
  number: number,
  { lease, leaseSeconds }: { readonly lease: string; readonly leaseSeconds: number },
  ports: TunerPorts,
): Promise<Beat> {
  const before = await findTrial(await findStudy(id, ports), number, ports);
  const now = ports.now();
  if (wasStopped(before, lease)) return { leaseUntil: now, stop: true };
  const {
    state,
    lease: holder,
    leaseUntil,
  } = await ports.store.renewLease(id, number, {
    lease,
    until: now + Math.ceil(leaseSeconds * 1000),
  });
  if (state === "RUNNING" && holder === lease && leaseUntil !== null) return { leaseUntil, stop: false };
  throw new PegboxError("CONFLICT", `trial ${number}, ${state}: the lease ${lease} is no longer its holder's`);
}

/** Whether the trial was STOPPED while this was its lease. */
export function wasStopped({ state, attempts, lost }: Trial, lease: string): boolean {
  const held = readClientLease(lease);
  return state === "STOPPED" && held?.attempts === attempts && held.lost === lost;
}
