import type { ParameterValues } from "../../lib/space/parameter.ts";
import type { Metrics, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { oneLine, short } from "./numbers.ts";

/** As much of a reason as a line bears. */
const REASON_LENGTH = 100;

/** `learningRate=0.01 layers=2` */
export function parameterText(parameters: ParameterValues): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${short(value)}`)
    .join(" ");
}

/** `error=0.031 seconds=12` */
export function metricsText(metrics: Metrics): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name}=${short(value)}`)
    .join(" ");
}

/** What came of a trial: `error=0.031`, `error=0.12 at epochs 9` where it was cut short, or why there is no value; empty for one that has not begun. */
export function resultText(
  { state, metrics, reason, feasible, fidelity }: Pick<Trial, "state" | "metrics" | "reason" | "feasible" | "fidelity">,
  spec: StudySpec,
): string {
  const paused = state === "PAUSED" || (state === "STOPPED" && metrics !== null);
  if (state !== "SUCCEEDED" && !paused) return reason === null ? "" : reasonText(reason);
  const values = spec.metrics.map(({ name }) => `${name}=${short(metrics?.[name])}`).join(" ");
  const at = paused && spec.fidelity !== undefined ? ` at ${spec.fidelity.name} ${short(fidelity)}` : "";
  return `${values}${at}${feasible === false ? " (beyond an outcome constraint)" : ""}`;
}

/** `TIMEOUT: ran longer than 5 s` */
export function reasonText({ code, message }: { readonly code: string; readonly message: string }): string {
  return `${code}: ${oneLine(message, REASON_LENGTH)}`;
}
