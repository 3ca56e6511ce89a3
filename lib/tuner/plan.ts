import { PegboxError } from "../errors/pegbox-error.ts";
import { compileSpace } from "../space/codec.ts";
import { strategyFor } from "../strategy/registry.ts";
import { affordable, BUDGET_USD, unaffordable } from "../study/price/cap.ts";
import type { Study } from "../study/records.ts";
import type { StudySpec } from "../study/spec.ts";
import type { Reason } from "../study/states.ts";
import { doneCount, exhausted, type StopReason, stopReason, usedUp } from "../study/stopping.ts";
import { epochShape } from "../workflow/limits.ts";
import type { PlanAnswer, PlanEvent } from "../workflow/messages.ts";
import { confirming, dropReplicates, endSearch, runReplicates } from "./confirm.ts";
import { findRunner } from "./find-runner.ts";
import { endOpen } from "./lifecycle/cancel-open.ts";
import { capIssues, meterOf } from "./money/meter.ts";
import type { RunnerTarget, TunerPorts } from "./ports.ts";
import { climbers, lastClimber } from "./search/climb.ts";
import { rangesOf, readCandidates } from "./search/open-trials.ts";
import { propose } from "./search/propose.ts";
import { regretReached } from "./search/regret.ts";
import { isRefilled, openTogether } from "./slots/buffer.ts";
import { pacingOf } from "./slots/pacing.ts";
import { sweepEpoch } from "./slots/sweep-epoch.ts";

/** Passes in a row in which no slot could work, each after a longer wait: about ten minutes in all. */
const STALL_LIMIT = 5;

/**
 * Between two epochs: close one, decide, open the next.
 *
 * 1. A study that is paused, stopped or owned by another execution ends this one.
 * 2. Trials that the last epoch left open go back to PROPOSED.
 * 3. A stopping criterion ends the study, after the replicates that it asks for.
 * 4. A study whose runner is there no more is PAUSED, saying so, until it is resumed with it.
 * 5. A budget that has no room for one trial more ends it too. Open trials beyond the budget, which has become smaller, are
 *    cancelled.
 * 6. Paused trials that have earned it train further; the strategy proposes what the epoch still has room for: a round, or
 *    what the slots start with, where trials that end make room for more (`refill`).
 * 7. The epoch opens over the open trials, the promoted and the new ones, together.
 *
 * Running it twice does no harm: trials that the first run proposed are open trials to the second.
 */
export async function plan(event: PlanEvent, ports: TunerPorts): Promise<PlanAnswer> {
  const found = await ports.store.getStudy(event.studyId);
  if (found === null) throw new PegboxError("NOT_FOUND", `expected a study "${event.studyId}", there is none`);
  if (found.generation !== event.generation) return { action: "halt" };
  // what began it, a sweep, is done: its workers do the rest
  if (found.spec.runner.external) return { action: "halt" };
  if (found.status === "PAUSING") return pause(event, found, ports);
  if (found.status === "STOPPING") return stopped(found);
  if (found.status !== "RUNNING") return { action: "halt" };

  const open = await sweepEpoch(found, ports);
  const study = (await ports.store.getStudy(event.studyId)) ?? found;
  const confirms = confirming(study, ports.now());
  if (confirms !== null) {
    const { status, reason } = confirms;
    if (event.stalls >= STALL_LIMIT) return { action: "finish", status, reason };
    return confirmOrRest(event, study, runReplicates(event, study, confirms, open, ports), ports);
  }
  const stop =
    event.stalls >= STALL_LIMIT
      ? stalled(event)
      : (stopReason(study, ports.now()) ?? (await regretReached(study, ports.store)));
  if (stop !== null) return confirmOrRest(event, study, endSearch(event, study, stop, ports), ports);
  if (study.epoch.confirms === undefined) return openNext(event, study, open, ports);
  return openNext(event, await dropReplicates(study, open, ports), [], ports);
}

