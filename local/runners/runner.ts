import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import type { Heard } from "../../lib/tuner/workers/measure.ts";

/**
 * Seconds that a local runner has, after a trial's time limit, to end its processes (SIGTERM, 5 s, SIGKILL) and say
 * TIMEOUT itself, before the workflow gives the attempt up.
 */
export const RUNNER_GRACE_SECONDS = 15;

export interface RunOptions {
  /** Aborts when the person interrupts the study: the trial is stopped, and `run` rejects with `Interrupted`. */
  readonly signal: AbortSignal;
  /** Milliseconds one attempt may take; null: no limit. */
  readonly timeoutMs: number | null;
  /** Hears what a trial in this process measures; never rejects. @default it is kept for the result */
  readonly report?: (step: unknown, metrics: unknown) => Promise<Heard>;
}

/**
 * Executes trials on this machine. `run` may be called as often at once as there are slots, and never rejects for what
 * a trial does: a crash, a time-out or garbage is a result with an `error`. An ended `run` has left no process and no
 * busy thread behind.
 */
export interface LocalRunner {
  /** @throws {Interrupted} once `signal` has aborted or the runner was closed, and the trial is stopped. */
  run(request: TrialRequest, options: RunOptions): Promise<TrialResult>;
  /** Stops what still runs and frees threads; a closed runner runs nothing any more. */
  close(): Promise<void>;
}

/** The trial was stopped for a reason that is not its own; it is to be run again, and no attempt is counted. */
export class Interrupted extends Error {
  constructor() {
    super("the trial was interrupted");
    this.name = "Pegbox.Interrupted";
  }
}
