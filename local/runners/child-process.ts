import { type ChildProcess, spawn } from "node:child_process";
import { Writable } from "node:stream";
import type { GroupGuard } from "./group-guard.ts";
import { OUTPUT_TAIL_BYTES } from "./outcome.ts";
import { endGroup, TERM_GRACE_MS } from "./process-group.ts";
import { TEXT_LIMIT_BYTES } from "./result-text.ts";
import { Tail } from "./tail.ts";

/** How long a pipe may stay open after the child's end: `tee` and the like pass on the last lines, a daemon never lets go. */
const DRAIN_MS = 500;

export type Exit =
  | { readonly code: number; readonly signal: null }
  | { readonly code: null; readonly signal: NodeJS.Signals }
  | { readonly error: NodeJS.ErrnoException };

export interface ChildOptions {
  /** A string is run by the shell, a list without one. */
  readonly command: string | readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds between SIGTERM and SIGKILL. @default 5000 */
  readonly graceMs?: number;
  /** Ends the group where this process no longer can. */
  readonly guard: GroupGuard;
}

/**
 * A command in a process group of its own, so that all it starts can be ended with it. Group and pipes are given up
 * by `end`, which has to be called however the command ends.
 */
export class TrialProcess {
  /** Holds the last line whole, unless that is too long to be a result. */
  readonly stdout: Tail = new Tail(TEXT_LIMIT_BYTES);
  readonly stderr: Tail = new Tail(OUTPUT_TAIL_BYTES);
  /** Settles when the command itself has ended, or could not be started; never rejects. */
  readonly exited: Promise<Exit>;
  readonly #graceMs: number;
  readonly #guard: GroupGuard;
  readonly #child: ChildProcess | undefined;
  readonly #closed: Promise<void>;

  constructor({ command, directory, environment, guard, graceMs = TERM_GRACE_MS }: ChildOptions) {
    this.#graceMs = graceMs;
    this.#guard = guard;
    let child: ChildProcess;
    try {
      child = start(command, directory, environment);
    } catch (error) {
      // Thrown, not emitted, where the arguments are the trouble: a NUL in a value, or more than the system takes.
      this.exited = Promise.resolve({ error: error as NodeJS.ErrnoException });
      this.#closed = Promise.resolve();
      return;
    }
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => this.stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => this.stderr.push(chunk));
    this.exited = new Promise((resolve) => {
      child.once("error", (error) => resolve({ error }));
      child.once("exit", (code, signal) => resolve({ code, signal } as Exit));
    });
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()));
    if (child.pid !== undefined) guard.watch(child.pid);
    openGate(child);
  }

  /** Waits for what is still in the pipes, for a bounded time: a process that was left behind may hold them open. */
  async drain(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MS);
    });
    await Promise.race([this.#closed, patience]);
    clearTimeout(timer);
  }

  /** Of the group that it leads; undefined where the command could not be started. */
  get group(): number | undefined {
    return this.#child?.pid;
  }

  /** Ends what is left of the group: SIGTERM, grace, SIGKILL. @param graceMs @default that of the options */
  async end(graceMs: number = this.#graceMs): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    await endGroup(child.pid, graceMs);
    this.#guard.forget(child.pid);
    child.stdout?.destroy();
    child.stderr?.destroy();
    // A process that not even SIGKILL ended must not keep Pegbox from ending.
    child.unref();
  }
}

/** Waits for a line from Pegbox, which says that the group is guarded; it never comes if Pegbox was killed before. */
const GATE = "read -r _ <&3 || exit; exec 3<&-; ";

/** A list is started without a shell, and so without a gate: it runs unguarded for the instant until the guard has read of it. */
function start(command: string | readonly string[], directory: string, environment: NodeJS.ProcessEnv): ChildProcess {
  const options = { cwd: directory, env: environment, detached: true, windowsHide: true };
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  if (typeof command !== "string") {
    const [program = "", ...rest] = command;
    return spawn(program, rest, { ...options, stdio });
  }
  if (process.platform === "win32") return spawn(command, { ...options, stdio, shell: true });
  return spawn(GATE + command, { ...options, stdio: [...stdio, "pipe"], shell: true });
}

function openGate({ stdio: [, , , gate] }: ChildProcess): void {
  if (!(gate instanceof Writable)) return;
  // The command may have ended, or closed its end, before it heard.
  gate.on("error", () => {});
  gate.end("\n");
}
