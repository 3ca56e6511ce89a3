import type { ParameterValues } from "../../lib/space/parameter.ts";
import type { Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { short } from "./numbers.ts";

/** `learningRate=0.01 layers=2` */
export function parameterText(parameters: ParameterValues): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${short(value)}`)
    .join(" ");
}

/** `error=0.031`, or how the trial ended without a value. */
export function metricText(trial: Pick<Trial, "state" | "metrics" | "reason">, spec: StudySpec): string {
  if (trial.state !== "SUCCEEDED")
    return `${trial.state} ${trial.reason?.code ?? ""}: ${firstLine(trial.reason?.message)}`;
  return spec.metrics.map(({ name }) => `${name}=${short(trial.metrics?.[name])}`).join(" ");
}

function firstLine(text: string | undefined): string {
  const [line = ""] = (text ?? "").split("\n");
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
