import type { Observation, Pending } from "../../strategy/strategy.ts";
import type { PastTrial } from "../../study/history.ts";
import type { Metrics, StandardErrors } from "../../study/records.ts";
import { replicatedBy } from "../../study/replicate.ts";
import type { Objective, OutcomeConstraint, StudySpec } from "../../study/spec.ts";
import { ENDED } from "../../study/states.ts";

/**
 * What a strategy learns from trials: those that have ended, but for cancelled ones, in the order given; where trials have a
 * fidelity, what each rung has measured.
 */
export function observationsOf(
  trials: readonly PastTrial[],
  { metrics: objectives, outcomes }: Pick<StudySpec, "metrics" | "outcomes">,
): Observation[] {
  return trials.flatMap((trial) => {
    const { number, parameters, state, fidelity, rungs, metrics, standardErrors } = trial;
    const known = rungs.map((rung) => ({
      number,
      parameters,
      fidelity: rung.fidelity,
      ...measuredValues(rung.metrics, objectives, outcomes, rung.standardErrors),
    }));
    const of = replicatedBy(trial);
    const ended = ENDED.has(state) && state !== "CANCELLED" && !(state === "STOPPED" && rungs.length > 0);
    if (!ended) return known;
    const last = {
      number,
      parameters,
      ...(fidelity === null ? secondsOf(trial) : { fidelity }),
      ...(of === null ? {} : { replicates: of }),
      ...measuredValues(state === "SUCCEEDED" ? metrics : null, objectives, outcomes, standardErrors),
    };
    return [...known, last];
  });
}

/** What a trial took, with its retries; nothing of one that was brought in finished. */
function secondsOf({ startedAt, endedAt }: PastTrial): Pick<Observation, "seconds"> {
  return startedAt === null || endedAt === null ? {} : { seconds: Math.max(0, endedAt - startedAt) / 1000 };
}

/** Trials that have not ended, but for paused ones, which may climb; and those that were stopped on a rung, which may not. */
export function pendingOf(trials: readonly PastTrial[]): Pending[] {
  const waits = ({ state, rungs }: PastTrial): boolean =>
    state === "STOPPED" ? rungs.length > 0 : !ENDED.has(state) && state !== "PAUSED";
  return trials.filter(waits).map(({ number, parameters }) => ({ number, parameters }));
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
