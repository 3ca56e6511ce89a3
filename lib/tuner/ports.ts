import type { StudyStore } from "../store/study-store.ts";
import type { CheckpointPlace } from "../study/checkpoint.ts";
import type { Judgement } from "../study/judgement.ts";
import type { Price } from "../study/price/meter.ts";
import type { Best, Trial } from "../study/records.ts";
import type { RunnerSpec } from "../study/spec.ts";
import type { Reason, StudyStatus } from "../study/states.ts";
import type { RefillEvent, WorkflowInput } from "../workflow/messages.ts";
import type { RunnerRecord } from "../workflow/runner-record.ts";

/** Starts executions of the workflow. Starting the same name twice starts one. */
export interface Launcher {
  /** @returns the execution's ARN on AWS, null on a laptop. */
  start(name: string, input: WorkflowInput): Promise<string | null>;
  /**
   * Ends an execution at once, and the jobs that it waits for; one that has ended stays as it is. Absent on a laptop, where who
   * runs a trial sees for itself that nobody wants it any more.
   */
  stop?(name: string): Promise<void>;
}

interface Target {
  /** What the workflow invokes: a function, a queue. */
  readonly target: string;
  /** Seconds that one attempt may take at most; a smaller `budget.trialTimeout` wins. Null: no limit. */
  readonly timeoutSeconds: number | null;
  /** Seconds after the limit until the workflow gives the attempt up itself: time for the runner to end it well. */
  readonly graceSeconds: number;
  /** Seconds that its start may take, which are none of the attempt's: the workflow waits as much longer. @default 0 */
  readonly startSeconds?: number;
  /** How many trials it runs at once at most; absent: as many as a study asks for. */
  readonly slots?: number;
  /** What it costs; absent: not known. */
  readonly price?: Price;
  /** What runs a trial that ran out of memory here, when it is tried again. */
  readonly bigger?: Bigger;
  /** When the workflow gives an attempt up, it runs on until the runner's own limit: a Lambda function. @default false */
  readonly outlivesLimit?: boolean;
}

/** What runs a trial as a job: it waits for a machine, and reads and writes files in place of messages. */
export type JobTarget = Target & {
  /** Seconds that an attempt may wait for machines in all. */
  readonly queueSeconds: number;
  /** Where the requests and results of its trials lie. */
  readonly files: { readonly bucket: string; readonly prefix: string };
} & (
    | Omit<Extract<RunnerRecord, { readonly kind: "batch" }>, "bigger">
    | Omit<Extract<RunnerRecord, { readonly kind: "sagemaker" }>, "bigger">
  );

/** A runner as the workflow sees it. */
export type RunnerTarget =
  | (Target & {
      readonly kind: "lambda";
      /** Whether it takes shifts: several short trials in one invocation. @default false */
      readonly shifts?: boolean;
    })
  | (Target & { readonly kind: "callback"; readonly heartbeatSeconds: number })
  | JobTarget;

/** A runner with more memory, and its id. */
export interface Bigger {
  readonly id: string;
  readonly runner: RunnerTarget;
}

export interface RunnerRegistry {
  /** @throws {PegboxError} `RUNNER_MISSING` or `NOT_FOUND`, naming what to add and which ids are known. */
  resolve(runner: RunnerSpec): RunnerTarget;
}

/** Fires executions of the workflow on a schedule; absent on a laptop. */
export interface Scheduler {
  /**
   * Creates or replaces the schedule of a sweep.
   *
   * @throws {PegboxError} `INVALID_INPUT` for an expression that the service refuses.
   */
  put(sweep: { readonly name: string; readonly schedule: string }): Promise<void>;
  /** Does nothing where there is none. */
  delete(name: string): Promise<void>;
}

/** What happened, for a live table or a log. Told after the store has it. */
export type TunerEvent =
  | { readonly type: "studyStarted"; readonly study: string; readonly generation: number }
  /** Its execution was cut off, and `generation` is to take over. */
  | { readonly type: "studyRecovered"; readonly study: string; readonly generation: number; readonly reason: Reason }
  /** `reason`: why its slots wait for one another after each trial, or do not; null where there is nothing to choose. */
  | {
      readonly type: "epochOpened";
      readonly study: string;
      readonly epoch: number;
      readonly proposed: number;
      readonly reason: Reason | null;
    }
  /** The optimizer could not be heard: trials that were due are searched for without it. */
  | { readonly type: "refillFailed"; readonly study: string; readonly message: string }
  /** Nobody could tell what earlier attempts at the trial have saved: it does without what its last one has. */
  | { readonly type: "checkpointUnseen"; readonly study: string; readonly number: number; readonly why: string }
  | { readonly type: "trialStarted"; readonly study: string; readonly trial: Trial }
  | { readonly type: "trialRequeued"; readonly study: string; readonly number: number; readonly reason: Reason }
  /** It has trained as far as it was to, and waits until it has earned to train further. */
  | { readonly type: "trialPaused"; readonly study: string; readonly trial: Trial }
  | { readonly type: "trialEnded"; readonly study: string; readonly trial: Trial; readonly best: Best | null }
  /** A sweep was due while the study that it had started before had not ended: there is no `study` of that time. */
  | { readonly type: "sweepSkipped"; readonly study: string; readonly sweep: string }
  /** A result came of a trial that had ended otherwise: nothing has changed for it. `trial` stands as it was. */
  | {
      readonly type: "resultLate";
      readonly study: string;
      readonly trial: Trial;
      readonly lease: string;
      readonly told: Pick<Judgement, "state" | "metrics" | "reason">;
    }
  | { readonly type: "studyEnded"; readonly study: string; readonly status: StudyStatus; readonly reason: Reason };

/** A secret's mark on a text, that nobody else can make. */
export interface Seal {
  /** Letters, digits, `-` and `_`. */
  sign(text: string): string;
  /** Takes as long for a signature that is almost right as for any other. */
  matches(text: string, signature: string): boolean;
}

/** Live measurements of trials that run. */
export interface Reports {
  /** Where trials send them. */
  readonly url: () => string;
  readonly seal: Seal;
}

/** All that the use cases need from outside; `now` is milliseconds since 1970 UTC. */
export interface TunerPorts {
  readonly store: StudyStore;
  readonly now: () => number;
  readonly runners: RunnerRegistry;
  readonly observe: (event: TunerEvent) => void;
  /** Has `refill` called soon; does not wait for it, and does not fail. A request may be lost. */
  readonly requestRefill: (event: RefillEvent) => Promise<void>;
  /**
   * Milliseconds that a lease lasts on: clocks of different machines differ, and a trial that is given up too soon is run twice.
   * Nothing but waste depends on it. @default a minute
   */
  readonly leaseGrace?: number;
  /** Absent where nobody hears what trials measure. */
  readonly reports?: Reports;
  /** Absent where trials have no place for checkpoints. */
  readonly checkpoints?: CheckpointPlace;
  /**
   * Whether anything has been saved at a place for checkpoints; rejects where that cannot be told. Absent where nobody can look:
   * there an attempt goes on from the rung below, whatever an earlier one has saved.
   */
  readonly holdsCheckpoint?: (place: string) => Promise<boolean>;
}
