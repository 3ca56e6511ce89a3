import { searchCount } from "../../lib/study/stopping.ts";
import type { OpenedStudy } from "../../local/open-study.ts";
import { colors } from "./colors.ts";
import { counted } from "./numbers.ts";

/** The first lines of a run: which study, and which other one waits. */
export function openingLines({ study, resumed, unfinished }: OpenedStudy): string[] {
  const { spec } = study;
  const what = `${counted(spec.trials, "trial")}, ${spec.parallel} at a time, strategy ${spec.strategy}, seed ${spec.seed}`;
  const verb = resumed ? `resumed after ${counted(searchCount(study), "trial")}` : "started";
  const lines = [`${colors.bold(study.id)} ${verb}: ${what}`];
  if (unfinished !== null) {
    lines.push(colors.dim(`${unfinished.id} is unfinished (${unfinished.status}); --resume would continue it`));
  }
  return lines;
}
