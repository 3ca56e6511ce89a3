import type { Reason, StudyStatus } from "../study/states.ts";
import type { ShiftRequest, TrialRequest, TrialResult } from "../study/trial-contract.ts";

/**
 * What the states of the workflow say to the handlers and hear back. All of it is JSON.
 */

/** The input of an execution: a study and which generation this is; or a sweep that is due. */
export type WorkflowInput =
  | { readonly studyId: string; readonly generation: number; readonly recovery?: Recovery }
  | { readonly sweep: string; readonly scheduledAt: string };

/** What an execution that takes over from one that was cut off knows of those before it. */
export interface Recovery {
  /** How many were cut off in a row, and their study no further for them. */
  readonly times: number;
  /** How far the study was then. */
  readonly progress: number;
}

/** A result that its slot could not tell, kept in a queue until somebody tells it. */
export interface ParkedResult {
  readonly studyId: string;
  readonly told: Told | ToldShift;
}

export interface BeginEvent {
  readonly input: WorkflowInput;
  /** Name of this execution. */
  readonly execution: string;
}

export interface BeginAnswer {
  /** False: another execution owns the study, this one ends without a trace. */
  readonly admitted: boolean;
  readonly studyId: string;
  readonly generation: number;
}

export interface PlanEvent {
  readonly studyId: string;
  readonly generation: number;
  /** History events this execution has used so far, estimated by the plans before; 0 at first. */
  readonly events: number;
  /** Passes in a row that ended with the Map itself failing. */
  readonly stalls: number;
}

export type PlanAnswer =
  /** Open an epoch: fan out over slots 0 … slots − 1. */
  | {
      readonly action: "run";
      readonly mode: "inline" | "distributed";
      readonly epoch: number;
      readonly slots: number;
      readonly trialsPerSlot: number;
      readonly events: number;
    }
  /** Hand over to a fresh execution before the history is full. */
  | { readonly action: "handOver" }
  | { readonly action: "finish"; readonly status: StudyStatus; readonly reason: Reason }
  /** The study is paused or owned by another execution: end without touching it. */
  | { readonly action: "halt" };

/** How long the trials of a slot take, as the slot itself sees it: given with a claim, and back with what became of it. */
export interface SlotClock {
  /** When the claim was given, in milliseconds since 1970 UTC. */
  readonly since: number;
  /** Trials that the slot had run by then, and the seconds that they took in all. */
  readonly trials: number;
  readonly seconds: number;
}

/** What a slot tells of the trial it ran: the runner's answer, or the error that the service caught. */
export interface Told {
  readonly trial: number;
  readonly lease: string;
  /** How far it was to train; null where trials have no fidelity, absent from a workflow of an earlier version. */
  readonly fidelity?: number | null;
  readonly result?: TrialResult | null;
  /** In place of it, the text that a job has left as its result; at most one byte more than a result may have. */
  readonly text?: string;
  readonly error?: { readonly Error?: string; readonly Cause?: string };
  /** Of a Lambda function; absent from a workflow of an earlier version. */
  readonly clock?: SlotClock;
}

/** An attempt at a trial of a shift. */
export interface ShiftAttempt {
  readonly trial: number;
  readonly lease: string;
}

/** What a slot tells of a shift: what one invocation answered that ran several trials, or the error that it ended in. */
export interface ToldShift {
  /** In the order of the request. */
  readonly attempts: readonly ShiftAttempt[];
  readonly clock: SlotClock;
  /** A `ShiftResult`, unless the runner takes no shifts after all. */
  readonly result?: unknown;
  readonly error?: { readonly Error?: string; readonly Cause?: string };
}

export interface NextTrialEvent {
  readonly studyId: string;
  readonly generation: number;
  readonly epoch: number;
  readonly slot: number;
  readonly seq: number;
  readonly quota: number;
  /** How often in a row this claim has waited for a proposal; absent from a workflow of an earlier version, which cannot wait. */
  readonly waits?: number;
  /** Whether the slot may be given a shift; absent from a workflow of an earlier version, which knows none. */
  readonly shifts?: boolean;
  /** Null on a slot's first call. */
  readonly told: Told | ToldShift | null;
}

/** A trial that a slot has claimed. */
export interface Claimed {
  readonly trial: number;
  readonly lease: string;
  readonly fidelity: number | null;
  /** Seconds after which the workflow gives the attempt up. */
  readonly timeoutSeconds: number;
  readonly request: TrialRequest;
}

/** Several short trials that a slot has claimed, one with each of as many sequence numbers. */
export interface Shift {
  readonly kind: "shift";
  readonly target: string;
  /** At least two. */
  readonly attempts: readonly ShiftAttempt[];
  readonly timeoutSeconds: number;
  readonly request: ShiftRequest;
  readonly clock: SlotClock;
}

/** Where a job finds its request and leaves its result. */
export interface JobFiles {
  readonly bucket: string;
  /** Keys in the bucket. */
  readonly request: string;
  readonly result: string;
}

export type NextTrialAnswer =
  /** No proposal is ready: ask the same again after that. */
  | { readonly kind: "wait"; readonly seconds: number }
  /** Invoke the function `target` with the request. */
  | (Claimed & { readonly kind: "lambda"; readonly target: string; readonly clock: SlotClock })
  /** Invoke the function `target` once for several trials, each of which the slot has claimed. */
  | Shift
  /** Put the request and a task token on the queue `target`. */
  | (Claimed & { readonly kind: "callback"; readonly target: string; readonly heartbeatSeconds: number })
  /** Put the request into its file, run the job, read the result. `job`: the arguments of the service that runs it. */
  | (Claimed & { readonly kind: "batch" | "sagemaker"; readonly files: JobFiles; readonly job: object })
  | { readonly kind: "done" };

/** That the proposals of an open epoch run out. */
export interface RefillEvent {
  readonly studyId: string;
  readonly generation: number;
  readonly epoch: number;
}

export interface FinalizeEvent {
  readonly studyId: string;
  readonly generation: number;
  readonly status: StudyStatus;
  readonly reason: Reason;
}
