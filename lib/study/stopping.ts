import type { Judgement } from "./judgement.ts";
import { capReached } from "./price/cap.ts";
import type { Metrics, Study } from "./records.ts";
import type { FailureLimit, StudySpec } from "./spec.ts";
import type { EndCounts, Reason, StudyStatus, TrialCounts } from "./states.ts";

export interface StopReason {
  readonly status: StudyStatus;
  readonly reason: Reason;
}

/**
 * From how many ended trials on failures are judged. Fewer say little about a share; ten failures before anything else
 * are a broken setup.
 */
const JUDGED_FROM = 10;

/** Trials that have ended, but for cancelled ones. */
export function endedCount({ succeeded, infeasible, failed, stopped }: EndCounts): number {
  return succeeded + infeasible + failed + stopped;
}

/** Replicates that have ended, in whatever way: all there are while a study searches. */
export function replicateCount({ replicates }: Pick<Study, "replicates">): number {
  return endedCount(replicates) + replicates.cancelled;
}

/** The trials of the search by state: replicates come on top. */
function searchCounts({ counts, replicates }: Pick<Study, "counts" | "replicates">): TrialCounts {
  return {
    ...counts,
    succeeded: counts.succeeded - replicates.succeeded,
    infeasible: counts.infeasible - replicates.infeasible,
    failed: counts.failed - replicates.failed,
    stopped: counts.stopped - replicates.stopped,
    cancelled: counts.cancelled - replicates.cancelled,
  };
}

/** Trials that count against `trials`: those of the search that have ended here. */
export function doneCount({ counts, replicates, imported }: Pick<Study, "counts" | "replicates" | "imported">): number {
  return endedCount(counts) - endedCount(replicates) - imported;
}

/**
 * Whether a study that runs is to end now, and why; null: it goes on. Failures are asked first, for a study that is
 * broken must not look completed; then what was reached; then what is used up.
 *
 * @param now milliseconds since 1970 UTC
 */
export function stopReason(study: Study, now: number): StopReason | null {
  return failures(study) ?? target(study) ?? trials(study) ?? noProgress(study) ?? limitReached(study, now);
}

/** The end of a study that has used up what it may use, whatever it has come to. */
export function limitReached(study: Study, now: number): StopReason | null {
  return wallClock(study, now) ?? capReached(study);
}

/** Whether no trial may start: nothing is left to search; or, where replicates run, nothing to run them with. */
export function startsNone(study: Study, now: number): boolean {
  return (study.epoch.confirms === undefined ? stopReason(study, now) : limitReached(study, now)) !== null;
}

/**
 * Whether a study that searches surely goes on once one more of its trials has ended like this, by what is known of it now. A failure
 * may end it, and so may a result that reaches the target: then it is to be asked again.
 */
export function goesOnAfter(
  study: Study,
  { state, metrics }: Pick<Judgement, "state" | "metrics">,
  now: number,
): boolean {
  const { spec, epoch, endedAtBest } = study;
  if (state === "FAILED" || epoch.confirms !== undefined || stopReason(study, now) !== null) return false;
  const done = doneCount(study) + 1;
  const { noProgress: patience } = spec.stopping;
  const patient = patience === null || done - endedAtBest < patience;
  return patient && done < spec.trials && reached(spec, metrics ?? {}) === null;
}

/** The end of a study that has had its trials. */
export function usedUp(study: Study): StopReason {
  const counts = searchCounts(study);
  if (counts.succeeded === 0) return noSuccess(endedCount(counts));
  const { spec } = study;
  const all = `all ${plural(spec.trials, "trial")} ended`;
  const { fidelity } = spec;
  return completed(
    "TRIALS",
    fidelity === undefined ? all : `${all}, ${counts.succeeded} at ${fidelity.name} ${fidelity.max}`,
  );
}

/** The end of a study whose strategy has nothing new to propose. */
export function exhausted(study: Study): StopReason {
  const counts = searchCounts(study);
  const ended = endedCount(counts);
  if (ended > 0 && counts.succeeded === 0) return noSuccess(ended);
  return completed("EXHAUSTED", `nothing new is left to try after ${plural(ended, "trial")}`);
}

/**
 * The end of a study whose best trial is within `stopping.regret` of the optimum. Unlike the other criteria it needs a model of
 * all results, so that the plan alone asks for it.
 *
 * @param bound of what is left to gain, in the unit of the objective
 */
