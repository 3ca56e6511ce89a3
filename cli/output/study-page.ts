import type { StudySpec } from "../../lib/study/spec.ts";
import type { StudyView, TrialView } from "../../lib/study/views.ts";
import { colors } from "./colors.ts";
import { countsText, statusText } from "./summary.ts";
import { plainTable } from "./table.ts";
import { cut } from "./text-width.ts";
import { parameterText, resultText } from "./trial-text.ts";
import { winnerLines } from "./winner.ts";

/**
 * What `pegbox show` prints: the state, the winner, and the last trials given.
 *
 * @param width of the terminal; infinite where lines need not be cut.
 */
export function studyPage(
  { view, spec }: { readonly view: StudyView; readonly spec: StudySpec },
  last: readonly TrialView[],
  width: number,
): string {
  const lines = [
    `${colors.bold(view.id)} ${statusText(view)}`,
    countsText(view, spec.trials),
    `strategy ${view.strategy}, seed ${view.seed}`,
    `created ${view.createdAt}, last change ${view.updatedAt}`,
    "",
    ...winnerLines(view),
  ];
  if (last.length > 0) lines.push("", ...trialsTable(last, spec));
  return lines.map((line) => cut(line, width)).join("\n");
}

function trialsTable(trials: readonly TrialView[], spec: StudySpec): string[] {
  const columns = [{ head: "trial", right: true }, { head: "state" }, { head: "result" }, { head: "parameters" }];
  const rows = trials.map((trial) => [
    `${trial.trial}`,
    trial.state,
    resultText(trial, spec),
    parameterText(trial.parameters),
  ]);
  return plainTable(columns, rows).split("\n");
}
