/**
 * The trial machine: PROPOSED → RUNNING → an end; RUNNING → PROPOSED when requeued; PROPOSED → CANCELLED. Where trials may be
 * cut short: RUNNING → PAUSED when it has trained as far as it was to, PAUSED → PROPOSED when it has earned to train further,
 * PAUSED → STOPPED when the study ends first.
 */
export type TrialState =
  | "PROPOSED"
  | "RUNNING"
  | "PAUSED"
  | "SUCCEEDED"
  | "INFEASIBLE"
  | "FAILED"
  | "STOPPED"
  | "CANCELLED";

export type StudyStatus =
  | "CREATED"
  | "RUNNING"
  | "PAUSING"
  | "PAUSED"
  | "STOPPING"
  | "STOPPED"
  | "COMPLETED"
  | "FAILED";

/** States that a trial never leaves. */
export const ENDED: ReadonlySet<TrialState> = new Set(["SUCCEEDED", "INFEASIBLE", "FAILED", "STOPPED", "CANCELLED"]);

/** Statuses that only a person's wish (resume, extend, retry) leaves. */
export const FINISHED: ReadonlySet<StudyStatus> = new Set(["STOPPED", "COMPLETED", "FAILED"]);

/** Code of the reason of a study that a person has paused: nothing goes on with it but being resumed. */
export const PAUSED_BY_USER = "PAUSED_BY_USER";

/** Code of the reason of a PAUSED study that was asked to go on, until its execution has begun. */
export const RESUMED = "RESUMED";

/** Code of the reason of a PAUSED study that waits for its turn: its server starts it, and so does the next. */
export const QUEUED = "QUEUED";

export interface Reason {
  readonly code: string;
  readonly message: string;
  /** Of a trial that its runner could not run: how often in a row, while so many trials of the study had ended. */
  readonly unavailable?: { readonly times: number; readonly ended: number };
}

/** Code of the reason of a study whose runner is there and runs nothing. */
export const RUNNER_UNAVAILABLE = "RUNNER_UNAVAILABLE";

/** Trials by state; `total` of a view is their sum. */
export interface TrialCounts {
  readonly proposed: number;
  readonly running: number;
  readonly paused: number;
  readonly succeeded: number;
  readonly infeasible: number;
  readonly failed: number;
  readonly stopped: number;
  readonly cancelled: number;
}

/** Trials by how they ended. */
export type EndCounts = Pick<TrialCounts, "succeeded" | "infeasible" | "failed" | "stopped" | "cancelled">;
