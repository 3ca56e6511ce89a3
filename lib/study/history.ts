import type { Metrics, StandardErrors, Trial } from "./records.ts";
import { replicateDecision, replicatedBy } from "./replicate.ts";
import type { StudySpec } from "./spec.ts";
import { ENDED } from "./states.ts";

/** What is learned from a trial: what it tried, what it measured on which rung, and when. Every trial is one, and more. */
export type PastTrial = Pick<
  Trial,
  | "number"
  | "state"
  | "source"
  | "parameters"
  | "decision"
  | "fidelity"
  | "rungs"
  | "metrics"
  | "standardErrors"
  | "startedAt"
  | "endedAt"
  | "reason"
>;

/** What strategies learn from: objectives, and metrics that have bounds. */
export function learnedMetrics({ metrics, outcomes }: Pick<StudySpec, "metrics" | "outcomes">): ReadonlySet<string> {
  return new Set([...metrics.map(({ name }) => name), ...outcomes.map(({ metric }) => metric)]);
}

/**
 * A trial without what nothing is learned from: of why it has its parameters only who chose them, and of a replicate whose
 * they are; not why it ended as it did.
 *
 * @param learned names of metrics; what else a trial reported may be long
 */
export function pastTrial(trial: PastTrial, learned: ReadonlySet<string>): PastTrial {
  const { number, state, source, parameters, decision, fidelity, rungs, startedAt, endedAt } = trial;
  const of = replicatedBy(trial);
  return {
    ...{ number, state, source, parameters, fidelity, startedAt, endedAt },
    reason: ENDED.has(state) ? null : trial.reason,
    decision: of === null ? { strategy: decision.strategy } : replicateDecision(of),
    rungs: rungs.map((rung) => ({ fidelity: rung.fidelity, feasible: rung.feasible, ...measured(rung, learned) })),
    ...measured(trial, learned),
  };
}

function measured<T extends Metrics | null>(
  { metrics, standardErrors }: { readonly metrics: T; readonly standardErrors?: StandardErrors },
  learned: ReadonlySet<string>,
): { readonly metrics: T; readonly standardErrors?: StandardErrors } {
  const known = <R extends object | null>(values: R): R =>
    values === null ? values : (Object.fromEntries(Object.entries(values).filter(([name]) => learned.has(name))) as R);
  return {
    metrics: known(metrics),
    ...(standardErrors === undefined ? {} : { standardErrors: known(standardErrors) }),
  };
}
