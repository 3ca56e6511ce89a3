import { PegboxError } from "../errors/pegbox-error.ts";
import type { Claim } from "../store/study-store.ts";
import { affordable } from "../study/price/cap.ts";
import type { Study } from "../study/records.ts";
import { endedCount, startsNone } from "../study/stopping.ts";
import { SLOT_WAITS } from "../workflow/limits.ts";
import type { NextTrialAnswer, NextTrialEvent, RefillEvent } from "../workflow/messages.ts";
import { findRunner, runnerNamed } from "./find-runner.ts";
import { biggerThan, meterOf } from "./money/meter.ts";
import type { RunnerTarget, TunerPorts } from "./ports.ts";
import { isRefilled, refillStep, roomOf } from "./slots/buffer.ts";
import { claimShift } from "./slots/claim-shift.ts";
import { claimWithoutOptimizer } from "./slots/fallback.ts";
import { leaseOf } from "./slots/lease.ts";
import { settleSlot } from "./slots/settle-slot.ts";
import { ranBy } from "./slots/slot-clock.ts";

/**
 * A slot tells what became of its trial and asks for the next.
 *
 * 1. What it tells is judged and settled: an end, a pause below the whole training, a retry, or back to the queue for a fault
 *    that is not the trial's. Where that surely does not end the study, the next trial is claimed with it.
 * 2. Where more proposals are due, they are asked for; nobody waits for them here.
 * 3. A slot that has had its share, or whose study stops, is done.
 * 4. Otherwise it claims the next ready trial, or several that are short; the same call again is given the same trials.
 * 5. Where none is ready but more will be, the slot is to wait and ask again; after the last wait it is given a trial that
 *    no optimizer has seen.
 */
export async function nextTrial(event: NextTrialEvent, ports: TunerPorts): Promise<NextTrialAnswer> {
  const before = event.told === null ? null : await studyOf(event, ports);
  const ran = ranBy(event.told, ports.now());
  const ahead = before === null ? null : wantedBy(event, before, ports);
  const told =
    before === null || event.told === null ? { ended: [] } : await settleSlot(before, event.told, ports, ahead?.claim);
  const study = await studyOf(event, ports);
  for (const trial of told.ended) ports.observe({ type: "trialEnded", study: study.id, trial, best: study.best });
  const growing = mayStart(event, study, ports) && isGrowing(event, study);
  if (growing && told.ended.length > 0 && refillIsDue(before ?? study, study)) {
    await ports.requestRefill(refillOf(event));
  }
  const wanted = told.claimed === undefined ? wantedBy(event, study, ports) : ahead;
  if (wanted === null) return { kind: "done" };

  const { runner, claim } = wanted;
  let trial = told.claimed === undefined ? await ports.store.claimTrial(study.id, claim) : told.claimed;
  // without money there is no trial to wait for
  if (trial === null && growing && affordable(study, claim.meter?.reservedUsd ?? 0) > 0) {
    await ports.requestRefill(refillOf(event));
    const seconds = event.waits === undefined ? undefined : SLOT_WAITS[event.waits];
    if (seconds !== undefined) return { kind: "wait", seconds };
    trial = await claimWithoutOptimizer(study.id, claim, ports);
  }
  // a repeated claim may find its trial ended, or given to another
  if (trial === null || trial.lease !== claim.lease) return { kind: "done" };
  ports.observe({ type: "trialStarted", study: study.id, trial });
  return claimShift(event, { study, first: trial, claim, runner: runnerNamed(runner, trial.runner), ran }, ports);
}

interface Wanted {
  readonly runner: RunnerTarget;
  readonly claim: Claim;
}

/** What a slot claims with; null where it is to claim nothing. */
function wantedBy(event: NextTrialEvent, study: Study, ports: TunerPorts): Wanted | null {
  if (!mayStart(event, study, ports) || event.seq >= event.quota) return null;
  const { runner } = findRunner(study.spec.runner, ports.runners);
  // the next plan says so
  if (runner === null) return null;
  const meter = meterOf(study.spec, runner);
  const { generation, epoch, slot, seq } = event;
  const bigger = biggerThan(study.spec, runner);
  const priced = { ...(meter === null ? {} : { meter }), ...(bigger.length === 0 ? {} : { bigger }) };
  return { runner, claim: { generation, epoch, slot, seq, lease: leaseOf(event), ...priced, at: ports.now() } };
}

function mayStart({ generation }: NextTrialEvent, study: Study, ports: TunerPorts): boolean {
  return study.status === "RUNNING" && study.generation === generation && !startsNone(study, ports.now());
}

function isGrowing({ epoch }: NextTrialEvent, study: Study): boolean {
  return study.epoch.number === epoch && isRefilled(study) && roomOf(study) > 0;
}

/** Whether the count of ended trials has come by a multiple of the step meanwhile. Of those who end trials at once, each may see it. */
function refillIsDue(before: Study, after: Study): boolean {
  const step = refillStep(after.epoch.slots);
  const steps = ({ counts }: Study): number => Math.floor(endedCount(counts) / step);
  return steps(after) > steps(before);
}

function refillOf({ studyId, generation, epoch }: NextTrialEvent): RefillEvent {
  return { studyId, generation, epoch };
}

async function studyOf(event: NextTrialEvent, ports: TunerPorts): Promise<Study> {
  const study = await ports.store.getStudy(event.studyId);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study "${event.studyId}", there is none`);
  return study;
}
