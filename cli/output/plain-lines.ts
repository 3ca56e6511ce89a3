import { replicatedBy } from "../../lib/study/replicate.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { endedCount } from "../../lib/study/stopping.ts";
import type { News, ShownTrial } from "./news.ts";
import { openingLines } from "./opening.ts";
import { isFirstNews } from "./progress.ts";
import type { Reporter } from "./reporter.ts";
import { parameterText, reasonText, resultText } from "./trial-text.ts";

/** For logs and pipes: a line for each trial that ends or pauses, nothing that moves. */
export function plainLines(spec: StudySpec): Omit<Reporter, "pausing"> {
  let ended = 0;
  return {
    open(opened) {
      const { counts } = opened.study;
      ended = endedCount(counts) - opened.replicates + counts.paused;
      print(...openingLines(opened));
    },
    event(event) {
      if (isFirstNews(event)) ended += 1;
      const line = lineOf(event, spec, ended);
      if (line !== null) print(line);
    },
    close: () => {},
  };
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Null for what is no news to a log. */
export function lineOf(event: News, spec: StudySpec, ended: number): string | null {
  // a pause gives every running trial back: it has been said once
  if (event.type === "trialRequeued" && event.reason.code === "INTERRUPTED") return null;
  if (event.type === "trialRequeued") return `trial ${event.number} is run again: ${reasonText(event.reason)}`;
  if (event.type !== "trialEnded" && event.type !== "trialPaused") return null;
  const { trial } = event;
  const of = replicatedBy(trial);
  const what = of === null ? `trial ${trial.number}` : `trial ${trial.number} (replicate of ${of})`;
  const mark = event.type === "trialEnded" && event.best?.trial === trial.number ? "  new best" : "";
  const count = `${ended}`.padStart(`${spec.trials}`.length);
  return `${count}/${spec.trials}  ${what}  ${outcome(trial, spec)}  ${parameterText(trial.parameters)}${mark}`;
}

function outcome(trial: ShownTrial, spec: StudySpec): string {
  return trial.state === "SUCCEEDED" || trial.state === "PAUSED"
    ? resultText(trial, spec)
    : `${trial.state} ${resultText(trial, spec)}`;
}
