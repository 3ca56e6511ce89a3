import type { ParameterValues } from "../space/parameter.ts";
import type { StudyEvent } from "../study/events.ts";
import type { PastTrial } from "../study/history.ts";
import type { Measurement } from "../study/measurement.ts";
import type { Meter } from "../study/price/meter.ts";
import type {
  Best,
  Confirmation,
  Confirming,
  Decision,
  Epoch,
  Metrics,
  Range,
  Rung,
  StandardErrors,
  Study,
  Trial,
  TrialSource,
} from "../study/records.ts";
import type { StudySpec } from "../study/spec.ts";
import type { Reason, StudyStatus } from "../study/states.ts";

/** A suggestion that is about to become a trial. */
export interface Proposal {
  readonly number: number;
  readonly source: TrialSource;
  readonly parameters: ParameterValues;
  readonly decision: Decision;
  /** How far it trains first. @default null: trials have no fidelity */
  readonly fidelity?: number;
}

/** A PAUSED trial that is to train further. */
export interface Promotion {
  readonly number: number;
  /** How far, from the very beginning. */
  readonly fidelity: number;
}

/** What a trial measured that had trained as far as it was to, and not to the end. */
export interface Pause extends Rung, Bill {
  /** Of the attempt that measured it. */
  readonly lease: string | null;
  readonly at: number;
}

/** What an attempt is charged with. */
export interface Bill {
  /** What it says that it has cost; null: its meter knows. */
  readonly costUsd: number | null;
  /** It may still run: it is charged with all that was set aside for it. @default false */
  readonly abandoned?: boolean;
}

/** How a trial ended. */
export interface Settlement extends Bill {
  readonly state: "SUCCEEDED" | "INFEASIBLE" | "FAILED" | "STOPPED";
  readonly metrics: Metrics | null;
  readonly standardErrors?: StandardErrors;
  readonly feasible: boolean | null;
  readonly reason: Reason | null;
  /** Lower is better; null where the trial cannot be the best (not feasible, several objectives, no success). */
  readonly score: number | null;
  /** How far it had trained for this result: one of an earlier rung than the trial's is none of the trial. */
  readonly fidelity: number | null;
  /** Of a trial that is STOPPED as it trains: how far it had come, which is its fidelity then. @default as far as it was to */
  readonly reached?: number;
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
  /** What the attempt costs, where that is known. */
  readonly meter?: Meter;
  /**
   * Runners, each bigger than the one before, for a trial whose last attempt ran out of memory (its `reason`): it goes on with the
   * next, and stays there. None sets more aside than `meter` does. @default none
   */
  readonly bigger?: readonly BiggerRunner[];
  readonly at: number;
}

export interface BiggerRunner {
  readonly runner: string;
  readonly meter?: Meter;
}

/** A client that runs trials of its own accord, and says until when it wants to be heard of again. */
export interface Leasing {
  /** 1 … 128 printable ASCII characters. */
  readonly client: string;
  /** How many trials it wants to run now, those that it runs already among them; ≥ 1. */
  readonly count: number;
  /** False: only those that it runs already. */
  readonly starts: boolean;
  readonly until: number;
  /** What each attempt costs, where that is known. */
  readonly meter?: Meter;
  readonly at: number;
}

/** What of a study's spec may change once it exists; of `space` the bounds, `min` and `max`, alone. */
export type Amendable = Pick<StudySpec, "trials" | "parallel" | "budget" | "stopping" | "space" | "forgiven">;

