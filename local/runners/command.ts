import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { TrialProcess } from "./child-process.ts";
import { commandEnvironment } from "./command-environment.ts";
import { commandResult } from "./command-result.ts";
import { GroupGuard } from "./group-guard.ts";
import { MemoryGuard } from "./memory-guard.ts";
import { outOfMemory, timedOut } from "./outcome.ts";
import { Interrupted, type LocalRunner, type RunOptions } from "./runner.ts";
import { stopAfter } from "./stop-after.ts";

export interface CommandRunnerOptions {
  /** The working directory of the command: the folder of the study file. */
  readonly directory: string;
  /** What the command inherits. */
  readonly environment: NodeJS.ProcessEnv;
  /** A folder of ours for the files of request and result. */
  readonly temporary: string;
  /** Milliseconds between SIGTERM and SIGKILL. @default 5000 */
  readonly graceMs?: number;
  /** Bytes that the processes of a trial may hold together. @default any */
  readonly memoryBytes?: number;
}

const NEVER = new Promise<never>(() => {});

/**
 * Runs a command a trial. Parameter values reach it by files and environment only, never by its command line.
 *
 * 1. Request to a file. 2. Start the command. 3. Wait for its end, or for the reason to stop it. 4. End what it left
 * running. 5. Read its result: the file, else the last line.
 */
export class CommandRunner implements LocalRunner {
  readonly #command: string | readonly string[];
  readonly #options: CommandRunnerOptions;
  readonly #guard = new GroupGuard();
  readonly #memory: MemoryGuard | undefined;
  readonly #running = new Map<TrialProcess, () => void>();
  #closed = false;

  /** @param command a string is run by the shell, a list without one. */
  constructor(command: string | readonly string[], options: CommandRunnerOptions) {
    this.#command = command;
    this.#options = options;
    this.#memory = options.memoryBytes === undefined ? undefined : new MemoryGuard(options.memoryBytes);
  }

  async run(request: TrialRequest, options: RunOptions): Promise<TrialResult> {
    const folder = await mkdtemp(join(this.#options.temporary, "trial-"));
    try {
      const files = { request: join(folder, "request.json"), result: join(folder, "result.json") };
      await writeFile(files.request, JSON.stringify(request));
      if (this.#closed || options.signal.aborted) throw new Interrupted();
      const environment = commandEnvironment(this.#options.environment, request, files);
      return await this.#execute(environment, files.result, options);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 2 });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const stopped = [...this.#running].map(([child, interrupt]) => {
      interrupt();
      return child.end();
    });
    await Promise.all(stopped);
    this.#guard.close();
  }

  async #execute(environment: NodeJS.ProcessEnv, resultFile: string, options: RunOptions): Promise<TrialResult> {
    const child = new TrialProcess({ ...this.#options, command: this.#command, environment, guard: this.#guard });
    const closing = new Promise<"interrupted">((resolve) => this.#running.set(child, () => resolve("interrupted")));
    const watch = stopAfter(options);
    const memory = child.group === undefined ? undefined : this.#memory?.watch(child.group);
    const grown = memory?.exceeded ?? NEVER;
    try {
      const end = await Promise.race([child.exited, watch.cause, closing, grown]);
      if (typeof end === "object") await child.drain();
      // asked to end it could go on growing meanwhile
      await child.end(typeof end === "number" ? 0 : undefined);
      if (end === "interrupted") throw new Interrupted();
      if (end === "timeout") return timedOut(options.timeoutMs ?? 0, child.stderr.text());
      if (typeof end === "number") return outOfMemory(end, this.#options.memoryBytes ?? 0, child.stderr.text());
      return await commandResult(end, child, resultFile);
    } finally {
      memory?.release();
      watch.release();
      this.#running.delete(child);
    }
  }
}
