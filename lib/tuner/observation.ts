import type { Observation } from "../strategy/strategy.ts";
import type { Metrics, StandardErrors, Trial } from "../study/records.ts";
import type { Objective, OutcomeConstraint, StudySpec } from "../study/spec.ts";
import { ENDED } from "../study/states.ts";

/** What a strategy learns from trials: those that have ended, but for cancelled ones, in the order given. */
export function observationsOf(
  trials: readonly Trial[],
  { metrics: objectives, outcomes }: Pick<StudySpec, "metrics" | "outcomes">,
): Observation[] {
  return trials
    .filter(({ state }) => ENDED.has(state) && state !== "CANCELLED")
    .map(({ number, parameters, state, metrics, standardErrors, startedAt, endedAt }) => ({
      number,
      parameters,
      ...(startedAt === null || endedAt === null ? {} : { seconds: Math.max(0, endedAt - startedAt) / 1000 }),
      ...measuredValues(state === "SUCCEEDED" ? metrics : null, objectives, outcomes, standardErrors),
    }));
}

/**
 * What a strategy learns from a trial's metrics. All or nothing: without an objective there is nothing to model, and
 * without a constrained metric it cannot be said whether the trial may be the best.
 *
 * @param metrics null for a trial that failed
 */
export function measuredValues(
  metrics: Metrics | null,
  objectives: readonly Objective[],
  outcomes: readonly OutcomeConstraint[],
  standardErrors: StandardErrors = {},
): Pick<Observation, "values" | "outcomes" | "standardErrors"> {
  const read = (names: readonly string[]): number[] =>
    names.flatMap((name) => {
      const value = metrics !== null && Object.hasOwn(metrics, name) ? metrics[name] : null;
      return typeof value === "number" && Number.isFinite(value) ? [value] : [];
    });
  const values = read(objectives.map(({ name }) => name));
  const constrained = read(outcomes.map(({ metric }) => metric));
  const complete = values.length === objectives.length && constrained.length === outcomes.length;
  if (!complete) return { values: null };
  const errors = objectives.map(({ name }) => (Object.hasOwn(standardErrors, name) ? standardErrors[name]! : null));
  const given = errors.some((error) => error !== null);
  return { values, outcomes: constrained, ...(given ? { standardErrors: errors } : {}) };
}
