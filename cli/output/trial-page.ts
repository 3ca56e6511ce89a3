import type { StudySpec } from "../../lib/study/spec.ts";
import type { MeasuredTrialView } from "../../lib/study/views.ts";
import { colors } from "./colors.ts";
import { oneLine, short } from "./numbers.ts";
import { plainTable } from "./table.ts";
import { parameterText, resultText } from "./trial-text.ts";

/** What `pegbox show --trial` prints: the trial, and what it measured, a line a step. */
export function trialPage(trial: MeasuredTrialView, spec: StudySpec): string {
  const { measurements = [], startedAt, endedAt, attempts, runner } = trial;
  const bigger = runner === undefined ? "" : `, the last on ${oneLine(runner)}, for want of memory`;
  const names = [...new Set(measurements.flatMap(({ metrics }) => Object.keys(metrics)))];
  const columns = ["step", ...names.map((name) => oneLine(name))].map((head) => ({ head, right: true }));
  const rows = measurements.map(({ step, metrics }) => [`${step}`, ...names.map((name) => short(metrics[name]))]);
  const result = resultText(trial, spec);
  return [
    `${colors.bold(`trial ${trial.trial}`)} ${trial.state}${result === "" ? "" : `: ${result}`}`,
    parameterText(trial.parameters),
    `started ${startedAt ?? "not yet"}, ended ${endedAt ?? "not yet"}, attempts ${attempts}${bigger}`,
    "",
    ...(measurements.length === 0 ? ["it has told of no measurements"] : plainTable(columns, rows).split("\n")),
  ].join("\n");
}