/** A study's schedule: EventBridge starts `spec` whenever `schedule` says. */
export interface Sweep {
  readonly name: string;
  readonly spec: StudySpec;
  /** `cron(…)` or `rate(…)`. */
  readonly schedule: string;
  /** What happens when it is due and the study that it started before has not ended. */
  readonly overlap: "beside" | "skip";
  readonly updatedAt: number;
  /** The study that it started last, where its overlap is "skip"; absent before the first. */
  readonly last?: string;
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
 *   call changes nothing. Its answer is the same record; `created`, `settled` and the booleans say whether this very
 *   call made the change, so that the second is answered false (only `beginGeneration` says what now holds).
 * - An arrow whose condition does not hold changes nothing and says so in its answer; methods throw PegboxError
 *   `NOT_FOUND` for an unknown study or trial and `CONFLICT` where a method says so, and nothing else by design.
 *   Reads answer null, or nothing, for what does not exist.
 * - Reads after a write see it (strong consistency), except `listStudies`, which may lag on DynamoDB.
 * - Records handed out belong to the caller; what an adapter shares between answers (a spec, an epoch) is frozen.
 *   Nothing handed in is kept or changed. Records are JSON: every finite double, any text, null.
 * - `counts` always equal the states of the trials 1 … `created`, `replicates` the ends of those that are replicates, and
 *   `spentUsd` the sum of their costs to a
 *   billionth of a dollar.
 * - Money: an attempt that is claimed with a meter has its `reservedUsd` set aside in the study's until it ends, is
 *   paused or goes back to the queue; then it is charged, all in that arrow's own transaction, and what it is charged with
 *   is added to the trial's `cost` and the study's `spentUsd`. An attempt that ends is charged with what it says that it has
 *   cost, else by its meter, and that is never more than was set aside. One that may still run (`abandoned`, or another's result
 *   ended its trial) is charged with all that was set aside, at once; what it reports later is charged only as far as it is
 *   more. So `spentUsd + reservedUsd` grows only with a claim, which `budget.usd` is a condition of, and with a report
 *   of more than was set aside: an event tells of it.
 * - A trial has a lease while it is RUNNING, and only then. `updatedAt` is the `at` of the latest change to the study
 *   or to one of its trials.
 */
export interface StudyStore {
  /**
   * ∅ → CREATED. Where `id` exists already, nothing changes and `created` is false.
   * With `key` (an Idempotency-Key and a hash of what was asked): the same key and hash again answers with the first
   * study, whatever `id`; the same key with another hash throws `IDEMPOTENCY_CONFLICT`. A key that created a study is
   * remembered for 24 hours, counted in `at`.
   */
  createStudy(
    id: string,
    spec: StudySpec,
    at: number,
    key?: { readonly value: string; readonly hash: string },
  ): Promise<{ readonly study: Study; readonly created: boolean }>;

  getStudy(id: string): Promise<Study | null>;

  /**
   * Newest first; of the same instant, by id, the last first. `name` keeps only studies of that name. Pages are stable:
   * a study made meanwhile moves none that is older. `limit` ≥ 1.
   */
  listStudies(page: { readonly limit: number; readonly after?: string; readonly name?: string }): Promise<Page<Study>>;

  /**
   * CREATED | RUNNING | PAUSED → RUNNING, owned by `execution` as `generation`; `reason` is cleared. A wish that came
   * before stands, with its reason, for the execution to fulfil: PAUSING and STOPPING stay, and PAUSED for
   * `PAUSED_BY_USER` becomes PAUSING. True when the execution now owns the study, also when it did before. False
   * (superseded) when the study has a later generation, or another execution of this one; and when this generation has
   * paused or ended, for resuming takes the next one. False too for a study that has ended, though the generation is
   * its own from then on: no two executions are of one generation. `startedAt` is set once. The open epoch stays open
   * until the next is opened.
   */
  beginGeneration(
    id: string,
    begin: { readonly generation: number; readonly execution: string; readonly at: number },
  ): Promise<boolean>;

