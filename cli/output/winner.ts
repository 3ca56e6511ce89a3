import { confirmationHead, differenceText, finalistText } from "../../lib/study/confirmation.ts";
import type { Confirmation } from "../../lib/study/records.ts";
import type { BestView, StudyView } from "../../lib/study/views.ts";
import { colors } from "./colors.ts";
import { counted, short } from "./numbers.ts";
import { plainTable } from "./table.ts";
import { metricsText, parameterText } from "./trial-text.ts";

/** Optimal trials of several objectives that a screen bears; `--json` gives all. */
const MOST_OPTIMAL = 10;

/** The best trial with its parameters, or the Pareto set. */
export function winnerLines({ best, optimal, confirmation }: StudyView): string[] {
  if (optimal !== undefined) return optimalLines(optimal);
  if (best === null) return ["no trial has a usable, feasible result"];
  const width = Math.max(...Object.keys(best.parameters).map((name) => name.length));
  return [
    `best: trial ${best.trial}, ${colors.green(metricsText(best.metrics))}`,
    ...Object.entries(best.parameters).map(([name, value]) => `  ${name.padEnd(width)}  ${short(value)}`),
    ...(confirmation === undefined ? [] : ["", ...confirmationLines(confirmation)]),
  ];
}

function confirmationLines(confirmation: Confirmation): string[] {
  const { level, metric, finalists, difference } = confirmation;
  const head = `${confirmationHead(confirmation)}: mean ${metric} of replicates, intervals at ${Math.round(level * 100)} %`;
  return [
    confirmation.winner === null ? colors.yellow(head) : head,
    ...finalists.map((finalist) => `  ${finalistText(finalist)}`),
    ...(difference === null ? [] : [`  ${differenceText(difference)}`]),
  ];
}

function optimalLines(optimal: readonly BestView[]): string[] {
  if (optimal.length === 0) return ["no trial has a usable, feasible result"];
  const names = Object.keys(optimal[0]?.metrics ?? {});
  const columns = [
    { head: "trial", right: true },
    ...names.map((head) => ({ head, right: true })),
    { head: "parameters" },
  ];
  const rows = optimal
    .slice(0, MOST_OPTIMAL)
    .map(({ trial, metrics, parameters }) => [
      `${trial}`,
      ...names.map((name) => colors.green(short(metrics[name]))),
      parameterText(parameters),
    ]);
  const more = optimal.length - MOST_OPTIMAL;
  return [
    `${counted(optimal.length, "trial")} that no other beats in every objective:`,
    ...plainTable(columns, rows).split("\n"),
    ...(more > 0 ? [colors.dim(`and ${more} more: --json gives all`)] : []),
  ];
}
