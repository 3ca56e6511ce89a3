import { PegboxError } from "../errors/pegbox-error.ts";
import type { Study } from "../study/records.ts";
import { startsNone } from "../study/stopping.ts";
import type { NextTrialAnswer, NextTrialEvent } from "../workflow/messages.ts";
import { findRunner } from "./find-runner.ts";
import { invocation } from "./invocation.ts";
import { leaseOf } from "./lease.ts";
import { meterOf } from "./meter.ts";
import type { TunerPorts } from "./ports.ts";
import { settleTold } from "./settle-told.ts";

/**
 * A slot tells what became of its trial and asks for the next.
 *
 * 1. What it tells is judged and settled: an end, a pause below the whole training, a retry, or back to the queue for a fault
 *    that is not the trial's.
 * 2. A slot that has had its share, or whose study stops, is done.
 * 3. Otherwise it claims the next ready trial; the same call again is given the same trial.
 */
export async function nextTrial(event: NextTrialEvent, ports: TunerPorts): Promise<NextTrialAnswer> {
  const settled = event.told === null ? null : await settleTold(await studyOf(event, ports), event.told, ports);
  const study = await studyOf(event, ports);
  const ended = settled?.ended ?? null;
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
