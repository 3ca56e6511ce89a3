import type { Scalar, SearchSpace } from "../space/parameter.ts";

export type Goal = "minimize" | "maximize";

export interface Objective {
  readonly name: string;
  readonly goal: Goal;
}

/** A bound on a metric: a trial beyond it is SUCCEEDED with `feasible: false`. */
export interface OutcomeConstraint {
  readonly metric: string;
  readonly min?: number;
  readonly max?: number;
}

export type StrategyName = "auto" | "bayesian" | "random" | "grid" | "sobol" | "evolution" | "cmaes" | "manual";

/**
 * What says which trials train further. By `asha` and `hyperband` they wait on rungs until they have earned it; by `stop` and
 * `median` they train on and tell how they do, until they are told to stop.
 */
export type FidelityRule = "asha" | "hyperband" | "stop" | "median";

/** How far a trial may train, in a unit of its own (epochs, rows of data), and what says which trials train further. */
export interface FidelitySpec {
  readonly name: string;
  /** Less says nothing of the rest; > 0. */
  readonly min: number;
  /** The whole training; > min. */
  readonly max: number;
  readonly rule: FidelityRule;
}

/** Where a trial runs. At most one local key and one cloud key. */
export interface RunnerSpec {
  /** Path of a module, relative to the study file. */
  readonly function?: string;
  /** A string is run by the shell, a list without one. */
  readonly command?: string | readonly string[];
  /** URL that takes a POST. */
  readonly http?: string;
  /** Of `function` and `command`: what one trial may hold, `4GiB`. Absent: any amount. */
  readonly memory?: string;
  /** Id of a runner registered at deploy, under the name of its kind. */
  readonly lambda?: string;
  readonly batch?: string;
  readonly sagemaker?: string;
  readonly callback?: string;
  /** Workers that are not ours ask for trials and tell what became of them, over HTTP. Then no other key stands here. */
  readonly external?: true;
}

/** `count` failed trials, or a fraction (0 … 1) of the ended ones, judged from the tenth on. */
export type FailureLimit = { readonly count: number } | { readonly fraction: number };

/**
 * A study file after validation: every default filled in, durations in seconds. This is what is stored, and what
 * the strategies, the workflow and the views read. `lib/study/study-file.ts` makes it.
 */
export interface StudySpec {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly family: string;
  /** The objectives, at least one. */
  readonly metrics: readonly Objective[];
  readonly space: SearchSpace;
  readonly outcomes: readonly OutcomeConstraint[];
  /** Passed through to every trial. */
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, number>>;
  readonly strategy: StrategyName;
  readonly seed: number;
  readonly trials: number;
  readonly parallel: number;
  readonly budget: {
    /** Seconds after the start of the study at which no further trial starts; null: no limit. */
    readonly wallClock: number | null;
    /** Seconds that one attempt of a trial may take; null: the runner's own limit. */
    readonly trialTimeout: number | null;
    /** Dollars that its trials may cost in all; absent: no cap. */
    readonly usd?: number;
    /** Dollars that an hour of one slot costs; absent: what the runner is known to cost. */
    readonly usdPerHour?: number;
  };
  readonly stopping: {
    /** In the unit of the only objective; null: none. */
    readonly target: number | null;
    /** Trials without an improvement of the best; null: none. */
    readonly noProgress: number | null;
    /** In the unit of the only objective, > 0: by how much the best may fall short of the optimum; null: none. */
    readonly regret: number | null;
  };
  /** Absent: every trial is trained to the end at once. */
  readonly fidelity?: FidelitySpec;
  /** Further attempts after a retryable failure. */
  readonly retries: number;
  readonly failures: { readonly max: FailureLimit | null };
  /**
   * What had ended, and failed, when the study was retried: it counts no more against `failures`. Of no file: the store keeps
   * it. Absent: the study was never retried.
   */
  readonly forgiven?: { readonly ended: number; readonly failed: number };
  /** How often each of the best two configurations is run again once the search has ended; absent: not at all. */
  readonly replicates?: { readonly final: number };
  /** Parameters to try first, possibly partial: what is missing is the default, else proposed. */
  readonly enqueue: readonly Readonly<Record<string, Scalar>>[];
  readonly runner: RunnerSpec;
}
