import type { Best, Decision, Epoch, Metrics, Range, Study, Trial, TrialSource } from "../study/records.ts";
import type { ParameterValues } from "../space/parameter.ts";
import type { StudySpec } from "../study/spec.ts";
import type { Reason, StudyStatus } from "../study/states.ts";

/** A suggestion that is about to become a trial. */
export interface Proposal {
  readonly number: number;
  readonly source: TrialSource;
  readonly parameters: ParameterValues;
  readonly decision: Decision;
}

/** How a trial ended. */
export interface Settlement {
  readonly state: "SUCCEEDED" | "INFEASIBLE" | "FAILED" | "STOPPED";
  readonly metrics: Metrics | null;
  readonly feasible: boolean | null;
  readonly reason: Reason | null;
  /** Lower is better; null where the trial cannot be the best (not feasible, several objectives, no success). */
  readonly score: number | null;
  readonly costUsd: number | null;
  /** The holder's lease: a failure is taken from the holder alone. */
  readonly lease: string | null;
  readonly at: number;
}

export interface Claim {
  readonly generation: number;
  readonly epoch: number;
  readonly slot: number;
  /** Which claim of this slot in this epoch, from 0; the same again is answered with the same trial. */
  readonly seq: number;
  readonly lease: string;
  readonly at: number;
}

/** A study's schedule: EventBridge starts `spec` whenever `schedule` says. */
export interface Sweep {
  readonly name: string;
  readonly spec: StudySpec;
  /** `cron(…)` or `rate(…)`. */
  readonly schedule: string;
  readonly updatedAt: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back as `after` for the next page; null at the end. */
  readonly next: string | null;
}

/**
 * The store: each method is one arrow of the study's or the trial's machine and one transaction (or one that a
 * repetition completes). The contract, kept by every adapter and checked by `test/store/contract.ts`:
 *
 * - Every method may be called twice with the same arguments, concurrently and after a crash anywhere: the second
 *   call changes nothing and answers as the first did.
 * - An arrow whose condition does not hold changes nothing and says so in its answer; methods throw PegboxError
 *   `NOT_FOUND` for an unknown study or trial and `CONFLICT` where a method says so, and nothing else by design.
 * - Reads after a write see it (strong consistency), except `listStudies`, which may lag on DynamoDB.
 * - Records handed out belong to the caller; nothing handed in is kept or changed.
 * - `counts` always equal the states of the trials.
 */
export interface StudyStore {
  /**
   * ∅ → CREATED. Where `id` exists already, nothing changes and `created` is false.
   * With `key` (an Idempotency-Key and a hash of what was asked): the same key and hash again answers with the first
   * study; the same key with another hash throws `IDEMPOTENCY_CONFLICT`. A key is remembered for 24 hours.
   */
  createStudy(
    id: string,
    spec: StudySpec,
    at: number,
    key?: { readonly value: string; readonly hash: string },
  ): Promise<{ readonly study: Study; readonly created: boolean }>;

  getStudy(id: string): Promise<Study | null>;

  /** Newest first. `name` keeps only studies of that name. */
  listStudies(page: { readonly limit: number; readonly after?: string; readonly name?: string }): Promise<Page<Study>>;

  /**
   * CREATED | RUNNING | PAUSED → RUNNING, owned by `execution` as `generation`. True when it now is, also when it was
   * before. False (superseded) when the study has a later generation, another execution of this one, or a status
   * that does not run. `startedAt` is set once; `reason` is cleared.
   */
  beginGeneration(
    id: string,
    begin: { readonly generation: number; readonly execution: string; readonly at: number },
  ): Promise<boolean>;

  /**
   * Adds proposals as PROPOSED trials, each unless its number exists (first wins), and opens epoch `number` over the
   * `ready` trials. Needs: RUNNING, this generation, and the current epoch to be `number − 1`; where `number` is open
   * already, the open epoch is returned as it is. Otherwise throws CONFLICT. `created` becomes the highest number.
   */
  openEpoch(
    id: string,
    opening: {
      readonly generation: number;
      readonly number: number;
      readonly proposals: readonly Proposal[];
      readonly ready: readonly Range[];
      readonly slots: number;
      readonly trialsPerSlot: number;
      readonly at: number;
    },
  ): Promise<Epoch>;

  /**
   * PROPOSED → RUNNING, attempts + 1, lease set, `startedAt` set once. The next ready trial of the open epoch, in the
   * order of `ready`; for an (epoch, slot, seq) that claimed before, the trial it got then. Null when no ready trial is
   * left, or the study does not run in this generation and epoch.
   */
  claimTrial(id: string, claim: Claim): Promise<Trial | null>;

  /**
   * RUNNING | PROPOSED → SUCCEEDED | INFEASIBLE: from anyone, for the first valid result wins, even one from a worker
   * given up for dead. RUNNING → FAILED | STOPPED: only from the holder of the lease. `settled` is false, and the trial
   * as it stands is returned, when it had ended before or the lease is another's.
   * Sets `best` when the score is lower (ties: the lower number), with `endedAtBest`.
   */
  settleTrial(
    id: string,
    number: number,
    settlement: Settlement,
  ): Promise<{ readonly trial: Trial; readonly settled: boolean }>;

  /**
   * RUNNING → PROPOSED, the lease cleared. With `lease`, only by its holder; without, by the plan of a closed epoch.
   * `countsAttempt: false` takes the attempt back (a fault that is not the trial's); `lost: true` adds one to `lost`.
   */
  requeueTrial(
    id: string,
    number: number,
    requeue: {
      readonly lease?: string;
      readonly countsAttempt: boolean;
      readonly lost: boolean;
      readonly reason: Reason | null;
      readonly at: number;
    },
  ): Promise<boolean>;

  /** PROPOSED | PAUSED → CANCELLED. */
  cancelTrial(id: string, number: number, reason: Reason, at: number): Promise<boolean>;

  /** One of `from` → `to`, with the reason. With `generation`, only while the study is owned by it. */
  moveStudy(
    id: string,
    move: {
      readonly from: readonly StudyStatus[];
      readonly to: StudyStatus;
      readonly reason: Reason | null;
      readonly generation?: number;
      readonly at: number;
    },
  ): Promise<boolean>;

  /** `trials`, `parallel`, `budget` and `stopping` of the spec, for a study that is resumed. */
  amendStudy(
    id: string,
    spec: Pick<StudySpec, "trials" | "parallel" | "budget" | "stopping">,
    at: number,
  ): Promise<Study>;

  /** Sets `best` as recomputed from the trials, if it is lower than what stands. */
  improveBest(id: string, best: Best, at: number): Promise<void>;

  getTrial(id: string, number: number): Promise<Trial | null>;

  /** The trials of the range that exist, in order of number. */
  readTrials(id: string, range: Range): Promise<readonly Trial[]>;

  putSweep(sweep: Sweep): Promise<void>;
  getSweep(name: string): Promise<Sweep | null>;

  close(): Promise<void>;
}
