import type { Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { trialView } from "../../lib/study/views.ts";

/** Comma-separated values as RFC 4180 has them; a cell of nothing is empty. */
const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const HEAD = ["trial", "state", "feasible"] as const;
const TAIL = ["attempts", "reason", "startedAt", "endedAt"] as const;

/** Parameters as `p.NAME`, objectives as `m.NAME`: a parameter and a metric may share a name. */
export function csvHeader(spec: StudySpec): string {
  const parameters = spec.space.parameters.map(({ name }) => `p.${name}`);
  const metrics = spec.metrics.map(({ name }) => `m.${name}`);
  return [...HEAD, ...parameters, ...metrics, ...TAIL].map(cell).join(",");
}

export function csvRow(trial: Trial, spec: StudySpec): string {
  const view = trialView(trial);
  return [
    ...HEAD.map((key) => view[key]),
    ...spec.space.parameters.map(({ name }) => trial.parameters[name]),
    ...spec.metrics.map(({ name }) => trial.metrics?.[name]),
    ...TAIL.map((key) => (key === "reason" ? view.reason?.code : view[key])),
  ]
    .map(cell)
    .join(",");
}
