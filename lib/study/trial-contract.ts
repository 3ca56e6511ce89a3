import type { ParameterValues } from "../space/parameter.ts";

/** What every runner gives to a trial, in any language. Absent features are absent keys. */
export interface TrialRequest {
  readonly study: string;
  readonly trial: number;
  readonly attempt: number;
  /** Depends on the study's seed and the trial's number only: a retry sees the same. 0 … 2³¹ − 1. */
  readonly seed: number;
  readonly parameters: ParameterValues;
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, number>>;
  /** How far to train, from the very beginning, by the name of the study's fidelity. */
  readonly fidelity?: Readonly<Record<string, number>>;
  /** Where to go on from and where to save to; absent where there is no place for checkpoints. */
  readonly checkpoint?: Checkpoint;
  /** Where to POST `{ "step", "metrics" }` while it runs, and the bearer token to do so; absent where nobody hears. */
  readonly report?: Report;
  /** RFC 3339 UTC; absent where the attempt has no time limit. */
  readonly deadline?: string;
}

/** Directories, or `s3://` prefixes on AWS. */
export interface Checkpoint {
  /**
   * What an earlier attempt has saved: `to` itself where one at the same training failed, or was killed or lost, after it had saved;
   * else the `to` of the rung below. Null where there is nothing to go on from.
   */
  readonly from: string | null;
  /** Where to save what a later attempt needs to go on, as a whole or not at all: this attempt may end at any time. */
  readonly to: string;
}

export interface Report {
  readonly url: string;
  readonly token: string;
}

/** In place of a request, to a runner that takes shifts: several short trials, to be run one after the other. */
export interface ShiftRequest {
  readonly trials: readonly TrialRequest[];
}

export interface TrialFailure {
  readonly type?: string;
  readonly message: string;
  readonly retryable?: boolean;
}

/**
 * What a trial gives back: one of `metrics`, `infeasible`, `error`. As it comes from a runner; `readResult` in
 * `lib/study/result.ts` judges it. Values that are not finite travel as null, for JSON has no word for them.
 */
export interface TrialResult {
  readonly metrics?: Readonly<Record<string, number | null>>;
  /** Of some metrics: how far each may be from what it estimates, as the deviation of a mean over folds or seeds is. */
  readonly standardErrors?: Readonly<Record<string, number>>;
  readonly infeasible?: string;
  readonly error?: TrialFailure;
  readonly measurements?: readonly {
    readonly step: number;
    readonly metrics: Readonly<Record<string, number | null>>;
  }[];
  readonly cost?: { readonly usd: number };
  readonly artifacts?: Readonly<Record<string, string>>;
}

/** What a shift gives back: the result of each trial in its place; null for one of which nothing can be said, which is run again, alone. */
export interface ShiftResult {
  readonly results: readonly (TrialResult | null)[];
}

/** A result larger than this, as JSON in UTF-8, is RESULT_TOO_LARGE on every runner: 32 KiB. */
export const RESULT_LIMIT_BYTES = 32_768;
