import pc from "picocolors";
import type { Study, Trial } from "../../lib/study/records.ts";
import type { StudyView } from "../../lib/study/views.ts";
import { winner } from "./summary.ts";
import { plainTable } from "./table.ts";
import { metricText, parameterText } from "./trial-text.ts";

/** What `pegbox show` prints: the state, the winner, and the last trials given. */
export function studyPage(view: StudyView, study: Study, last: readonly Trial[]): string {
  const counts = Object.entries(view.trials).filter(([name, count]) => name !== "total" && count > 0);
  const lines = [
    `${pc.bold(view.id)}  ${view.status}${view.reason === null ? "" : `  ${view.reason.code}: ${view.reason.message}`}`,
    `${pc.dim("trials")}    ${counts.map(([name, count]) => `${count} ${name}`).join(", ") || "none yet"} of ${study.spec.trials}`,
    `${pc.dim("strategy")}  ${view.strategy}, seed ${view.seed}`,
    `${pc.dim("created")}   ${view.createdAt}, last change ${view.updatedAt}`,
    "",
    ...winner(view),
  ];
  if (last.length === 0) return lines.join("\n");
  const rows = last.map((trial) => [
    `${trial.number}`,
    trial.state,
    metricText(trial, study.spec),
    parameterText(trial.parameters),
  ]);
  return [...lines, "", plainTable(["trial", "state", "result", "parameters"], rows)].join("\n");
}
