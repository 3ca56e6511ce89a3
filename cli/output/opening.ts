import pc from "picocolors";
import { endedCount } from "../../lib/study/stopping.ts";
import type { OpenedStudy } from "../../local/open-study.ts";

/** The first lines of a run: which study, and which other one waits. */
export function openingLines({ study, resumed, unfinished }: OpenedStudy): string[] {
  const { spec } = study;
  const what = `${spec.trials} trials, ${spec.parallel} at a time, strategy ${spec.strategy}, seed ${spec.seed}`;
  const verb = resumed ? `resumed after ${endedCount(study.counts)} trials` : "started";
  const lines = [`${pc.bold(study.id)} ${verb}: ${what}`];
  if (unfinished !== null) {
    lines.push(pc.dim(`${unfinished.id} is unfinished (${unfinished.status}); --resume would continue it`));
  }
  return lines;
}
