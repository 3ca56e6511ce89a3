import type { Study, Trial } from "../../study/records.ts";
import { attemptOf } from "./report-token.ts";

/** A trial that reports, as the study knows it. */
export interface Reporting {
  readonly study: Study;
  readonly trial: Trial;
  /** The attempt that reports; null: none that was ever begun. */
  readonly attempt: number | null;
}

/**
 * Whether a trial that reports is to end now, for its result is wanted no more: it was stopped, the study is at once, or another
 * attempt at it runs. What a trial is told hangs on this alone.
 */
export function stopAnswer({ trial, attempt }: Reporting): boolean {
  return trial.state !== "RUNNING" || attemptOf(trial) !== attempt;
}
