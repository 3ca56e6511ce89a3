import { type ErrorCode, PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStatus } from "../lib/study/states.ts";

/** Bad input: no such file, study or runner, a port that is taken, a file that is not a study. */
export const BAD_INPUT = 2;
const FAILED = 1;
const STOPPED = 3;
/** 128 + SIGINT, as shells say it: by Ctrl-C, or by `pegbox pause`. */
const PAUSED = 130;

/** Errors that are nobody's mistake but ours, the machine's or the network's. */
const FAILURES: ReadonlySet<ErrorCode> = new Set(["INTERNAL", "NOT_POSITIVE_DEFINITE", "UNREACHABLE"]);

export function exitCodeOfError(error: unknown): number {
  return error instanceof PegboxError && !FAILURES.has(error.code) ? BAD_INPUT : FAILED;
}

/** How `pegbox run` ends, by what became of the study. */
export function exitCodeOfStudy(status: StudyStatus): number {
  if (status === "COMPLETED") return 0;
  if (status === "STOPPED") return STOPPED;
  return status === "PAUSED" ? PAUSED : FAILED;
}
