import { endedCount } from "../../lib/study/stopping.ts";
import { colors } from "./colors.ts";
import type { Opening } from "./news.ts";
import { counted } from "./numbers.ts";

/** The first lines of a run, or of a watch: which study, and which other one waits. */
export function openingLines({ study, how, replicates, unfinished }: Opening): string[] {
  const { spec } = study;
  const what = `${counted(spec.trials, "trial")}, ${spec.parallel} at a time, strategy ${spec.strategy}, seed ${spec.seed}`;
  const ended = endedCount(study.counts) - replicates;
  const verb = how === "started" ? how : `${how} after ${counted(ended, "trial")}`;
  const lines = [`${colors.bold(study.id)} ${verb}: ${what}`];
  if (unfinished !== null) {
    lines.push(colors.dim(`${unfinished.id} is unfinished (${unfinished.status}); --resume would continue it`));
  }
  return lines;
}
