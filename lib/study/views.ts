import { compileSpace } from "../space/codec.ts";
import type { ParameterValues, SearchSpace } from "../space/parameter.ts";
import { winnerOf } from "./confirmation.ts";
import { isoTime } from "./iso-time.ts";
import type { Measurement } from "./measurement.ts";
import type { Best, Confirmation, Decision, Metrics, Rung, StandardErrors, Study, Trial } from "./records.ts";
import { replicatedBy } from "./replicate.ts";
import type { Reason, StudyStatus, TrialCounts, TrialState } from "./states.ts";
import { endedCount } from "./stopping.ts";

/** A trial as the winner of a study is shown. */
export interface BestView {
  readonly trial: number;
  readonly parameters: ParameterValues;
  readonly metrics: Metrics;
}

/** A study as `run`, `show` and `GET /studies/{id}` give it. Times are RFC 3339 UTC. */
export interface StudyView {
  readonly id: string;
  readonly name: string;
  readonly status: StudyStatus;
  readonly reason: Reason | null;
  readonly seed: number;
  readonly strategy: string;
  /** `total` is the sum of the others. */
  readonly trials: { readonly total: number } & TrialCounts;
  /** Of the trials, replicates that have ended: they come on top. Only where there are any. */
  readonly replicates?: number;
  /** Where replicates have confirmed another trial than the one with the best value, that. */
  readonly best: BestView | null;
  /** What replicates have said of the best, of a study that has ended with them. */
  readonly confirmation?: Confirmation;
  /** The Pareto set, in order of number; with several objectives only. */
  readonly optimal?: readonly BestView[];
  readonly spend: { readonly usd: number };
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A trial as `export` and the API give it. Times are RFC 3339 UTC. */
export interface TrialView {
  readonly trial: number;
  readonly state: TrialState;
  readonly feasible: boolean | null;
  readonly parameters: ParameterValues;
  /** They are not within the study's bounds, or not as they are now: nothing is learned from it. */
  readonly outside?: boolean;
  readonly metrics: Metrics | null;
  /** Of the metrics, where the trial gave any. */
  readonly standardErrors?: StandardErrors;
  readonly attempts: number;
  /** What ran its last attempt, where it had run out of memory before: a bigger runner than the study's. */
  readonly runner?: string;
  /** How far it trains, or has trained; null where trials have no fidelity. */
  readonly fidelity: number | null;
  /** Of a replicate: the trial whose parameters it runs again. */
  readonly replicates?: number;
  /** What it measured on its way there, where it did. */
  readonly rungs?: readonly Rung[];
  readonly reason: Reason | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly cost: { readonly usd: number } | null;
  readonly decision: Decision;
}

/** @param optimal the Pareto set of a study with several objectives; shown for such a study alone. */
export function studyView(study: Study, optimal: readonly Trial[] = []): StudyView {
  const { id, spec, status, reason, confirmation } = study;
  const replicates = endedCount(study.replicates);
  const best = (confirmation === null ? null : winnerOf(confirmation)) ?? study.best;
  return {
    id,
    name: spec.name,
    status,
    reason: reason === null ? null : reasonView(reason),
    seed: spec.seed,
    strategy: spec.strategy,
    trials: countsView(study.counts),
    ...(replicates === 0 ? {} : { replicates }),
    best: best === null ? null : bestView(best),
    ...(confirmation === null ? {} : { confirmation }),
    ...(spec.metrics.length > 1 ? { optimal: optimal.map(optimalView) } : {}),
    spend: { usd: study.spentUsd },
    createdAt: isoTime(study.createdAt),
    updatedAt: isoTime(study.updatedAt),
  };
}

/** Views of the trials of a study, each beside the bounds that the study has now. */
export function trialViewIn(space: SearchSpace): (trial: Trial) => TrialView {
  const { contains } = compileSpace(space);
  return (trial) => (contains(trial.parameters) ? trialView(trial) : { ...trialView(trial), outside: true });
}

/** Nothing is said of bounds. */
export function trialView(trial: Trial): TrialView {
  const replicates = replicatedBy(trial);
  return {
    trial: trial.number,
    state: trial.state,
    feasible: trial.feasible,
    parameters: trial.parameters,
    metrics: trial.metrics,
    ...(trial.standardErrors === undefined ? {} : { standardErrors: trial.standardErrors }),
    attempts: trial.attempts,
    ...(trial.runner === undefined ? {} : { runner: trial.runner }),
    fidelity: trial.fidelity,
    ...(replicates === null ? {} : { replicates }),
    ...(trial.rungs.length === 0 ? {} : { rungs: trial.rungs.map(rungView) }),
    reason: trial.reason === null ? null : reasonView(trial.reason),
    startedAt: trial.startedAt === null ? null : isoTime(trial.startedAt),
    endedAt: trial.endedAt === null ? null : isoTime(trial.endedAt),
    cost: trial.cost,
    decision: trial.decision,
  };
}

/** A trial that is shown alone, with what it measured on its way. */
export interface MeasuredTrialView extends TrialView {
  /** In order of step; only where it told of any. */
  readonly measurements?: readonly Measurement[];
}

export function measuredTrialView(trial: TrialView, measurements: readonly Measurement[]): MeasuredTrialView {
  return measurements.length === 0 ? trial : { ...trial, measurements };
}

/** Key by key: what a store keeps beside the counts is not shown. */
function countsView(counts: TrialCounts): StudyView["trials"] {
  const { proposed, running, paused, succeeded, infeasible, failed, stopped, cancelled } = counts;
  const total = proposed + running + paused + succeeded + infeasible + failed + stopped + cancelled;
  return { total, proposed, running, paused, succeeded, infeasible, failed, stopped, cancelled };
}

function reasonView({ code, message }: Reason): Reason {
  return { code, message };
}

function rungView({ fidelity, metrics, standardErrors, feasible }: Rung): Rung {
  return { fidelity, metrics, ...(standardErrors === undefined ? {} : { standardErrors }), feasible };
}

function bestView({ trial, parameters, metrics }: Omit<Best, "score">): BestView {
  return { trial, parameters, metrics };
}

function optimalView({ number, parameters, metrics }: Trial): BestView {
  return { trial: number, parameters, metrics: metrics ?? {} };
}
