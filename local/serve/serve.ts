import { createHash, randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createApp } from "../../lib/api/app.ts";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { studyToken } from "../../lib/study/ids.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { checkpointDirectories } from "../checkpoints.ts";
import { createEngine } from "../engine.ts";
import { lockStudy } from "../lock.ts";
import { createRunner } from "../runners/create.ts";
import type { LocalRunner } from "../runners/runner.ts";
import { checkpointDirectory, openState } from "../state.ts";
import { readStudyFile } from "../study-file.ts";
import { guard, isLoopback } from "./guard.ts";
import { listen } from "./listen.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { openSeal } from "./report-key.ts";
import { continueStudies, pauseStudies, runsOn } from "./studies.ts";
import { studyQueue } from "./study-queue.ts";

export interface ServeOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What every request must bear; may be null on loopback alone. */
  readonly token: string | null;
  readonly stateDirectory: string;
  /** Study files by runner id: the `runner` of the file is what the id runs, `parallel` how many trials at once. */
  readonly runners: ReadonlyMap<string, string>;
  readonly environment: NodeJS.ProcessEnv;
  readonly observe: (event: TunerEvent) => void;
  readonly onDefect: (error: unknown) => void;
}

export interface Server {
  readonly url: string;
  /** Answers nothing more, gives running trials back, pauses their studies and closes. */
  close(): Promise<void>;
}

/**
 * The HTTP API on this machine: the same app as on AWS, over the local state and registered local runners. Studies that
 * an earlier server left unfinished go on.
 *
 * @throws {PegboxError} `INVALID_INPUT` for a port that is taken, `STATE_BUSY` while another server uses the state, and
 *   what is wrong with a runner's study file.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const stateDirectory = resolve(options.stateDirectory);
  const close: (() => Promise<unknown>)[] = [];
  try {
    const store = await openState(stateDirectory, { create: true });
    close.push(() => store.close());
    close.push(await lockServer(stateDirectory));
    const temporary = join(stateDirectory, "tmp", String(process.pid));
    await mkdir(temporary, { recursive: true });
    close.push(() => rm(temporary, { recursive: true, force: true }));
    const { runners, slots } = await createRunners(options, temporary, close);
    const checkpoints = checkpointDirectories(checkpointDirectory(stateDirectory), temporary);
    close.push(() => checkpoints.close());

    const seal = await openSeal(stateDirectory);
    let base = "";
    const engine = createEngine({
      store,
      runners,
      slots,
      observe: options.observe,
      checkpoints,
      reports: { url: () => `${base}/report`, seal },
    });
    const queue = studyQueue(engine, options.onDefect);
    const isOurs = runsOn(runners);
    close.push(async () => {
      await queue.close();
      await pauseStudies(isOurs, engine.ports);
      engine.interrupt();
      await engine.idle();
    });
    const app = createApp(
      {
        tuner: engine.ports,
        launcher: queue.launcher,
        scheduler: null,
        refills: oneAtATime(options.onDefect),
        newToken: () => studyToken(randomBytes(4).readUInt32BE()),
        fingerprint: (text) => createHash("sha256").update(text).digest("hex"),
      },
      options.onDefect,
      guard({ token: options.token, loopback: isLoopback(options.host) }),
    );
    const { url, stop } = await listen(app, options);
    close.push(stop);
    base = fromHere(url);
    await continueStudies(isOurs, engine.ports, queue.launcher);
    return { url, close: () => runBackwards(close) };
  } catch (error) {
    await runBackwards(close);
    throw error;
  }
}

/** A server that listens everywhere is reached by those beside it at loopback. */
function fromHere(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}

/** Every step, whatever becomes of the others; then the first error. */
async function runBackwards(steps: (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps.splice(0).reverse()) await step().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

function lockServer(stateDirectory: string): Promise<() => Promise<void>> {
  return lockStudy(stateDirectory, "serve").catch((cause: unknown) => {
    if (!(cause instanceof PegboxError)) throw cause;
    throw new PegboxError("STATE_BUSY", `another server uses the state in ${stateDirectory}`, {
      cause,
      hint: "end it, or take another directory with --state",
    });
  });
}

interface Runners {
  readonly runners: ReadonlyMap<string, LocalRunner>;
  /** `parallel` of each runner's study file: how many trials it takes at once, of all studies together. */
  readonly slots: ReadonlyMap<string, number>;
}

async function createRunners(
  options: ServeOptions,
  temporary: string,
  close: (() => Promise<unknown>)[],
): Promise<Runners> {
  const runners = new Map<string, LocalRunner>();
  const slots = new Map<string, number>();
  for (const [id, path] of options.runners) {
    const { spec, directory } = await readStudyFile(path);
    const shape = { directory, parallel: spec.parallel, environment: options.environment };
    const runner = await createRunner(spec.runner, { ...shape, temporary: join(temporary, id) });
    close.push(() => runner.close());
    runners.set(id, runner);
    slots.set(id, spec.parallel);
  }
  return { runners, slots };
}
