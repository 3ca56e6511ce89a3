import pc from "picocolors";
import type { Best, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { endedCount } from "../../lib/study/stopping.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { duration, short } from "./numbers.ts";
import { openingLines } from "./opening.ts";
import type { Reporter } from "./reporter.ts";
import { Screen } from "./screen.ts";
import { plainTable } from "./table.ts";

/** Ended trials kept on the screen: with the running ones they fit a terminal of 24 lines. */
const RECENT = 8;
const RUNNING_SHOWN = 6;
const BAR_WIDTH = 30;
/** Ten pictures a second: as smooth as a terminal gets, and nothing that 500 trials a second would feel. */
const FRAME_MS = 100;

/** A table that moves: the last trials, the running ones, the incumbent, and a bar with the time left. */
export function liveTable(spec: StudySpec): Reporter {
  const screen = new Screen(process.stdout);
  const state: Progress = {
    running: new Map(),
    recent: [],
    best: null,
    ended: 0,
    endedBefore: 0,
    startedAt: Date.now(),
  };
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => screen.draw(picture(state, spec, Date.now(), process.stdout.columns ?? 80));
  return {
    open(opened) {
      process.stdout.write(`${openingLines(opened).join("\n")}\n\n`);
      state.ended = endedCount(opened.study.counts);
      state.endedBefore = state.ended;
      timer = setInterval(draw, FRAME_MS);
    },
    event: (event) => note(event, state),
    close() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      draw();
    },
  };
}

interface Progress {
  readonly running: Map<number, Trial>;
  recent: readonly Trial[];
  best: Best | null;
  ended: number;
  endedBefore: number;
  readonly startedAt: number;
}

function note(event: TunerEvent, state: Progress): void {
  if (event.type === "trialStarted") state.running.set(event.trial.number, event.trial);
  if (event.type === "trialRequeued") state.running.delete(event.number);
  if (event.type !== "trialEnded") return;
  state.running.delete(event.trial.number);
  state.recent = [...state.recent, event.trial].slice(-RECENT);
  state.best = event.best;
  state.ended += 1;
}

function picture(state: Progress, spec: StudySpec, now: number, width: number): string[] {
  const running = [...state.running.values()].slice(0, RUNNING_SHOWN);
  const names = spec.space.parameters.map(({ name }) => name);
  const objective = spec.metrics[0]?.name ?? "";
  const rows = [...state.recent, ...running].map((trial) => {
    const best = trial.number === state.best?.trial;
    const cells = [`${trial.number}`, outcome(trial, objective), ...names.map((name) => cell(trial.parameters[name]))];
    return best ? cells.map((text) => pc.green(text)) : cells;
  });
  const table = plainTable(["trial", objective, ...names], rows);
  return [...table.split("\n").map((line) => cut(line, width)), "", ...footer(state, spec, objective, now)];
}

function outcome(trial: Trial, objective: string): string {
  if (trial.state === "SUCCEEDED") return short(trial.metrics?.[objective]);
  return trial.state === "RUNNING" ? pc.dim("running") : pc.yellow(trial.reason?.code ?? trial.state);
}

const cell = (value: unknown): string => (value === undefined ? pc.dim("·") : short(value));

function footer(state: Progress, spec: StudySpec, objective: string, now: number): string[] {
  const share = Math.min(1, state.ended / spec.trials);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = pc.cyan("━".repeat(filled)) + pc.dim("━".repeat(BAR_WIDTH - filled));
  const elapsed = (now - state.startedAt) / 1000;
  const done = state.ended - state.endedBefore;
  const left = done === 0 ? "" : `, about ${duration((elapsed / done) * (spec.trials - state.ended))} left`;
  const lines = [
    `${bar} ${state.ended}/${spec.trials} trials, ${duration(elapsed)}${state.ended < spec.trials ? left : ""}`,
  ];
  if (state.best !== null) {
    lines.push(`best ${pc.green(`${objective} ${short(state.best.metrics[objective])}`)} (trial ${state.best.trial})`);
  }
  return lines;
}

/** Cuts a line to the width of the terminal; colour codes take no room. */
function cut(line: string, width: number): string {
  let seen = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what starts a colour
  return line.replace(/\u001b\[[0-9;]*m|./gu, (part) => {
    if (part.startsWith("\u001b")) return part;
    seen += 1;
    return seen <= width ? part : "";
  });
}
