import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { prepareModule, syntaxPosition, type TrialModule } from "./function-module.ts";
import { Interrupted, type LocalRunner, type RunOptions } from "./runner.ts";
import { type Thrown, TrialWorker } from "./trial-worker.ts";

export interface FunctionRunnerOptions {
  /** How many threads there are at most: one a slot. */
  readonly parallel: number;
  readonly environment: NodeJS.ProcessEnv;
  /** A folder of ours for bundled TypeScript. */
  readonly temporary: string;
  /** Of the JavaScript heap of each thread. @default what Node takes */
  readonly memoryBytes?: number;
}

/**
 * Runs the default export of a module, in worker threads that are started when needed and used again. The first
 * starts at once, so that a module that cannot be run is told before the first trial.
 *
 * @param path absolute path of a `.mjs`, `.js` or `.ts` file.
 * @throws {PegboxError} `NOT_FOUND` when there is no such file, `INVALID_INPUT` when it does not compile, fails on
 *   import, or exports no function as its default.
 */
export async function functionRunner(path: string, options: FunctionRunnerOptions): Promise<LocalRunner> {
  const module = await prepareModule(path, options.temporary);
  const first = new TrialWorker(module, options.environment, options.memoryBytes);
  const failure = await first.loaded;
  if (failure === undefined) return new FunctionRunner(module, options, first);
  await first.terminate();
  throw await unusable(path, failure);
}

class FunctionRunner implements LocalRunner {
  readonly #module: TrialModule;
  readonly #options: FunctionRunnerOptions;
  readonly #workers = new Set<TrialWorker>();
  /** The last one used is the next one used: few threads serve where few are needed. */
  readonly #idle: TrialWorker[] = [];
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(module: TrialModule, options: FunctionRunnerOptions, first: TrialWorker) {
    this.#module = module;
    this.#options = options;
    this.#workers.add(first);
    this.#idle.push(first);
  }

  async run(request: TrialRequest, options: RunOptions): Promise<TrialResult> {
    const worker = await this.#take();
    try {
      if (this.#closed || options.signal.aborted) throw new Interrupted();
      return await worker.run(request, options);
    } finally {
      this.#give(worker);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  async #take(): Promise<TrialWorker> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle?.alive) return idle;
      if (idle !== undefined) this.#workers.delete(idle);
      else if (this.#workers.size < this.#options.parallel) return this.#start();
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #start(): TrialWorker {
    if (this.#closed) throw new Interrupted();
    const worker = new TrialWorker(this.#module, this.#options.environment, this.#options.memoryBytes);
    this.#workers.add(worker);
    return worker;
  }

  #give(worker: TrialWorker): void {
    if (worker.alive) this.#idle.push(worker);
    else this.#workers.delete(worker);
    this.#waiting.shift()?.();
  }
}

async function unusable(path: string, failure: Thrown): Promise<PegboxError> {
  const position = failure.type === "SyntaxError" ? await syntaxPosition(path) : undefined;
  const got = position ?? `${failure.type}: ${failure.message}`;
  return new PegboxError("INVALID_INPUT", `the module of runner.function cannot be used: ${path}: ${got}`, {
    issues: [{ path: "runner.function", expected: "a module that exports a function as its default", got }],
    hint: "export default async (request, { report, signal }) => ({ metrics: { error: 0.03 } });",
  });
}
