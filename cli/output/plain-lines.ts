import type { StudySpec } from "../../lib/study/spec.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { short } from "./numbers.ts";
import { openingLines } from "./opening.ts";
import type { Reporter } from "./reporter.ts";
import { metricText, parameterText } from "./trial-text.ts";

/** For logs and pipes: a line for each trial that ends, nothing that moves. */
export function plainLines(spec: StudySpec): Reporter {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    open: (opened) => openingLines(opened).forEach(print),
    event(event) {
      const line = lineOf(event, spec);
      if (line !== null) print(line);
    },
    close: () => {},
  };
}

function lineOf(event: TunerEvent, spec: StudySpec): string | null {
  if (event.type === "trialRequeued") return `trial ${event.number} is run again: ${event.reason.message}`;
  if (event.type !== "trialEnded") return null;
  const { trial, best } = event;
  const objective = spec.metrics[0]?.name ?? "";
  const incumbent = best === null ? "" : `  best ${short(best.metrics[objective])} (trial ${best.trial})`;
  return `trial ${trial.number} ${metricText(trial, spec)}  ${parameterText(trial.parameters)}${incumbent}`;
}
