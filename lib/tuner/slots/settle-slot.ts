import type { Claim } from "../../store/study-store.ts";
import { attemptCost } from "../../study/price/meter.ts";
import type { Study, Trial } from "../../study/records.ts";
import { readCaughtError } from "../../study/result.ts";
import type { ShiftResult } from "../../study/trial-contract.ts";
import type { ShiftAttempt, Told, ToldShift } from "../../workflow/messages.ts";
import { findRunner } from "../find-runner.ts";
import { meterOf } from "../money/meter.ts";
import type { TunerPorts } from "../ports.ts";
import { settleTold } from "./settle-told.ts";
import { secondsSince } from "./slot-clock.ts";

interface SettledSlot {
  /** The trials that have ended by this. */
  readonly ended: readonly Trial[];
  /** What was given for the claim, null: nothing; absent where it was not made. */
  readonly claimed?: Trial | null;
}

/**
 * Settles what a slot tells: of a trial, or of each of a shift for itself, which is charged with an even part of its time.
 *
 * An invocation that died may have been killed by any of its trials, and a trial without a result may have ended it: these go
 * back to the queue without an attempt spent, to be run alone, where what becomes of them is their own.
 *
 * @param claim what the slot wants next: made with the end of a single trial, where that surely does not end the study
 */
export async function settleSlot(
  study: Study,
  told: Told | ToldShift,
  ports: TunerPorts,
  claim?: Claim,
): Promise<SettledSlot> {
  if (!("attempts" in told)) {
    const { ended, claimed } = await settleTold(study, told, ports, claim === undefined ? {} : { claim });
    return { ended: ended === null ? [] : [ended], ...(claimed === undefined ? {} : { claimed }) };
  }
  const { attempts, error } = told;
  const results = resultsOf(told.result);
  const costUsd = partOf(study, told, ports);
  const judged = error === undefined ? null : readCaughtError(error);
  const ended: Trial[] = [];
  for (const [i, attempt] of attempts.entries()) {
    if (judged !== null && judged.state !== "REQUEUE") {
      const why = `the invocation that ran it with ${attempts.length - 1} others ended: ${judged.reason?.message}`;
      await giveBack(study, attempt, { why, costUsd, abandoned: judged.abandoned ?? false }, ports);
      continue;
    }
    const result = results[i] ?? null;
    if (judged === null && result === null) {
      const why = `the invocation that ran it with ${attempts.length - 1} others has no result of it`;
      await giveBack(study, attempt, { why, costUsd, abandoned: false }, ports);
      continue;
    }
    const one = { ...attempt, ...(error === undefined ? { result } : { error }) };
    const settled = await settleTold(study, one, ports, { costUsd });
    if (settled.ended !== null) ended.push(settled.ended);
  }
  return { ended };
}

/** None of an answer that is no shift's: then the runner takes none. */
function resultsOf(answer: unknown): ShiftResult["results"] {
  const results = typeof answer === "object" && answer !== null && "results" in answer ? answer.results : [];
  return Array.isArray(results) ? results : [];
}

/** What each trial of a shift has cost that says nothing of it itself; null where no price is known. */
function partOf({ spec }: Study, { attempts, clock }: ToldShift, ports: TunerPorts): number | null {
  const { runner } = findRunner(spec.runner, ports.runners);
  const meter = runner === null ? null : meterOf(spec, runner);
  if (meter === null) return null;
  const cost = attemptCost(meter, secondsSince(clock, ports.now()) / attempts.length);
  return Math.min(cost, meter.reservedUsd ?? cost);
}

async function giveBack(
  study: Study,
  { trial: number, lease }: ShiftAttempt,
  { why, ...bill }: { readonly why: string; readonly costUsd: number | null; readonly abandoned: boolean },
  ports: TunerPorts,
): Promise<void> {
  const reason = { code: "REQUEUED", message: why };
  const wish = { lease, countsAttempt: false, lost: true, ...bill, reason, at: ports.now() };
  const requeued = await ports.store.requeueTrial(study.id, number, wish);
  if (requeued) ports.observe({ type: "trialRequeued", study: study.id, number, reason });
}
