import pc from "picocolors";
import type { StudyView } from "../../lib/study/views.ts";
import { commandName } from "../command-name.ts";
import { short } from "./numbers.ts";

/** The last words of a run: how it ended, the winner, and what to type next. */
export function studySummary(view: StudyView, at: { readonly file: string; readonly state: string }): string {
  const reason = view.reason === null ? "" : ` (${view.reason.message})`;
  const status = view.status === "COMPLETED" ? pc.green(view.status) : pc.yellow(view.status);
  return ["", `${pc.bold(view.id)} ${status}${reason}`, ...winner(view), "", ...nextSteps(view, at)].join("\n");
}

export function winner({ best, optimal }: StudyView): string[] {
  if (optimal !== undefined) return [`${optimal.length} trials that no other beats in every objective`];
  if (best === null) return ["no trial has a usable result yet"];
  const metrics = Object.entries(best.metrics).map(([name, value]) => `${name} ${short(value)}`);
  const width = Math.max(...Object.keys(best.parameters).map((name) => name.length));
  return [
    `best: trial ${best.trial}, ${pc.green(metrics.join(", "))}`,
    ...Object.entries(best.parameters).map(([name, value]) => `  ${name.padEnd(width)}  ${short(value)}`),
  ];
}

function nextSteps(view: StudyView, { file, state }: { readonly file: string; readonly state: string }): string[] {
  const command = commandName();
  const where = state === ".pegbox" ? "" : ` --state ${state}`;
  const steps = [
    ["every trial", `${command} export ${view.id} --format csv${where}`],
    ["look again", `${command} show ${view.id}${where}`],
  ];
  if (view.status === "PAUSED") steps.unshift(["go on", `${command} run ${file} --resume${where}`]);
  if (view.status === "FAILED") steps.unshift(["why", `${command} show ${view.id}${where}`]);
  return steps.map(([what = "", how = ""]) => `${pc.dim(what.padEnd(11))}  ${how}`);
}
