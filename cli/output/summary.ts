import { endedCount } from "../../lib/study/stopping.ts";
import type { StudyView } from "../../lib/study/views.ts";
import { commandName } from "../command-name.ts";
import { colors } from "./colors.ts";
import { counted } from "./numbers.ts";
import { winnerLines } from "./winner.ts";

interface Place {
  /** What to type for a paused study to go on; null where it will by itself. */
  readonly goOn: string | null;
  /** As `Studies` has them. */
  readonly options: string;
}

/** The last words of a run: how it ended, the winner, and what to type next. */
export function studySummary(view: StudyView, wanted: number, at: Place): string {
  return [
    "",
    `${colors.bold(view.id)} ${statusText(view)}`,
    countsText(view, wanted),
    "",
    ...winnerLines(view),
    "",
    ...nextSteps(view, at).map(([what, how]) => `${colors.dim(what.padEnd(11))}  ${how}`),
  ].join("\n");
}

/** `COMPLETED: all 30 trials ended` */
export function statusText({ status, reason }: StudyView): string {
  const color = status === "COMPLETED" ? colors.green : status === "FAILED" ? colors.red : colors.yellow;
  return reason === null ? color(status) : `${color(status)}: ${reason.message}`;
}

/** `12 of 30 trials ended, and 4 replicates: 15 succeeded, 1 failed; 2 suggestions cancelled`. @param wanted `trials` of the study */
export function countsText({ trials, replicates = 0 }: StudyView, wanted: number): string {
  const ended = endedCount(trials) - replicates;
  const ends = named(trials, ["succeeded", "infeasible", "failed", "stopped"]);
  const open = named(trials, ["running", "paused", "proposed"]);
  const onTop = replicates === 0 ? "" : `, and ${counted(replicates, "replicate")}`;
  return [
    `${ended} of ${counted(wanted, "trial")} ended${onTop}${ends === "" ? "" : `: ${ends}`}`,
    ...(open === "" ? [] : [open]),
    ...(trials.cancelled === 0 ? [] : [`${counted(trials.cancelled, "suggestion")} cancelled`]),
  ].join("; ");
}

function named(trials: StudyView["trials"], states: readonly (keyof StudyView["trials"])[]): string {
  return states
    .filter((state) => trials[state] > 0)
    .map((state) => `${trials[state]} ${state}`)
    .join(", ");
}

/** Commands that do what they say when they are pasted. */
function nextSteps({ id, status }: StudyView, { goOn, options }: Place): [what: string, how: string][] {
  const command = commandName();
  return [
    ...(status === "PAUSED" && goOn !== null ? [["go on", goOn] as [string, string]] : []),
    [status === "FAILED" ? "see why" : "look again", `${command} show ${id}${options}`],
    ["every trial", `${command} export ${id}${options} > ${id}.csv`],
  ];
}
