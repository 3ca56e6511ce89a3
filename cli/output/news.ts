import type { Study, Trial } from "../../lib/study/records.ts";
import type { Reason } from "../../lib/study/states.ts";
import type { BestView } from "../../lib/study/views.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";

/** What is shown of a trial. */
export type ShownTrial = Pick<
  Trial,
  | "number"
  | "state"
  | "parameters"
  | "decision"
  | "metrics"
  | "feasible"
  | "fidelity"
  | "rungs"
  | "reason"
  | "startedAt"
>;

/** What is told of a study that runs: by the process that runs it, whose events these are, or by one that watches it. */
export type News = {
  /** When it happened, milliseconds since 1970 UTC. @default now */
  readonly at?: number;
} & (
  | { readonly type: "trialStarted"; readonly trial: ShownTrial }
  | { readonly type: "trialRequeued"; readonly number: number; readonly reason: Reason }
  | { readonly type: "trialPaused"; readonly trial: ShownTrial }
  | { readonly type: "trialEnded"; readonly trial: ShownTrial; readonly best: BestView | null }
  | { readonly type: Exclude<TunerEvent["type"], `trial${string}`> }
);

/** A study that is run, or watched, from here on. */
export interface Opening {
  readonly study: Pick<Study, "id" | "spec" | "counts"> & { readonly best: BestView | null };
  readonly how: "started" | "resumed" | "watched";
  /** Of its trials, those that have ended and come on top. */
  readonly replicates: number;
  /** An unfinished study of the same name that was not asked for. */
  readonly unfinished: Pick<Study, "id" | "status"> | null;
}
