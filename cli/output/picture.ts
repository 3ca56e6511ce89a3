import type { StudySpec } from "../../lib/study/spec.ts";
import { colors } from "./colors.ts";
import { type Layout, rowOf } from "./layout.ts";
import { duration } from "./numbers.ts";
import type { Progress, Shown } from "./progress.ts";
import { plainTable } from "./table.ts";
import { cut } from "./text-width.ts";
import { metricsText, parameterText, reasonText } from "./trial-text.ts";

export interface Frame {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** Ctrl-C was heard. */
  readonly pausing: boolean;
}

/** Beside the trials: the head, an empty line, the bar, the best, the failures, and the line of the cursor. */
const OTHER_LINES = 6;
/** A tall terminal is not filled: what was on it before stays in sight. */
const MOST_TRIALS = 24;
const BAR_WIDTH = 30;

/** One picture of the moving table, a line an item, none wider and all together not higher than the terminal. */
export function picture(progress: Progress, spec: StudySpec, layout: Layout, frame: Frame): string[] {
  const height = Math.max(1, Math.min(MOST_TRIALS, frame.rows - OTHER_LINES));
  const columns = layout.fit(frame.columns);
  const rows = trialsShown(progress, height).map((shown) => {
    const isBest = shown.trial.number === progress.best?.trial;
    const cells = rowOf(shown, { columns, isBest, now: frame.now });
    return isBest ? cells.map((text) => colors.green(text)) : cells;
  });
  const table = plainTable(columns, rows).split("\n");
  const lines = [...table, "", bar(progress, spec, frame), ...bestLine(progress), ...failureLine(progress)];
  return lines.map((line) => cut(line, frame.columns));
}

/**
 * By number, so that a trial keeps its place from its start to its end: those that run, oldest first, in at most half
 * of the lines, and the last that ended in the rest.
 */
function trialsShown(progress: Progress, height: number): Shown[] {
  const running = [...progress.running.values()].slice(0, Math.max(1, Math.floor(height / 2)));
  const ended = height > running.length ? progress.recent.slice(running.length - height) : [];
  return [...ended, ...running].sort((a, b) => a.trial.number - b.trial.number);
}

function bar(progress: Progress, spec: StudySpec, { now, pausing, columns }: Frame): string {
  const { ended, replicates } = progress;
  const width = Math.min(BAR_WIDTH, Math.floor(columns / 4));
  const filled = Math.round(Math.min(1, ended / spec.trials) * width);
  const drawn = colors.cyan("━".repeat(filled)) + colors.dim("─".repeat(width - filled));
  const time = pausing ? colors.yellow("pausing; Ctrl-C again kills") : timeText(progress, spec, now);
  const onTop = replicates === 0 ? "" : ` + ${replicates}`;
  return `${drawn} ${ended}/${spec.trials}${onTop} trials  ${time}`;
}

function timeText(progress: Progress, spec: StudySpec, now: number): string {
  const time = duration((now - progress.startedAt) / 1000);
  // How many trials train how far is not known before.
  const known = spec.fidelity === undefined && progress.ended < spec.trials;
  const left = known ? progress.secondsLeft(spec.trials, now) : null;
  return left === null ? time : `${time}, about ${duration(left)} left`;
}

function bestLine({ best }: Progress): string[] {
  if (best === null) return [];
  return [
    `best ${colors.green(metricsText(best.metrics))}  trial ${best.trial}  ${colors.dim(parameterText(best.parameters))}`,
  ];
}

function failureLine({ failed, infeasible, lastFailure }: Progress): string[] {
  if (failed + infeasible === 0) return [];
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(infeasible > 0 ? [`${infeasible} infeasible`] : []),
  ].join(", ");
  const last = lastFailure === null ? "" : `  trial ${lastFailure.trial} ${reasonText(lastFailure.reason)}`;
  return [`${colors.yellow(counts)}${colors.dim(last)}`];
}
