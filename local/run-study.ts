import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { RunnerSpec } from "../lib/study/spec.ts";
import type { StudyView } from "../lib/study/views.ts";
import { startStudy } from "../lib/tuner/create-study.ts";
import { describeStudy } from "../lib/tuner/describe.ts";
import { interruptStudy } from "../lib/tuner/lifecycle/interrupt.ts";
import type { TunerEvent, TunerPorts } from "../lib/tuner/ports.ts";
import { checkpointDirectories } from "./checkpoints.ts";
import { createEngine, type Engine } from "./engine.ts";
import { lockStudy } from "./lock.ts";
import { type OpenedStudy, openStudy } from "./open-study.ts";
import { createRunner } from "./runners/create.ts";
import type { ReportServer } from "./serve/report-server.ts";
import { checkpointDirectory, openState } from "./state.ts";
import type { StudyFile } from "./study-file.ts";

export interface RunOptions {
  readonly file: StudyFile;
  readonly stateDirectory: string;
  readonly resume: boolean;
  readonly durable: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly observe: (event: TunerEvent) => void;
  /** Told before the first trial, with the way to give every running trial back and pause. */
  readonly onOpen: (opened: OpenedStudy, interrupt: () => Promise<void>) => void;
}

/**
 * `pegbox run`, from file to result: open the state, open the study, make its runner, start the workflow, wait.
 * Whatever cuts it off, the state directory holds every trial, and `resume` goes on from there.
 */
export async function runStudy(options: RunOptions): Promise<StudyView> {
  const { file } = options;
  const stateDirectory = resolve(options.stateDirectory);
  const store = await openState(stateDirectory, { create: true, durable: options.durable });
  const temporary = join(stateDirectory, "tmp", String(process.pid));
  const close = [() => store.close(), () => rm(temporary, { recursive: true, force: true })];
  try {
    await mkdir(temporary, { recursive: true });
    const runner = await createRunner(file.spec.runner, {
      directory: file.directory,
      parallel: file.spec.parallel,
      environment: options.environment,
      temporary,
    });
    close.push(() => runner.close());
    const checkpoints = checkpointDirectories(checkpointDirectory(stateDirectory), temporary);
    close.push(() => checkpoints.close());
    const heard = isElsewhere(file.spec.runner) ? await reportServer(stateDirectory, () => engine.ports) : null;
    if (heard !== null) close.push(() => heard.close());
    const engine: Engine = createEngine({
      store,
      runners: new Map([["", runner]]),
      ...(heard === null ? {} : { reports: heard.reports }),
      observe: options.observe,
      checkpoints,
    });
    const hold = async (id: string): Promise<void> => void close.push(await lockStudy(stateDirectory, id));
    const opened = await openStudy(file.spec, options.resume, engine.ports, hold);
    const { id } = opened.study;
    options.onOpen(opened, async () => {
      await interruptStudy(id, engine.ports);
      engine.interrupt();
    });
    await startStudy(opened.study, engine.launcher, engine.ports);
    await engine.idle();
    return await describeStudy((await store.getStudy(id)) ?? opened.study, store);
  } finally {
    await undo(close);
  }
}

/** Whether trials run in processes of their own: a function tells what it measures without a server. */
function isElsewhere({ command, http }: RunnerSpec): boolean {
  return command !== undefined || http !== undefined;
}

/** Its modules are loaded for those alone that need it. */
async function reportServer(stateDirectory: string, ports: () => TunerPorts): Promise<ReportServer> {
  const { openReportServer } = await import("./serve/report-server.ts");
  return openReportServer(stateDirectory, ports);
}

/** The last step first; one that fails keeps none of the others from being done. */
async function undo(steps: (() => Promise<void>)[]): Promise<void> {
  const last = steps.pop();
  if (last === undefined) return;
  try {
    await last();
  } finally {
    await undo(steps);
  }
}
