import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { RESULT_LIMIT_BYTES, type TrialRequest, type TrialResult } from "../../lib/study/trial-contract.ts";
import type { TrialModule } from "./function-module.ts";
import { failed, OUTPUT_TAIL_BYTES, timedOut, tooLarge, withOutput } from "./outcome.ts";
import { readResultText } from "./result-text.ts";
import { Interrupted, type RunOptions } from "./runner.ts";
import { stopAfter } from "./stop-after.ts";

/** What a module threw, on import or in a trial: the name of the error, and its message with the first frames. */
export interface Thrown {
  readonly type: string;
  readonly message: string;
}

interface ThrownByTrial extends Thrown {
  /** The last of what the trial printed. */
  readonly output: string;
}

type TrialEnd =
  | { readonly type: "result"; readonly text: string }
  | { readonly type: "tooLarge"; readonly bytes: number }
  | { readonly type: "failed"; readonly error: ThrownByTrial };

interface Report {
  readonly type: "report";
  readonly id: number;
  readonly step: unknown;
  readonly metrics: unknown;
}

type FromWorker =
  | TrialEnd
  | Report
  | { readonly type: "ready" }
  | { readonly type: "unusable"; readonly error: Thrown }
  | { readonly type: "crashed"; readonly error: ThrownByTrial };

/** What a trial gets to react to its `signal`: time to let go of a file or a child process, no more. */
const STOP_GRACE_MS = 1_000;

interface Pending {
  readonly resolve: (result: TrialResult) => void;
  readonly reject: (reason: Interrupted) => void;
}

/** A worker thread with the trial's module in it, which runs one trial at a time, one after the other. */
export class TrialWorker {
  /** Settles when the module is imported: undefined, or why it cannot be used. Never rejects. */
  readonly loaded: Promise<Thrown | undefined>;
  readonly #worker: Worker;
  #load: (failure: Thrown | undefined) => void = () => {};
  #pending: Pending | undefined;
  #report: RunOptions["report"];
  #alive = true;

  /** @param memoryBytes of its JavaScript heap; undefined: what Node takes */
  constructor(module: TrialModule, environment: NodeJS.ProcessEnv, memoryBytes?: number) {
    this.loaded = new Promise((resolve) => {
      this.#load = resolve;
    });
    this.#worker = new Worker(workerFile(), {
      workerData: {
        module: module.url,
        sourceMaps: module.bundled,
        resultLimit: RESULT_LIMIT_BYTES,
        outputTail: OUTPUT_TAIL_BYTES,
      },
      env: environment,
      // The thread needs no loader of ours: it would be started with each thread.
      execArgv: [],
      ...(memoryBytes === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: Math.ceil(memoryBytes / 2 ** 20) } }),
    });
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error: NodeJS.ErrnoException) => this.#lose(crash(error)));
    this.#worker.on("exit", (code) => this.#lose(failed("EXIT", `the trial ended its thread with exit code ${code}`)));
  }

  /** False once the thread has ended, or is about to. */
  get alive(): boolean {
    return this.#alive;
  }

  /** The time limit includes the import of the module where the thread is new. @throws {Interrupted} */
  async run(request: TrialRequest, options: RunOptions): Promise<TrialResult> {
    const ended = new Promise<TrialResult>((resolve, reject) => {
      this.#pending = { resolve, reject };
    });
    this.#report = options.report;
    this.#worker.postMessage({ type: "run", request, live: options.report !== undefined });
    const watch = stopAfter(options);
    try {
      const first = await Promise.race([ended, watch.cause]);
      if (typeof first === "object") return first;
      await this.#stop(ended);
      if (first === "interrupted") throw new Interrupted();
      return timedOut(options.timeoutMs ?? 0);
    } finally {
      watch.release();
    }
  }

  async terminate(): Promise<void> {
    this.#alive = false;
    this.#pending?.reject(new Interrupted());
    await this.#worker.terminate();
  }

  async #stop(ended: Promise<TrialResult>): Promise<void> {
    this.#worker.postMessage({ type: "stop" });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_GRACE_MS);
    });
    await Promise.race([ended, patience]);
    clearTimeout(timer);
    await this.terminate();
  }

  #receive(message: FromWorker): void {
    if (message.type === "ready") this.#load(undefined);
    else if (message.type === "report") void this.#hear(message);
    else if (message.type === "unusable") {
      this.#load(message.error);
      this.#lose(failed(message.error.type, message.error.message));
    } else if (message.type === "crashed") this.#lose(thrown(message.error));
    else this.#settle(trialResult(message));
  }

  async #hear({ id, step, metrics }: Report): Promise<void> {
    const { stop } = (await this.#report?.(step, metrics)) ?? { stop: false };
    this.#worker.postMessage({ type: "heard", id, stop });
  }

  #lose(result: TrialResult): void {
    this.#alive = false;
    const { type = "Error", message = "" } = result.error ?? {};
    this.#load({ type, message });
    this.#settle(result);
    // It may have left timers or connections that would keep it going.
    void this.#worker.terminate();
  }

  #settle(result: TrialResult): void {
    this.#pending?.resolve(result);
    this.#pending = undefined;
  }
}

function trialResult(end: TrialEnd): TrialResult {
  if (end.type === "failed") return thrown(end.error);
  if (end.type === "tooLarge") return tooLarge(`${end.bytes} bytes`);
  return readResultText(end.text, "what the function returned");
}

function thrown({ type, message, output }: ThrownByTrial): TrialResult {
  return failed(type, withOutput(message, output));
}

/** An error that the thread could not tell of itself. Its heap is its own, so another attempt would fill it as well. */
function crash(error: NodeJS.ErrnoException): TrialResult {
  return error.code === "ERR_WORKER_OUT_OF_MEMORY"
    ? failed("OUT_OF_MEMORY", error.message, false)
    : failed(error.name, error.message);
}

/** Beside this file in the sources; a build that joins files keeps the worker at its own place. */
function workerFile(): URL {
  const places = [
    "./function-worker.mjs",
    "./local/runners/function-worker.mjs",
    "../local/runners/function-worker.mjs",
  ];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(fileURLToPath(url)));
  if (found === undefined) throw new Error(`function-worker.mjs is missing beside ${import.meta.url}`);
  return found;
}