export function withinRegret(study: Study, bound: number): StopReason {
  const { spec } = study;
  const gain = `at most ${Number(bound.toPrecision(2))} of ${spec.metrics[0]?.name} is left to gain`;
  const after = `by a model of ${doneCount(study)} of ${plural(spec.trials, "trial")}`;
  return completed("REGRET", `${gain}, ${after}; stopping.regret is ${spec.stopping.regret}`);
}

/** What counts no more against `failures` from now on. */
export function forgivenNow(study: Study): NonNullable<StudySpec["forgiven"]> {
  const counts = searchCounts(study);
  return { ended: endedCount(counts) + counts.paused, failed: counts.failed };
}

/**
 * Where trials may be cut short, those that wait have done well so far, and so have those that climb, which counts do not tell
 * from those that begin: the failures are held against all that were begun.
 */
function failures(study: Study): StopReason | null {
  const { spec } = study;
  const { forgiven = { ended: 0, failed: 0 } } = spec;
  const counts = searchCounts(study);
  const ended = endedCount(counts) + counts.paused - forgiven.ended;
  if (ended < JUDGED_FROM) return null;
  const judged = spec.fidelity === undefined ? ended : ended + counts.running + counts.proposed;
  const failures = counts.failed - forgiven.failed;
  const since = spec.forgiven === undefined ? "" : " since the study was retried";
  if (failures === judged) return failed(`the first ${judged} trials${since} all failed`);
  const { max } = spec.failures;
  if (max === null || !exceeds(failures, judged, max)) return null;
  const share = "count" in max ? `${max.count}` : `${Number((max.fraction * 100).toFixed(6))}%`;
  const of = spec.fidelity === undefined ? `${judged} ended trials` : `${judged} trials`;
  return failed(`${failures} of ${of}${since} failed, more than failures.max ${share}`);
}

function exceeds(failedTrials: number, judged: number, max: FailureLimit): boolean {
  return "count" in max ? failedTrials > max.count : failedTrials > max.fraction * judged;
}

function target({ best, spec }: Study): StopReason | null {
  const value = best === null ? null : reached(spec, best.metrics);
  if (best === null || value === null) return null;
  const what = `${spec.metrics[0]?.name} ${value} of trial ${best.trial}`;
  return completed("TARGET", `${what} reaches the target ${spec.stopping.target}`);
}

/** The value among these that reaches the target; null where none does. */
function reached({ metrics: [objective], stopping: { target: wanted } }: StudySpec, metrics: Metrics): number | null {
  if (wanted === null || objective === undefined) return null;
  const value = Object.hasOwn(metrics, objective.name) ? (metrics[objective.name] ?? null) : null;
  if (value === null) return null;
  return (objective.goal === "minimize" ? value <= wanted : value >= wanted) ? value : null;
}

function trials(study: Study): StopReason | null {
  return doneCount(study) < study.spec.trials ? null : usedUp(study);
}

function noProgress(study: Study): StopReason | null {
  const { best, endedAtBest, spec } = study;
  const counts = searchCounts(study);
  const { noProgress: patience } = spec.stopping;
  if (patience === null) return null;
  const since = doneCount(study) - endedAtBest;
  if (since < patience) return null;
  if (counts.succeeded === 0) return noSuccess(endedCount(counts));
  const what = best === null ? "no best trial was found" : `the best, trial ${best.trial}, did not improve`;
  return completed("NO_PROGRESS", `${what} in the last ${plural(since, "trial")}`);
}

function wallClock({ startedAt, spec }: Study, now: number): StopReason | null {
  const { wallClock: limit } = spec.budget;
  if (limit === null || startedAt === null || now - startedAt < limit * 1000) return null;
  const passed = Math.floor((now - startedAt) / 1000);
  return {
    status: "STOPPED",
    reason: { code: "WALL_CLOCK", message: `${passed} s have passed, the budget.wallClock is ${limit} s` },
  };
}

function completed(code: string, message: string): StopReason {
  return { status: "COMPLETED", reason: { code, message } };
}

function failed(message: string): StopReason {
  return { status: "FAILED", reason: { code: "FAILURES", message } };
}

function noSuccess(ended: number): StopReason {
  return failed(ended === 1 ? "the only trial did not succeed" : `none of the ${ended} ended trials succeeded`);
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