  /**
   * Adds proposals as PROPOSED trials, each unless its number exists (first wins), and opens epoch `number` over the
   * `ready` trials. Needs: this generation, RUNNING, the current epoch to be `number − 1`, and `created`; where this generation
   * finds `number` open already, the open epoch is returned as it is. Otherwise throws CONFLICT. `created` becomes the
   * highest number; the numbers of proposals above it follow it without a gap. A call that was cut short may leave
   * trials above `created`: they count, and are to be asked for, once a later call has proposed those numbers.
   *
   * `promotions`: PAUSED → PROPOSED, each to train further than it has. They are of this arrow because an epoch is where
   * trials are claimed: one that was promoted before would be ready in no epoch if its plan died here, one promoted after
   * would have had its turn while it was PAUSED. A call that was cut short may leave some promoted all the same, ready in no
   * epoch: who plans a study with a fidelity looks for open trials among all of them.
   */
  openEpoch(
    id: string,
    opening: {
      readonly generation: number;
      readonly number: number;
      /** The study's as the caller saw it: with others, the open trials would not be those that it looked at. */
      readonly created: number;
      readonly proposals: readonly Proposal[];
      /** @default none */
      readonly promotions?: readonly Promotion[];
      readonly ready: readonly Range[];
      readonly slots: number;
      readonly trialsPerSlot: number;
      /** Why it is run otherwise than the one before. @default it is not; the story has nothing of it */
      readonly reason?: Reason;
      /** @default the epoch is one of the search */
      readonly confirms?: Confirming;
      readonly at: number;
    },
  ): Promise<Epoch>;

  /**
   * Adds proposals, at least one, numbered on from `created`, as PROPOSED trials, each unless its number exists (first wins),
   * and makes them ready in the open epoch, after what is ready there: who claims next may get one. Needs: this
   * generation, RUNNING, this epoch, and the study's `created` to be the caller's; false otherwise. So of those who saw the
   * same study one adds. A call that was cut short may leave trials above `created`, as with `openEpoch`.
   */
  addProposals(
    id: string,
    addition: {
      readonly generation: number;
      readonly epoch: number;
      readonly created: number;
      readonly proposals: readonly Proposal[];
      readonly at: number;
    },
  ): Promise<boolean>;

  /**
   * ∅ → PROPOSED for the trial that a person asks for, the last of `proposals`; those before it are what the study file
   * enqueues and nobody has proposed yet. Numbered on from `created`, they are ready in the open epoch, or in epoch 0 where
   * none was opened. With `settlement` the last is brought in finished: ∅ → SUCCEEDED | INFEASIBLE, and is ready nowhere.
   * Needs: `created` to be the caller's, and the study to be CREATED, RUNNING, PAUSING or PAUSED; null otherwise.
   *
   * `added`: it is counted in `Study.added`, and where it is finished in `Study.imported`. `taken`: its number existed, left
   * by a call that was cut short, and is among `created` now; ask again for the next. `repeated`: this `key` has added it
   * before; the same key with another hash throws `IDEMPOTENCY_CONFLICT`. A key is remembered as by `createStudy`.
   */
  addTrial(
    id: string,
    addition: {
      readonly created: number;
      readonly proposals: readonly Proposal[];
      readonly settlement?: Settlement;
      readonly key?: { readonly value: string; readonly hash: string };
      readonly at: number;
    },
  ): Promise<{ readonly trial: Trial; readonly outcome: "added" | "taken" | "repeated" } | null>;

  /**
   * PROPOSED → RUNNING, attempts + 1, lease set, `startedAt` set once. The next ready trial of the open epoch, in the
   * order of `ready`; one that is not PROPOSED when its turn comes is passed over, and each has one turn an epoch: what
   * is requeued waits for the next. Null when no ready trial is left, or the study does not run in this generation and
   * epoch.
   *
   * For an (epoch, slot, seq) that claimed before: the trial it got then, as it stands now, whatever the study's
   * status; it is still the claimer's to run if it is RUNNING under `lease`. Claims are remembered for 7 days.
   *
   * In a study with `budget.usd` null too, and no turn is taken, unless `spentUsd + reservedUsd` and what the meter says is
   * to be set aside fit under it together; a claim that does not say is refused.
   *
   * On DynamoDB a crash between the turn and the claim, the same claim made twice at one instant, or another claim that takes
   * the last of the money at that instant, may pass over a trial that is PROPOSED; the next epoch takes it up.
   */
  claimTrial(id: string, claim: Claim): Promise<Trial | null>;

