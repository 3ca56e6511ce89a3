import type { Claim } from "../../store/study-store.ts";
import { strategyFor } from "../../strategy/registry.ts";
import { affordable } from "../../study/price/cap.ts";
import type { Study, Trial } from "../../study/records.ts";
import type { NextTrialAnswer, NextTrialEvent } from "../../workflow/messages.ts";
import { limitOf } from "../money/meter.ts";
import type { RunnerTarget, TunerPorts } from "../ports.ts";
import { invocation, shiftOf } from "./invocation.ts";
import { leaseOf } from "./lease.ts";
import { shiftSize } from "./shift-size.ts";
import type { Ran } from "./slot-clock.ts";

/**
 * What a slot runs that has claimed a trial: that one, or, where trials are short, as many as one invocation runs well.
 *
 * Each trial of a shift has a claim and a lease of its own, with the next sequence numbers of the slot: so a claim that is
 * repeated with another size, for time has passed, loses none. What it leaves out is what the slot is given next.
 *
 * @param study as it was about when the first trial was claimed
 * @param ran what the slot has measured
 */
export async function claimShift(
  event: NextTrialEvent,
  { study, first, claim, runner, ran }: FirstClaim,
  ports: TunerPorts,
): Promise<NextTrialAnswer> {
  const clock = { ...ran, since: claim.at };
  const alone = await invocation(study, first, claim.lease, runner, clock, ports);
  if (alone.kind !== "lambda" || runner.kind !== "lambda") return alone;
  if (event.shifts !== true || runner.shifts !== true || !mayWait(study) || !mayShare(first)) return alone;
  const size = shiftSize({
    ...ran,
    limitSeconds: limitOf(study.spec, runner),
    quota: event.quota - event.seq,
    waiting: study.counts.proposed,
    affordable: affordable(study, claim.meter?.reservedUsd ?? 0),
    slots: study.epoch.slots,
    requestLength: JSON.stringify(alone.request).length,
  });
  const invocations = [alone];
  for (let seq = event.seq + 1; seq < event.seq + size; seq++) {
    const lease = leaseOf({ ...event, seq });
    const trial = await ports.store.claimTrial(study.id, { ...claim, seq, lease });
    if (trial === null || trial.lease !== lease || !mayShare(trial)) break;
    ports.observe({ type: "trialStarted", study: study.id, trial });
    const one = await invocation(study, trial, lease, runner, clock, ports);
    if (one.kind === "lambda") invocations.push(one);
  }
  return shiftOf(invocations);
}

interface FirstClaim {
  readonly study: Study;
  readonly first: Trial;
  readonly claim: Claim;
  readonly runner: RunnerTarget;
  readonly ran: Ran;
}

/** Whether nobody waits for the result of each trial: what learns from it, or from what it reports as it trains. */
function mayWait({ spec }: Study): boolean {
  return !strategyFor(spec.strategy).adaptive && spec.fidelity === undefined;
}

/** A trial that has failed, or was lost, may do so again, and is not to take others with it. */
function mayShare({ attempts, lost }: Trial): boolean {
  return attempts === 1 && lost === 0;
}