async function openNext(
  event: PlanEvent,
  study: Study,
  swept: readonly number[],
  ports: TunerPorts,
): Promise<PlanAnswer> {
  const { spec } = study;
  const strategy = strategyFor(spec.strategy);
  const remaining = spec.trials - doneCount(study);
  const { runner, missing } = findRunner(spec.runner, ports.runners);
  if (runner === null) return rest(event, study, missing, ports);
  const { kind, slots = spec.parallel } = runner;
  const worst = meterOf(spec, runner)?.reservedUsd ?? null;
  if (worst === null && spec.budget.usd !== undefined) return { action: "finish", ...unkept(spec, runner) };
  const money = affordable(study, worst ?? 0);
  if (money === 0) return { action: "finish", ...unaffordable(study, worst ?? 0) };
  const size = { slots: Math.min(spec.parallel, slots, remaining, money), remaining };
  const { pace, reason } = await pacingOf(study, strategy, size, ports.store);
  const shape = epochShape({ ...size, pace, kind, open: swept.length, events: event.events });
  if (shape === "handOver") return { action: "handOver" };

  const startable = remaining - study.counts.paused;
  const open = await withinBudget(study, await withinBounds(study, swept, ports), startable, ports);
  const together = pace === "refilled" ? Math.min(openTogether(shape.slots), shape.trials) : shape.trials;
  const room = Math.min(remaining, together) - open.length;
  const earned = await climbers(study, room, ports.store);
  const fresh = Math.min(room - earned.length, startable - open.length);
  const { proposals, refusal } = await propose(study, strategy, Math.max(fresh, 0), ports.store);
  const found = open.length + earned.length + proposals.length;
  const promotions = found === 0 ? await lastClimber(study, ports.store) : earned;
  const numbers = [...open, ...promotions.map(({ number }) => number), ...proposals.map(({ number }) => number)];
  if (numbers.length === 0) {
    if (refusal !== null) return { action: "finish", status: "FAILED", reason: refusal };
    const end = startable > 0 ? exhausted(study) : usedUp(study);
    return confirmOrRest(event, study, endSearch(event, study, end, ports), ports);
  }

  const epoch = await ports.store.openEpoch(study.id, {
    generation: study.generation,
    number: study.epoch.number + 1,
    created: study.created,
    proposals,
    promotions,
    ready: rangesOf(numbers.sort((a, b) => a - b)),
    slots: Math.min(shape.slots, numbers.length),
    trialsPerSlot: shape.trialsPerSlot,
    ...(reason === null || isRefilled(study) === (pace === "refilled") ? {} : { reason }),
    at: ports.now(),
  });
  ports.observe({ type: "epochOpened", study: study.id, epoch: epoch.number, proposed: proposals.length, reason });
  return {
    action: "run",
    mode: shape.mode,
    epoch: epoch.number,
    slots: epoch.slots,
    trialsPerSlot: epoch.trialsPerSlot,
    events: shape.events,
  };
}

/**
 * The open trials without those that a strategy proposed in bounds that have been narrowed since, which are ended. What people
 * asked for is run.
 */
async function withinBounds(study: Study, open: readonly number[], ports: TunerPorts): Promise<readonly number[]> {
  if (study.amendments === 0 || open.length === 0) return open;
  const { contains } = compileSpace(study.spec.space);
  const reason = { code: "OUTSIDE", message: "the bounds of the study were narrowed" };
  const gone = new Set<number>();
  for (const { number, state, source, parameters } of await readCandidates(study, ports.store)) {
    if (state !== "PROPOSED" || source !== "strategy" || contains(parameters)) continue;
    gone.add(number);
  }
  await endOpen(study, [...gone], reason, ports);
  return open.filter((number) => !gone.has(number));
}

/** What comes of the replicates at the end of a study, which rests where there is nothing to run them. */
async function confirmOrRest(
  event: PlanEvent,
  study: Study,
  replicates: Promise<PlanAnswer | null>,
  ports: TunerPorts,
): Promise<PlanAnswer> {
  const { missing } = findRunner(study.spec.runner, ports.runners);
  return (await replicates) ?? rest(event, study, missing, ports);
}

/** The open trials that the study may still run: all, unless it was resumed with fewer trials than it had begun. */
async function withinBudget(
  study: Study,
  open: readonly number[],
  startable: number,
  ports: TunerPorts,
): Promise<readonly number[]> {
  const most = Math.max(0, startable);
  const reason = { code: "TRIALS", message: `the study was cut down to ${study.spec.trials} trials` };
  await endOpen(study, open.slice(most), reason, ports);
  return open.slice(0, most);
}

async function pause(event: PlanEvent, study: Study, ports: TunerPorts): Promise<PlanAnswer> {
  await sweepEpoch(study, ports);
  return rest(event, study, study.reason, ports);
}

async function rest(event: PlanEvent, study: Study, reason: Reason | null, ports: TunerPorts): Promise<PlanAnswer> {
  const paused = await ports.store.moveStudy(study.id, {
    from: [study.status],
    to: "PAUSED",
    reason,
    generation: study.generation,
    at: ports.now(),
  });
  // somebody has wished otherwise meanwhile, and counts on this execution
  return paused ? { action: "halt" } : plan(event, ports);
}

/** A `budget.usd` that came later than the study, by a request that did not know the runner. */
function unkept(spec: StudySpec, runner: RunnerTarget): StopReason {
  const missing = capIssues(spec, runner).map(({ path, expected }) => `${path}: expected ${expected}`);
  const message = `budget.usd cannot be kept: ${missing.join("; ")}`;
  return { status: "STOPPED", reason: { code: BUDGET_USD, message } };
}

function stopped({ reason }: Study): PlanAnswer {
  return {
    action: "finish",
    status: "STOPPED",
    reason: reason ?? { code: "STOPPED_BY_USER", message: "stopped by request" },
  };
}

function stalled(event: PlanEvent): { readonly status: "FAILED"; readonly reason: { code: string; message: string } } {
  const message = `no slot could work in ${event.stalls} passes; the execution's history says why`;
  return { status: "FAILED", reason: { code: "FAILURES", message } };
}
