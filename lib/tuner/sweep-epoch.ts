import type { Study, Trial } from "../study/records.ts";
import { leaseOfGeneration } from "./lease.ts";
import { readReady } from "./open-trials.ts";
import type { TunerPorts } from "./ports.ts";

/**
 * How often one generation may lose a trial before it is given up: a trial that takes its machine with it each time
 * would otherwise run for ever. Once is bad luck, three times is the trial.
 */
const LOST_LIMIT = 3;

/**
 * Accounts for the trials of a closed epoch that have not ended: a claim that a crash cut short, a slot that died, a
 * retry. RUNNING ones go back to PROPOSED (by the lease that was read: a live one cannot be taken) without an attempt
 * spent, for the fault is not theirs.
 *
 * @returns the trials that are open, all PROPOSED, in order of number.
 */
export async function sweepEpoch(study: Study, ports: TunerPorts): Promise<readonly Trial[]> {
  const open = (await readReady(study, ports.store)).filter((t) => t.state === "PROPOSED" || t.state === "RUNNING");
  const swept = await Promise.all(
    open.map((trial) => (trial.state === "RUNNING" ? reclaim(study, trial, ports) : trial)),
  );
  return swept.filter((trial) => trial !== null);
}

async function reclaim(study: Study, trial: Trial, ports: TunerPorts): Promise<Trial | null> {
  const { store } = ports;
  const at = ports.now();
  const lost = leaseOfGeneration(trial.lease, study.generation);
  if (lost && trial.lost + 1 >= LOST_LIMIT) {
    const reason = { code: "LOST", message: `its slot died ${LOST_LIMIT} times while it ran` };
    const { trial: ended, settled } = await store.settleTrial(study.id, trial.number, {
      state: "FAILED",
      metrics: null,
      feasible: null,
      reason,
      score: null,
      costUsd: null,
      lease: trial.lease,
      at,
    });
    if (settled) ports.observe({ type: "trialEnded", study: study.id, trial: ended, best: study.best });
    return null;
  }
  const reason = { code: "REQUEUED", message: lost ? "its slot died while it ran" : "the study was interrupted" };
  const requeued = await store.requeueTrial(study.id, trial.number, {
    ...(trial.lease === null ? {} : { lease: trial.lease }),
    countsAttempt: false,
    lost,
    reason,
    at,
  });
  if (requeued) ports.observe({ type: "trialRequeued", study: study.id, number: trial.number, reason });
  return requeued ? { ...trial, state: "PROPOSED", lease: null } : null;
}
