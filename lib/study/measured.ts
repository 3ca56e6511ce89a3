import { meanValue } from "./confidence.ts";
import type { Metrics, Trial } from "./records.ts";
import type { Objective, OutcomeConstraint } from "./spec.ts";

/**
 * The numbers of a result: objectives first, in the order of the study, then every other number that came. A number
 * that is not finite is null. What is no number is left out, and so are names that JavaScript would put before the
 * objectives (`0`, `1`) or that no JSON object can hold.
 */
export function measuredMetrics(raw: Readonly<Record<string, unknown>>, objectives: readonly Objective[]): Metrics {
  const first = objectives.map(({ name }) => name);
  const others = Object.keys(raw).filter(
    (name) => !first.includes(name) && name !== "__proto__" && !/^[0-9]+$/.test(name),
  );
  const metrics: Record<string, number | null> = {};
  for (const name of [...first, ...others]) {
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (value === null || typeof value === "number") metrics[name] = Number.isFinite(value) ? (value as number) : null;
  }
  return metrics;
}

/** The standard errors of a result that belong to a metric with a value. */
export function standardErrorsOf(
  raw: Readonly<Record<string, unknown>>,
  metrics: Metrics,
): readonly (readonly [name: string, error: unknown])[] {
  return Object.keys(metrics).flatMap((name) =>
    metrics[name] !== null && Object.hasOwn(raw, name) ? [[name, raw[name]] as const] : [],
  );
}

/** A metric as a list of one, or of none where there is no finite value. */
export function metricOf(metrics: Metrics | null, name: string): readonly number[] {
  const value = metrics !== null && Object.hasOwn(metrics, name) ? metrics[name] : null;
  return typeof value === "number" ? [value] : [];
}

/** Means of the named metrics over trials, without those that some trial did not measure. */
export function meanMetrics(trials: readonly Pick<Trial, "metrics">[], names: readonly string[]): Metrics {
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = trials.flatMap(({ metrics }) => metricOf(metrics, name));
      return values.length > 0 && values.length === trials.length ? [[name, meanValue(values)] as const] : [];
    }),
  );
}

/**
 * How the metrics break the outcome constraints, one sentence each; empty where all hold. A metric that is missing or
 * not finite breaks its bounds: what was not measured cannot be promised.
 */
export function outcomeViolations(metrics: Metrics, outcomes: readonly OutcomeConstraint[]): readonly string[] {
  return outcomes.flatMap(({ metric, min, max }) => {
    const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
    if (value === undefined) return [`${metric} is missing`];
    if (value === null) return [`${metric} is not finite`];
    return [
      ...(min !== undefined && value < min ? [`${metric} is ${value}, below ${min}`] : []),
      ...(max !== undefined && value > max ? [`${metric} is ${value}, above ${max}`] : []),
    ];
  });
}
