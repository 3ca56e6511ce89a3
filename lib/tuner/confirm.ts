import { compileSpace } from "../space/codec.ts";
import type { Proposal, StudyStore } from "../store/study-store.ts";
import { shortList } from "../strategy/recommend.ts";
import { confirm } from "../study/confirmation.ts";
import { meanMetrics, outcomeViolations } from "../study/measured.ts";
import { affordable } from "../study/price/cap.ts";
import type { Confirmation, Confirming, Study, Trial } from "../study/records.ts";
import { replicateDecision, replicatedBy } from "../study/replicate.ts";
import type { StudySpec } from "../study/spec.ts";
import { ENDED } from "../study/states.ts";
import { limitReached, type StopReason, stopReason } from "../study/stopping.ts";
import { epochShape } from "../workflow/limits.ts";
import type { PlanAnswer, PlanEvent } from "../workflow/messages.ts";
import { findRunner } from "./find-runner.ts";
import { cancelOpen } from "./lifecycle/cancel-open.ts";
import { meterOf } from "./money/meter.ts";
import type { TunerPorts } from "./ports.ts";
import { measuredValues } from "./search/observation.ts";
import { rangesOf } from "./search/open-trials.ts";

/** Configurations that are run again: the one to deploy, and the one that it might be mistaken for. */
export const FINALISTS = 2;

/**
 * The end of a study, after `replicates.final` more runs of its two best configurations:
 *
 * 1. Where the search completed and something is left to run trials with, the finalists are chosen, as the study would
 *    recommend them, and what it had begun and not started is cancelled.
 * 2. Their replicates are proposed at once, by turns, and run in epochs that say what they are for. Each plan takes up
 *    those that are open still.
 * 3. When none is open, or no more may start, the study ends as its search did.
 *
 * @param end what the search has come to
 * @returns null where the runner is there no more
 */
export async function endSearch(
  event: PlanEvent,
  study: Study,
  end: StopReason,
  ports: TunerPorts,
): Promise<PlanAnswer | null> {
  const finish: PlanAnswer = { action: "finish", ...end };
  if (study.spec.replicates === undefined || end.status !== "COMPLETED") return finish;
  if (limitReached(study, ports.now()) !== null) return finish;
  const finalists = await chooseFinalists(study, ports.store);
  if (finalists.length === 0) return finish;
  await cancelOpen(study, end.reason, ports);
  const confirms = { ...end, finalists, after: study.created, amendments: study.amendments };
  return runReplicates(event, study, confirms, [], ports);
}

/** What the open epoch runs replicates for, if the study still ends with them: one that was extended searches on. */
export function confirming(study: Study, now: number): Confirming | null {
  const { confirms } = study.epoch;
  if (confirms === undefined) return null;
  return confirms.amendments === study.amendments || stopReason(study, now) !== null ? confirms : null;
}

/**
 * @param open numbers of the replicates that have not ended
 * @returns null where the runner is there no more
 */
export async function runReplicates(
  event: PlanEvent,
  study: Study,
  confirms: Confirming,
  open: readonly number[],
  ports: TunerPorts,
): Promise<PlanAnswer | null> {
  const { spec } = study;
  const { status, reason } = confirms;
  if (limitReached(study, ports.now()) !== null) return { action: "finish", status, reason };
  const proposals = await missingReplicates(study, confirms, ports.store);
  const numbers = [...open, ...proposals.map(({ number }) => number)];
  if (numbers.length === 0) return { action: "finish", status, reason };
  const { runner } = findRunner(spec.runner, ports.runners);
  if (runner === null) return null;
  const { kind, slots = spec.parallel } = runner;
  const worst = meterOf(spec, runner)?.reservedUsd ?? null;
  const money = worst === null && spec.budget.usd !== undefined ? 0 : affordable(study, worst ?? 0);
  if (money === 0) return { action: "finish", status, reason };
  const shape = epochShape({
    slots: Math.min(spec.parallel, slots, numbers.length, money),
    remaining: numbers.length,
    open: numbers.length,
    pace: "ahead",
    kind,
    events: event.events,
  });
  if (shape === "handOver") return { action: "handOver" };
  const epoch = await ports.store.openEpoch(study.id, {
    generation: study.generation,
    number: study.epoch.number + 1,
    created: study.created,
    proposals,
    ready: rangesOf(numbers),
    slots: shape.slots,
    trialsPerSlot: shape.trialsPerSlot,
    confirms,
    at: ports.now(),
  });
  ports.observe({
    type: "epochOpened",
    study: study.id,
    epoch: epoch.number,
    proposed: proposals.length,
    reason: null,
  });
  const { mode, events } = shape;
  const { slots: opened, trialsPerSlot } = epoch;
  return { action: "run", mode, epoch: epoch.number, slots: opened, trialsPerSlot, events };
}

