import type { Confirmation, Metrics } from "./records.ts";
import type { Reason, StudyStatus } from "./states.ts";

/**
 * Something that happened to a study, kept with it for ever: its story. Ordinary trials leave none, so that a story stays
 * short: a few events a study, one for each fault of a trial, and one for each new best.
 */
export type StudyEvent =
  | { readonly type: "created"; readonly at: number }
  /** By an execution that began, or by a wish, or an end; `from` is `to` where another execution has taken over. */
  | {
      readonly type: "moved";
      readonly at: number;
      readonly from: StudyStatus;
      readonly to: StudyStatus;
      readonly reason: Reason | null;
      readonly generation: number;
    }
  /** From this epoch on trials are run otherwise: in rounds, or each slot for itself. */
  | { readonly type: "paced"; readonly at: number; readonly epoch: number; readonly reason: Reason }
  /** `changes` by key of the study file. */
  | {
      readonly type: "amended";
      readonly at: number;
      readonly reason: Reason;
      readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
    }
  /** A trial is to be run again; `lost`: because whatever ran it has died. */
  | {
      readonly type: "requeued";
      readonly at: number;
      readonly trial: number;
      readonly lost: boolean;
      readonly reason: Reason | null;
    }
  | { readonly type: "failed"; readonly at: number; readonly trial: number; readonly reason: Reason | null }
  /** A trial cost more than was set aside for it; `usd` more. */
  | { readonly type: "overrun"; readonly at: number; readonly trial: number; readonly usd: number }
  /** So much of `budget.usd` is spent. */
  | {
      readonly type: "spent";
      readonly at: number;
      readonly percent: number;
      readonly usd: number;
      readonly capUsd: number;
    }
  | { readonly type: "best"; readonly at: number; readonly trial: number; readonly metrics: Metrics }
  /** Replicates have said which configuration is the best; just before the study ends. */
  | { readonly type: "confirmed"; readonly at: number; readonly confirmation: Confirmation };
