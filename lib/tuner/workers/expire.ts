import type { Study, Trial } from "../../study/records.ts";
import type { Reason } from "../../study/states.ts";
import type { TunerPorts } from "../ports.ts";
import { LOST_LIMIT } from "../slots/sweep-epoch.ts";

/** Clocks of machines that keep time by NTP differ by far less; design of the control plane, §3, "clock skew". */
const GRACE_MS = 60_000;

/**
 * Takes trials back whose clients have not been heard of when they wanted to be: no attempt is spent, for the fault is not the
 * trial's. One that was lost so often has FAILED. A client that is heard of just then keeps its trial.
 *
 * @returns whether any was taken.
 */
export async function expireLeases(study: Study, ports: TunerPorts): Promise<boolean> {
  if (study.counts.running === 0) return false;
  const at = ports.now() - (ports.leaseGrace ?? GRACE_MS);
  const expired = await ports.store.readExpired(study.id, at);
  for (const trial of expired) await takeBack(study, trial, at, ports);
  return expired.length > 0;
}

async function takeBack(study: Study, trial: Trial, expiredAt: number, ports: TunerPorts): Promise<void> {
  const { number, lost } = trial;
  const lease = trial.lease ?? "";
  if (lost + 1 >= LOST_LIMIT) return giveUp(study, trial, ports);
  const reason: Reason = { code: "LEASE_EXPIRED", message: `nothing was heard of its worker, ${clientOf(lease)}` };
  const at = ports.now();
  const requeue = { lease, expiredAt, countsAttempt: false, lost: true, abandoned: true, reason, at };
  if (!(await ports.store.requeueTrial(study.id, number, requeue))) return;
  ports.observe({ type: "trialRequeued", study: study.id, number, reason });
}

const clientOf = (lease: string): string => lease.slice(lease.indexOf("@") + 1);

async function giveUp(study: Study, { number, lease, fidelity }: Trial, ports: TunerPorts): Promise<void> {
  const { trial, settled } = await ports.store.settleTrial(study.id, number, {
    state: "FAILED",
    metrics: null,
    feasible: null,
    reason: { code: "LOST", message: `its worker was not heard of again, ${LOST_LIMIT} times` },
    score: null,
    costUsd: null,
    abandoned: true,
    fidelity,
    lease,
    at: ports.now(),
  });
  if (settled) ports.observe({ type: "trialEnded", study: study.id, trial, best: study.best });
}
