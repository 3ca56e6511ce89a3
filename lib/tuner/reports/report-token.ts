import type { Trial } from "../../study/records.ts";
import type { Report } from "../../study/trial-contract.ts";
import type { Reports } from "../ports.ts";

/** What a token is good for: the measurements of one attempt at one trial, and nothing else. */
export interface ReportClaim {
  readonly study: string;
  readonly trial: number;
  readonly attempt: number;
}

/** An attempt without a time limit may run so long and be heard. */
const LONGEST_DAYS = 30;
const DAY_MS = 86_400_000;

/** Which attempt at a trial runs: each has one begun more, or lost more, than the one before. */
export function attemptOf({ attempts, lost }: Pick<Trial, "attempts" | "lost">): number {
  return attempts + lost;
}

/**
 * Where an attempt reports, and what it shows there.
 *
 * @param trial as claimed
 * @param now milliseconds since 1970 UTC
 */
export function reportOf(study: string, trial: Trial, now: number, { url, seal }: Reports): Report {
  const text = [study, trial.number, attemptOf(trial), now + LONGEST_DAYS * DAY_MS].join(".");
  return { url: url(), token: `${text}.${seal.sign(text)}` };
}

/** What a token is good for; null where it was not given out here, or is too old. */
export function readReportToken(token: string, now: number, { seal }: Reports): ReportClaim | null {
  const [, text = "", signature = ""] = /^(.+)\.([^.]+)$/.exec(token) ?? [];
  const [, study, trial, attempt, expires] = /^([^.]+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? [];
  if (study === undefined || !seal.matches(text, signature) || Number(expires) <= now) return null;
  return { study, trial: Number(trial), attempt: Number(attempt) };
}
