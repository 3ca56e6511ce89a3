import type { Measurement } from "./measurement.ts";
import type { Metrics, StandardErrors } from "./records.ts";
import type { Reason } from "./states.ts";

/** What an attempt of a trial comes to. The tuner turns it into a settlement, a retry or a requeue. */
export interface Judgement {
  /** REQUEUE: a fault of the infrastructure, not of the trial; it goes back to the queue and no attempt is counted. */
  readonly state: "SUCCEEDED" | "INFEASIBLE" | "FAILED" | "REQUEUE";
  readonly metrics: Metrics | null;
  /** Of a success, where it gave any. */
  readonly standardErrors?: StandardErrors;
  /** Whether the outcome constraints hold; null unless SUCCEEDED. */
  readonly feasible: boolean | null;
  readonly reason: Reason | null;
  /** The objective, negated where it is maximised: lower is better. Null where the trial cannot be the best. */
  readonly score: number | null;
  readonly costUsd: number | null;
  /** Of a failure: whether another attempt may end otherwise. */
  readonly retryable: boolean;
  /** What it says that it measured on its way, in order of step. */
  readonly measurements?: readonly Measurement[];
  /** The attempt was given up, and may still run. */
  readonly abandoned?: boolean;
  /** Of a requeue: the runner could not run it, and may never. */
  readonly unavailable?: boolean;
}

/** A judgement without a score. */
export function unscored(
  state: "INFEASIBLE" | "FAILED" | "REQUEUE",
  reason: Reason,
  more: Partial<Pick<Judgement, "metrics" | "costUsd" | "retryable" | "abandoned" | "unavailable">> = {},
): Judgement {
  return { state, metrics: null, feasible: null, reason, score: null, costUsd: null, retryable: false, ...more };
}

/** Longest message that a trial keeps, in UTF-16 units: a stack trace, small beside the 400 KB of a stored item. */
const LONGEST_MESSAGE = 2000;

/** Of a message that is longer, how much of its beginning is kept: the error's own words, before the output's tail. */
const KEPT_HEAD = 400;

export function shortenMessage(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  const mark = "\n…\n";
  return (
    message.slice(0, KEPT_HEAD) + mark + message.slice(message.length - (LONGEST_MESSAGE - KEPT_HEAD - mark.length))
  );
}

/** A code of a reason, made of the name that a program gave its error: `CUDA out of memory` is `CUDA_out_of_memory`. */
export function reasonCode(name: unknown, otherwise: string): string {
  if (typeof name !== "string") return otherwise;
  const code = name
    .trim()
    .replace(/[^A-Za-z0-9_.:-]+/g, "_")
    .slice(0, 64);
  return /[A-Za-z0-9]/.test(code) ? code : otherwise;
}