/**
 * Cancels the replicates of an epoch that have not ended: the study searches on, and runs new ones at its next end.
 *
 * @returns the study as it stands then
 */
export async function dropReplicates(study: Study, open: readonly number[], ports: TunerPorts): Promise<Study> {
  const reason = { code: "EXTENDED", message: "the study was extended, and searches on" };
  await ports.store.cancelTrials(study.id, open, reason, ports.now());
  return (await ports.store.getStudy(study.id)) ?? study;
}

/** What the replicates of a study that ends say of its best; null where it ran none since its search ended. */
export async function confirmationOf(
  { id, spec, epoch, created }: Study,
  store: StudyStore,
): Promise<Confirmation | null> {
  const { confirms } = epoch;
  if (confirms === undefined) return null;
  const replicates = (await replicatesSince(id, confirms, created, store)).filter(
    ({ state }) => ENDED.has(state) && state !== "CANCELLED",
  );
  if (replicates.length === 0) return null;
  const finalists = await Promise.all(confirms.finalists.map((number) => store.getTrial(id, number)));
  const contenders = finalists.flatMap((trial) =>
    trial === null ? [] : [{ trial, replicates: replicates.filter((other) => replicatedBy(other) === trial.number) }],
  );
  return confirm(contenders, spec);
}

function replicatesSince(
  id: string,
  { after }: Confirming,
  created: number,
  store: StudyStore,
): Promise<readonly Trial[]> {
  return store
    .readTrials(id, { from: after + 1, to: created })
    .then((trials) => trials.filter(({ source }) => source === "replicate"));
}

/** By turns, so that what is cut short has measured both. One that was cancelled is asked for again. */
async function missingReplicates(study: Study, confirms: Confirming, store: StudyStore): Promise<readonly Proposal[]> {
  const { id, spec, created } = study;
  const run = (await replicatesSince(id, confirms, created, store)).filter(({ state }) => state !== "CANCELLED");
  const turns = await Promise.all(
    confirms.finalists.map(async (number, place) => {
      const trial = await store.getTrial(id, number);
      const had = run.filter((other) => replicatedBy(other) === number).length;
      const missing = Math.max(0, (spec.replicates?.final ?? 0) - had);
      return trial === null
        ? []
        : Array.from({ length: missing }, (_, turn) => ({ trial, order: [turn, place] as const }));
    }),
  );
  const whole = spec.fidelity === undefined ? {} : { fidelity: spec.fidelity.max };
  return turns
    .flat()
    .sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1])
    .map(({ trial }, i) => ({
      number: created + 1 + i,
      source: "replicate",
      parameters: trial.parameters,
      decision: replicateDecision(trial.number),
      ...whole,
    }));
}

/** The best configurations by what is known of them, each by the first trial that measured it. */
async function chooseFinalists({ id, spec, created, best }: Study, store: StudyStore): Promise<readonly number[]> {
  const [objective] = spec.metrics;
  if (best === null || objective === undefined) return [];
  const trials = await store.readTrials(id, { from: 1, to: created });
  const deployable = keepingOutcomes(trials, spec).map(({ number, parameters, metrics, standardErrors }) => ({
    number,
    parameters,
    ...measuredValues(metrics, spec.metrics, spec.outcomes, standardErrors),
  }));
  return shortList(spec.space, objective.goal, spec.seed, deployable, FINALISTS).map(({ number }) => number);
}

/** The successes of configurations whose outcomes keep the constraints: in the mean, where they were measured several times. */
function keepingOutcomes(trials: readonly Trial[], { space, outcomes }: StudySpec): readonly Trial[] {
  const compiled = compileSpace(space);
  const configurations = new Map<string, Trial[]>();
  for (const trial of trials.filter(({ state }) => state === "SUCCEEDED")) {
    const key = compiled.key(trial.parameters);
    configurations.set(key, [...(configurations.get(key) ?? []), trial]);
  }
  const names = outcomes.map(({ metric }) => metric);
  return [...configurations.values()]
    .filter((same) => outcomeViolations(meanMetrics(same, names), outcomes).length === 0)
    .flat()
    .sort((a, b) => a.number - b.number);
}
