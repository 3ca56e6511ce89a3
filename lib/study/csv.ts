import type { StudySpec } from "./spec.ts";
import type { TrialView } from "./views.ts";

/** What the rows of a study hold between the fixed columns at both ends. */
export interface CsvColumns {
  /** Whether trials have one. */
  readonly fidelity: boolean;
  /** Whether the best are run again. */
  readonly replicates: boolean;
  readonly parameters: readonly string[];
  readonly metrics: readonly string[];
  /** Names of metrics of which a trial gave a standard error. */
  readonly standardErrors: readonly string[];
}

const HEAD = ["trial", "state", "feasible"] as const;
const TAIL = ["attempts", "reason", "startedAt", "endedAt"] as const;

export interface ReportedNames {
  readonly metrics: Set<string>;
  readonly standardErrors: Set<string>;
}

/** Adds what trials gave, in the order in which it first came; a trial may give more than the objectives. */
export function noteReported(trials: readonly TrialView[], names: ReportedNames): void {
  for (const trial of trials) {
    for (const name of Object.keys(trial.metrics ?? {})) names.metrics.add(name);
    for (const name of Object.keys(trial.standardErrors ?? {})) names.standardErrors.add(name);
  }
}

/** The metrics and standard errors that trials gave; the objectives come first whether they gave them or not. */
export function csvColumns(
  { space, metrics, fidelity, replicates }: StudySpec,
  reported: { readonly metrics: Iterable<string>; readonly standardErrors: Iterable<string> },
): CsvColumns {
  const objectives = metrics.map(({ name }) => name);
  return {
    fidelity: fidelity !== undefined,
    replicates: replicates !== undefined,
    parameters: space.parameters.map(({ name }) => name),
    metrics: [...new Set([...objectives, ...reported.metrics])],
    standardErrors: [...reported.standardErrors],
  };
}

/** Parameters as `p.NAME`, metrics as `m.NAME`, for they may share a name; standard errors as `se.NAME`. */
export function csvHeader({ fidelity, replicates, parameters, metrics, standardErrors }: CsvColumns): string {
  return row([
    ...HEAD,
    ...(fidelity ? ["fidelity"] : []),
    ...(replicates ? ["replicates"] : []),
    ...parameters.map((name) => `p.${name}`),
    ...metrics.map((name) => `m.${name}`),
    ...standardErrors.map((name) => `se.${name}`),
    ...TAIL,
  ]);
}

export function csvRow(
  trial: TrialView,
  { fidelity, replicates, parameters, metrics, standardErrors }: CsvColumns,
): string {
  return row([
    ...HEAD.map((key) => trial[key]),
    ...(fidelity ? [trial.fidelity] : []),
    ...(replicates ? [trial.replicates] : []),
    ...parameters.map((name) => trial.parameters[name]),
    ...metrics.map((name) => trial.metrics?.[name]),
    ...standardErrors.map((name) => trial.standardErrors?.[name]),
    ...TAIL.map((key) => (key === "reason" ? trial.reason?.code : trial[key])),
  ]);
}

/** Comma-separated values as RFC 4180 has them; a cell of nothing is empty. */
function row(values: readonly unknown[]): string {
  return values.map(cell).join(",");
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
