import { PegboxError } from "../errors/pegbox-error.ts";
import type { Pause } from "../store/study-store.ts";
import type { Study, Trial } from "../study/records.ts";
import { type Judgement, readCaughtError, readResult, readResultText } from "../study/result.ts";
import { startsNone } from "../study/stopping.ts";
import type { NextTrialAnswer, NextTrialEvent, Told } from "../workflow/messages.ts";
import { findRunner } from "./find-runner.ts";
import { invocation } from "./invocation.ts";
import { leaseOf } from "./lease.ts";
import { meterOf } from "./meter.ts";
import type { TunerPorts } from "./ports.ts";

/**
 * A slot tells what became of its trial and asks for the next.
 *
 * 1. What it tells is judged and settled: an end, a pause below the whole training, a retry, or back to the queue for a fault
 *    that is not the trial's.
 * 2. A slot that has had its share, or whose study stops, is done.
 * 3. Otherwise it claims the next ready trial; the same call again is given the same trial.
 */
export async function nextTrial(event: NextTrialEvent, ports: TunerPorts): Promise<NextTrialAnswer> {
  const ended = event.told === null ? null : await settle(await studyOf(event, ports), event.told, ports);
  const study = await studyOf(event, ports);
  if (ended !== null) ports.observe({ type: "trialEnded", study: study.id, trial: ended, best: study.best });
  const mine = study.status === "RUNNING" && study.generation === event.generation;
  if (!mine || event.seq >= event.quota || startsNone(study, ports.now())) return { kind: "done" };
  const { runner } = findRunner(study.spec.runner, ports.runners);
  // the next plan says so
  if (runner === null) return { kind: "done" };

  const meter = meterOf(study.spec, runner);
  const lease = leaseOf(event);
  const trial = await ports.store.claimTrial(study.id, {
    generation: event.generation,
    epoch: event.epoch,
    slot: event.slot,
    seq: event.seq,
    lease,
    ...(meter === null ? {} : { meter }),
    at: ports.now(),
  });
  // a repeated claim may find its trial ended, or given to another
  if (trial === null || trial.lease !== lease) return { kind: "done" };
  ports.observe({ type: "trialStarted", study: study.id, trial });
  return invocation(study, trial, lease, runner, ports);
}

async function studyOf(event: NextTrialEvent, ports: TunerPorts): Promise<Study> {
  const study = await ports.store.getStudy(event.studyId);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study "${event.studyId}", there is none`);
  return study;
}

/** @returns the trial, if it has ended by this. */
export async function settle(study: Study, told: Told, ports: TunerPorts): Promise<Trial | null> {
  const judgement = judge(told, study);
  if (judgement.state === "REQUEUE" || (await retries(study, told, judgement, ports))) {
    await requeue(study, told, judgement, ports);
    return null;
  }
  const fidelity = told.fidelity ?? null;
  if (judgement.state === "SUCCEEDED" && fidelity !== null && fidelity < (study.spec.fidelity?.max ?? 0)) {
    await pause(study, told.trial, { ...measured(judgement), fidelity, lease: told.lease, at: ports.now() }, ports);
    return null;
  }
  const { trial, settled } = await ports.store.settleTrial(study.id, told.trial, {
    state: judgement.state,
    metrics: judgement.metrics,
    ...(judgement.standardErrors === undefined ? {} : { standardErrors: judgement.standardErrors }),
    feasible: judgement.feasible,
    reason: judgement.reason,
    score: judgement.score,
    costUsd: judgement.costUsd,
    abandoned: judgement.abandoned ?? false,
    fidelity,
    lease: told.lease,
    at: ports.now(),
  });
  return settled ? trial : null;
}

function judge({ error, text, result }: Told, { spec }: Study): Judgement {
  if (error !== undefined) return readCaughtError(error);
  return text === undefined ? readResult(result, spec) : readResultText(text, spec);
}

async function retries(study: Study, told: Told, judgement: Judgement, ports: TunerPorts): Promise<boolean> {
  if (judgement.state !== "FAILED" || !judgement.retryable) return false;
  const trial = await ports.store.getTrial(study.id, told.trial);
  return trial !== null && trial.attempts - trial.rungs.length <= study.spec.retries;
}

function measured({ metrics, standardErrors, feasible, costUsd }: Judgement): Omit<Pause, "fidelity" | "lease" | "at"> {
  return {
    metrics: metrics ?? {},
    ...(standardErrors === undefined ? {} : { standardErrors }),
    feasible: feasible === true,
    costUsd,
  };
}

async function pause(study: Study, number: number, rung: Pause, ports: TunerPorts): Promise<void> {
  const { trial, paused } = await ports.store.pauseTrial(study.id, number, rung);
  if (paused) ports.observe({ type: "trialPaused", study: study.id, trial });
}

async function requeue(study: Study, told: Told, judgement: Judgement, ports: TunerPorts): Promise<void> {
  const reason = judgement.reason ?? { code: "REQUEUED", message: "given back" };
  const requeued = await ports.store.requeueTrial(study.id, told.trial, {
    lease: told.lease,
    countsAttempt: judgement.state !== "REQUEUE",
    lost: false,
    costUsd: judgement.costUsd,
    abandoned: judgement.abandoned ?? false,
    reason,
    at: ports.now(),
  });
  if (requeued) ports.observe({ type: "trialRequeued", study: study.id, number: told.trial, reason });
}
