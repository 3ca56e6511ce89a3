import type { ParameterValues } from "../space/parameter.ts";
import type { Forfeit, RunningMeter } from "./price/meter.ts";
import type { StudySpec } from "./spec.ts";
import type { EndCounts, Reason, StudyStatus, TrialCounts, TrialState } from "./states.ts";

/** Metric values by name, objectives first; null where the trial reported a value that is not finite. */
export type Metrics = Readonly<Record<string, number | null>>;

/** How far a metric may be from what it estimates, by the metric's name: finite and ≥ 0, in the metric's unit. */
export type StandardErrors = Readonly<Record<string, number>>;

/** Why these parameters: kept with the trial for ever. Every strategy says at least its own name. */
export interface Decision {
  readonly strategy: string;
  readonly [key: string]: unknown;
}

/** Who asked for a trial. A replicate is the same parameters once more, and comes on top of `trials`. */
export type TrialSource = "strategy" | "enqueue" | "import" | "replicate";

/** What a trial had measured when it had trained so far and no further. */
export interface Rung {
  /** How far, in the unit of the study's fidelity. */
  readonly fidelity: number;
  readonly metrics: Metrics;
  readonly standardErrors?: StandardErrors;
  /** Whether the outcome constraints held. */
  readonly feasible: boolean;
}

/** One suggested parameter set and its life. Times are milliseconds since 1970 UTC. */
export interface Trial {
  /** From 1, dense within a study. */
  readonly number: number;
  readonly state: TrialState;
  readonly source: TrialSource;
  readonly parameters: ParameterValues;
  readonly decision: Decision;
  /** How far it trains in the current attempt, or has trained in the last; null where trials have no fidelity. */
  readonly fidelity: number | null;
  /** What it measured on its way there, lowest first, each lower than `fidelity` unless it is PAUSED or STOPPED there. */
  readonly rungs: readonly Rung[];
  /** Those of its last rung until it is trained to the end. */
  readonly metrics: Metrics | null;
  /** Of the metrics, where the trial gave any. */
  readonly standardErrors?: StandardErrors;
  /** Whether the outcome constraints hold, of the metrics; null without a success. */
  readonly feasible: boolean | null;
  /**
   * Attempts begun, of all rungs: those that did not end one well count against `retries`. A requeue for a fault of the
   * infrastructure takes one back.
   */
  readonly attempts: number;
  /** How often the infrastructure lost it; a poison trial is given up by this number. */
  readonly lost: number;
  /** Who may fail or requeue it while RUNNING. */
  readonly lease: string | null;
  /** Until when its holder, a client, wants to be heard of; null where a slot holds it, or nobody. */
  readonly leaseUntil: number | null;
  readonly reason: Reason | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly cost: { readonly usd: number } | null;
  /** What ran its last attempt, where that is not the study's own runner: a bigger one, since it ran out of memory. */
  readonly runner?: string;
  /** Of the attempt that runs, where a price is known: only while RUNNING. */
  readonly meter?: RunningMeter;
  /** Attempts that were given up while they may still have run; their charges are in `cost`. */
  readonly forfeits?: readonly Forfeit[];
}

/** The best feasible trial of a single-objective study. */
export interface Best {
  readonly trial: number;
  readonly parameters: ParameterValues;
  readonly metrics: Metrics;
  /** The objective, negated where it is maximised: lower is better. */
  readonly score: number;
}

/** Trial numbers from … to, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Why an epoch runs replicates: the search has ended, and so does the study once they have. */
export interface Confirming {
  /** How the search ended. */
  readonly status: StudyStatus;
  readonly reason: Reason;
  /** The trials whose parameters are run again, the one to deploy first. */
  readonly finalists: readonly number[];
  /** The highest trial number when the search ended: replicates of this end have higher ones. */
  readonly after: number;
  /** Of the study when the search ended: one that has been amended since may have more to search. */
  readonly amendments: number;
}

/** One pass of the workflow: which trials are ready to be claimed, and by how many slots. */
export interface Epoch {
  /** From 1; 0 before the first has been opened. */
  readonly number: number;
  readonly ready: readonly Range[];
  readonly slots: number;
  /** How many trials one slot may claim in this epoch. */
  readonly trialsPerSlot: number;
  /** @default the epoch is one of the search */
  readonly confirms?: Confirming;
}

/** From … to, in the unit of an objective. */
export type Interval = readonly [low: number, high: number];

/** A configuration that was run again when the search had ended. */
export interface Finalist {
  /** The trial that it was chosen by. */
  readonly trial: number;
  readonly parameters: ParameterValues;
  /** What that trial had measured. */
  readonly metrics: Metrics;
  /** Replicates that have ended, and of them those that gave a value. */
  readonly replicates: number;
  readonly measured: number;
  /** Of the objective, over the replicates alone: the trial itself was chosen for being good. Null without a value. */
  readonly mean: number | null;
  /** Confidence interval of the mean; null of fewer than two values. */
  readonly interval: Interval | null;
  /** Whether the outcome constraints hold in the mean of the replicates; null without a value. */
  readonly feasible: boolean | null;
}

/** What the replicates at the end of a study say of its winner. */
export interface Confirmation {
  /** The objective. */
  readonly metric: string;
  /** Of all intervals: 0.95. */
  readonly level: number;
  /** The trial of the finalist with the best mean, of those that are feasible in the mean; null where none is. */
  readonly winner: number | null;
  /** One or two, as the search ranked them: the first is what it would have deployed. */
  readonly finalists: readonly Finalist[];
  /** Mean of the second finalist less that of the first; null unless both have a mean. */
  readonly difference: { readonly mean: number; readonly interval: Interval | null } | null;
}

/** One optimisation problem and its run. Times are milliseconds since 1970 UTC. */
export interface Study {
  readonly id: string;
  readonly spec: StudySpec;
  /** How often `spec` has been amended since the study was created. */
  readonly amendments: number;
  readonly status: StudyStatus;
  readonly reason: Reason | null;
  /** Which execution of the workflow owns the study; only grows. 0 before the first. */
  readonly generation: number;
  /** Name or ARN of that execution. */
  readonly execution: string | null;
  readonly epoch: Epoch;
  /** The highest trial number given out. */
  readonly created: number;
  readonly counts: TrialCounts;
  /** How many trials people have asked for or brought in, beside those that the study file enqueues. */
  readonly added: number;
  /** How many of those were brought in finished: they are among `counts`, and none of the study's `trials`. */
  readonly imported: number;
  /** Of `counts`, the replicates that have ended. */
  readonly replicates: EndCounts;
  /** No replicate is: what a trial measured once is compared with what others measured once. */
  readonly best: Best | null;
  /** How many trials had ended when `best` last improved; `noProgress` is counted from here. */
  readonly endedAtBest: number;
  readonly spentUsd: number;
  /** What the attempts that run may cost at most, as far as that is known. */
  readonly reservedUsd: number;
  /** Of a study that has ended, where it ran replicates; null elsewhere. */
  readonly confirmation: Confirmation | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly updatedAt: number;
}
