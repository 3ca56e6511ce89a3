import type { Claim, Pause, Settlement } from "../../store/study-store.ts";
import type { Study, Trial } from "../../study/records.ts";
import { type Judgement, readCaughtError, readResult, readResultText } from "../../study/result.ts";
import { ENDED } from "../../study/states.ts";
import { goesOnAfter } from "../../study/stopping.ts";
import type { Told } from "../../workflow/messages.ts";
import type { TunerPorts } from "../ports.ts";
import { attemptOf } from "../reports/report-token.ts";
import { requeue } from "./requeue.ts";
import { saysSo } from "./says-so.ts";
import { requeueUnavailable } from "./unavailable.ts";

/** What telling did to a trial. */
export interface Settled {
  readonly judgement: Judgement;
  readonly changed: boolean;
  /** The trial, if it has ended by this. */
  readonly ended: Trial | null;
  /** What was given for the claim, null: nothing; absent where it was not made. */
  readonly claimed?: Trial | null;
}

interface Settling {
  /** Of an attempt that says nothing of its cost. @default its meter knows */
  readonly costUsd?: number | null;
  /** What its slot wants next: claimed with the end of the trial where that surely does not end the study. @default nothing */
  readonly claim?: Claim;
}

/**
 * Judges what became of a trial and settles it: an end, a pause below the whole training, a retry, or back to the queue for a
 * fault that is not the trial's. What was told before changes nothing; another result of a trial that has ended is told of as late.
 */
export async function settleTold(
  study: Study,
  told: Told,
  ports: TunerPorts,
  { costUsd = null, claim }: Settling = {},
): Promise<Settled> {
  const judged = judge(told, study);
  const judgement = { ...judged, costUsd: judged.costUsd ?? costUsd };
  await keepMeasurements(study.id, told.trial, judgement, ports);
  if (judgement.unavailable === true) {
    return { judgement, changed: await requeueUnavailable(study, told, judgement, ports), ended: null };
  }
  if (judgement.state === "REQUEUE" || (await retries(study, told, judgement, ports))) {
    return { judgement, changed: await requeue(study, told, judgement, ports), ended: null };
  }
  const fidelity = told.fidelity ?? null;
  if (judgement.state === "SUCCEEDED" && fidelity !== null && fidelity < (study.spec.fidelity?.max ?? 0)) {
    const rung = { ...measured(judgement), fidelity, lease: told.lease, at: ports.now() };
    return { judgement, changed: await pause(study, told.trial, rung, ports), ended: null };
  }
  const settlement: Settlement = {
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
  };
  const claims = claim !== undefined && goesOnAfter(study, judgement, ports.now());
  const { trial, settled, ...next } = claims
    ? await ports.store.settleAndClaim(study.id, told.trial, settlement, claim)
    : await ports.store.settleTrial(study.id, told.trial, settlement);
  if (!settled && ENDED.has(trial.state) && !saysSo(trial, judgement)) {
    const { state, metrics, reason } = judgement;
    const late = { trial, lease: told.lease, told: { state, metrics, reason } };
    ports.observe({ type: "resultLate", study: study.id, ...late });
  }
  return { judgement, changed: settled, ended: settled ? trial : null, ...next };
}

/** Before anything else changes: told again after a crash, it is kept all the same. */
async function keepMeasurements(
  id: string,
  number: number,
  { measurements = [] }: Judgement,
  { store }: TunerPorts,
): Promise<void> {
  const trial = measurements.length === 0 ? null : await store.getTrial(id, number);
  if (trial !== null) await store.addMeasurements(id, number, { attempt: attemptOf(trial), measurements });
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

async function pause(study: Study, number: number, rung: Pause, ports: TunerPorts): Promise<boolean> {
  const { trial, paused } = await ports.store.pauseTrial(study.id, number, rung);
  if (paused) ports.observe({ type: "trialPaused", study: study.id, trial });
  return paused;
}