  /**
   * `settleTrial`, then `claimTrial`: what a slot does that tells what became of its trial and takes the next; in one transaction
   * where nothing stands against it. The claim is this slot's only for this trial's end: the same call again is given the same
   * trial, and nobody makes the claim in another way.
   */
  settleAndClaim(
    id: string,
    number: number,
    settlement: Settlement,
    claim: Claim,
  ): Promise<{ readonly trial: Trial; readonly settled: boolean; readonly claimed: Trial | null }>;

  /**
   * The trials that a client runs, in order of number, at most `count`, whatever the study's status: the same client asking
   * again is given its own, under their leases as they stand. Where they are fewer, it `starts` some and the study runs:
   * PROPOSED → RUNNING for the next ready trials of the open epoch, as by `claimTrial`, money and all, but each under the lease
   * `clientLease` until `until`.
   *
   * On DynamoDB a crash, or the same client asking twice at one instant, may pass over a trial, as there.
   */
  leaseTrials(id: string, leasing: Leasing): Promise<readonly Trial[]>;

  /**
   * The holder of a lease, a client, wants to be heard of until `until`; what it wanted before stays where it is later.
   * Returns the trial as it stands: renewed if it is RUNNING under `lease`. `updatedAt` stays.
   */
  renewLease(id: string, number: number, renewal: { readonly lease: string; readonly until: number }): Promise<Trial>;

  /** Trials that a client runs and that nobody has been heard of until `at`, in order of number; at most 100. */
  readExpired(id: string, at: number): Promise<readonly Trial[]>;

  /**
   * RUNNING | PROPOSED → SUCCEEDED | INFEASIBLE: from anyone, for the first valid result wins, even one from a worker
   * given up for dead. RUNNING → FAILED | STOPPED: only from the holder of the lease. PAUSED → STOPPED, and PROPOSED →
   * STOPPED where it has measured a rung: from anyone. `settled` is false, and the trial as it stands is returned, when it
   * had ended before, the lease is another's, or `fidelity` is not the trial's. `endedAt` is set, the lease cleared, the
   * attempt charged; `startedAt` stays null where a trial was brought in finished. One that is
   * STOPPED keeps the metrics of its last rung, where it has one, and the fidelity that they are of.
   *
   * Sets `best` when the score is lower (ties: the lower number) and the trial no replicate, with `endedAtBest`: how many had ended by then,
   * this one included, cancelled ones and replicates not.
   */
  settleTrial(
    id: string,
    number: number,
    settlement: Settlement,
  ): Promise<{ readonly trial: Trial; readonly settled: boolean }>;

  /**
   * RUNNING | PROPOSED → PAUSED, the lease cleared, the rung added: from anyone, as any valid result, if `fidelity` is the
   * trial's; the report of an earlier rung changes nothing. The attempt is charged. `best` stays.
   */
  pauseTrial(id: string, number: number, pause: Pause): Promise<{ readonly trial: Trial; readonly paused: boolean }>;

  /**
   * RUNNING → PROPOSED, the lease cleared, the attempt charged. With `lease`, only while it is the trial's; without, whoever
   * runs it. With `expiredAt`, only where that lease was not to last longer.
   * `countsAttempt: false` takes the attempt back (a fault that is not the trial's); `lost: true` adds one to `lost`.
   * `reason` stays with the trial until it ends.
   */
  requeueTrial(
    id: string,
    number: number,
    requeue: Partial<Bill> & {
      readonly lease?: string;
      readonly expiredAt?: number;
      readonly countsAttempt: boolean;
      readonly lost: boolean;
      readonly reason: Reason | null;
      readonly at: number;
    },
  ): Promise<boolean>;

  /**
   * PROPOSED | PAUSED → CANCELLED, each trial for itself: a study that ends may have a hundred thousand that wait, and what
   * cancels them may be cut short between any two.
   *
   * @param numbers of different trials
   * @returns the numbers of those that this call has cancelled.
   */
  cancelTrials(id: string, numbers: readonly number[], reason: Reason, at: number): Promise<readonly number[]>;

