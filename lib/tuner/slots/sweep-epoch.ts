import type { Study, Trial } from "../../study/records.ts";
import { ENDED } from "../../study/states.ts";
import type { TunerPorts } from "../ports.ts";
import { readCandidates } from "../search/open-trials.ts";
import { leaseAge } from "./lease.ts";

/**
 * How often one generation may lose a trial before it is given up: a trial that takes its machine with it each time
 * would otherwise run for ever. Once is bad luck, three times is the trial.
 */
export const LOST_LIMIT = 3;

/**
 * Accounts for the trials of a closed epoch that have not ended: a claim that a crash cut short, a slot that died, a
 * retry. RUNNING ones go back to PROPOSED (by the lease that was read: a live one cannot be taken) without an attempt
 * spent, for the fault is not theirs; what their attempts may cost is charged, for nobody knows that they have ended.
 *
 * @returns the numbers of the trials that are open, in order. All of them belong into the next epoch, also those that
 *   somebody else has just requeued or claimed: an epoch is where open trials are looked for. PAUSED ones are not open.
 */
export async function sweepEpoch(study: Study, ports: TunerPorts): Promise<readonly number[]> {
  const candidates = await readCandidates(study, ports.store);
  const open = candidates.filter(({ state }) => !ENDED.has(state) && state !== "PAUSED");
  const stays = await Promise.all(open.map((trial) => trial.state !== "RUNNING" || reclaim(study, trial, ports)));
  return open.filter((_, i) => stays[i]).map(({ number }) => number);
}

/** @returns whether the trial is open. */
async function reclaim(study: Study, trial: Trial, ports: TunerPorts): Promise<boolean> {
  const age = leaseAge(trial.lease, study);
  if (age === "later") return true;
  const lost = age === "this generation";
  return lost && trial.lost + 1 >= LOST_LIMIT ? giveUp(study, trial, ports) : requeue(study, trial, lost, ports);
}

async function giveUp(study: Study, { number, lease, fidelity }: Trial, ports: TunerPorts): Promise<boolean> {
  const { trial, settled } = await ports.store.settleTrial(study.id, number, {
    state: "FAILED",
    metrics: null,
    feasible: null,
    reason: { code: "LOST", message: `its slot died ${LOST_LIMIT} times while it ran` },
    score: null,
    costUsd: null,
    abandoned: true,
    fidelity,
    lease,
    at: ports.now(),
  });
  if (settled) ports.observe({ type: "trialEnded", study: study.id, trial, best: study.best });
  return !ENDED.has(trial.state);
}

async function requeue(study: Study, { number, lease }: Trial, lost: boolean, ports: TunerPorts): Promise<boolean> {
  const reason = { code: "REQUEUED", message: lost ? "its slot died while it ran" : "the study was interrupted" };
  const requeued = await ports.store.requeueTrial(study.id, number, {
    ...(lease === null ? {} : { lease }),
    countsAttempt: false,
    lost,
    abandoned: true,
    reason,
    at: ports.now(),
  });
  if (requeued) {
    ports.observe({ type: "trialRequeued", study: study.id, number, reason });
    return true;
  }
  const now = await ports.store.getTrial(study.id, number);
  return now !== null && !ENDED.has(now.state);
}