  /**
   * One of `from` → `to`, with the reason. With `generation`, only while that is the study's. `confirmation` becomes what is
   * given.
   */
  moveStudy(
    id: string,
    move: {
      readonly from: readonly StudyStatus[];
      readonly to: StudyStatus;
      readonly reason: Reason | null;
      readonly generation?: number;
      /** @default null */
      readonly confirmation?: Confirmation | null;
      readonly at: number;
    },
  ): Promise<boolean>;

  /**
   * Sets what is given of `spec`, and counts in `amendments`; nothing changes, and nothing is counted, where it says
   * so already. With `amendments`, only while that is the study's: null where somebody has amended it since. A `budget.usd`
   * counts all that was ever spent, and what is set aside now.
   */
  amendStudy(
    id: string,
    amendment: {
      readonly spec: Partial<Amendable>;
      readonly reason: Reason;
      readonly amendments?: number;
      readonly at: number;
    },
  ): Promise<Study | null>;

  /**
   * Everything of a study: its trials, claims, leases, measurements, events and Idempotency-Key. Only of one that no execution owns; throws
   * CONFLICT for RUNNING, PAUSING and STOPPING. True when there was one, also one whose deletion a crash cut short:
   * from the first moment on no arrow changes it and no read finds it, and deleting it again removes the rest.
   */
  deleteStudy(id: string): Promise<boolean>;

  /**
   * What happened to a study, oldest first: its creation, each change of its status, reason or execution, or of
   * how its epochs are run, each amendment, requeue, failed trial, new best and confirmation; of a study with `budget.usd`, each charge of more than was set
   * aside, and 50, 80 and 100 per cent of it, once for each `budget.usd` (what is spent when it is set is not told of). Told in the very transaction that made it happen, so once. Of
   * different processes, in the order of their clocks. `limit` ≥ 1; nothing for an unknown study.
   */
  readEvents(id: string, page: { readonly limit: number; readonly after?: string }): Promise<Page<StudyEvent>>;

  /** Sets `best`, with `endedAtBest`, as recomputed from the trials, if it is better than what stands. */
  improveBest(id: string, best: Best, at: number): Promise<void>;

  getTrial(id: string, number: number): Promise<Trial | null>;

  /** The trials of the range that exist, in order of number. */
  readTrials(id: string, range: Range): Promise<readonly Trial[]>;

  /**
   * The trials from 1 to `to`, in order of number, as `pastTrial` has them: what a strategy reads at every turn. Those that have
   * been cancelled may be missing. What has ended does not change any more, so that it may be kept in another form, and read from
   * there.
   *
   * @param learned the metrics that strategies learn from: of one study the same each time.
   */
  readHistory(
    id: string,
    history: { readonly to: number; readonly learned: ReadonlySet<string> },
  ): Promise<readonly PastTrial[]>;

  /**
   * Keeps what an attempt at a trial measured, at one step or at several in order of step, and of a step that it told of before
   * what it told first. None of them where a trial would come to more than `MOST_MEASUREMENTS`. Whether any of it is new.
   * Nothing else of the trial or the study changes, `updatedAt` neither.
   */
  addMeasurements(
    id: string,
    number: number,
    measured: { readonly attempt: number; readonly measurements: readonly Measurement[] },
  ): Promise<boolean>;

  /** In order of step; of a step that several attempts measured, what the latest did. */
  readMeasurements(id: string, number: number): Promise<readonly Measurement[]>;

  /** Sets the sweep of that name; what it started last stays. */
  putSweep(sweep: Omit<Sweep, "last">): Promise<void>;

  /**
   * The study becomes what the sweep has started last, where that is still `last`: of several that are due at once, one. False
   * when another came first, or there is no such sweep.
   */
  followSweep(name: string, next: { readonly study: string; readonly last: string | null }): Promise<boolean>;

  getSweep(name: string): Promise<Sweep | null>;

  /** True when there was one. */
  deleteSweep(name: string): Promise<boolean>;

  close(): Promise<void>;
}
