import type { Scalar, Scale } from "../../space/parameter.ts";
import type { FidelitySpec, Objective, OutcomeConstraint, RunnerSpec, StrategyName } from "../spec.ts";

/** The study file as a person writes it, defaults filled in. `to-spec.ts` makes a `StudySpec` of it. */
export interface StudyFile {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly family?: string;
  readonly metrics: readonly Objective[];
  readonly parameters: Readonly<Record<string, ParameterEntry>>;
  readonly constraints: readonly string[];
  readonly outcomes: readonly OutcomeConstraint[];
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, number>>;
  readonly strategy: StrategyName;
  readonly seed: number;
  readonly trials: number;
  readonly parallel: number;
  readonly budget: {
    readonly usd?: number;
    readonly usdPerHour?: number;
    readonly wallClock?: Duration;
    readonly trialTimeout?: Duration;
  };
  readonly stopping: { readonly target?: number; readonly noProgress?: number; readonly regret?: number };
  readonly fidelity?: FidelitySpec;
  readonly retries: number;
  /** A count, or a percentage of the ended trials (`20%`). */
  readonly failures: { readonly max?: number | string };
  readonly replicates?: { readonly final: number };
  readonly enqueue: readonly EnqueueEntry[];
  readonly runner: RunnerSpec;
}

/** Seconds, or a number with a unit: `30m`. */
export type Duration = number | string;

export type EnqueueEntry = Readonly<Record<string, Scalar>>;

/** One value, or a list of which any will do, by parent. */
export type WhenEntry = Readonly<Record<string, Scalar | readonly Scalar[]>>;

export interface NumberEntry {
  readonly type: "float" | "int";
  readonly min: number;
  readonly max: number;
  readonly scale: Scale;
  readonly step?: number;
  readonly default?: number;
  /** [low, high] */
  readonly prior?: readonly [number, number];
  readonly when?: WhenEntry;
}

export interface ChoiceEntry {
  readonly type: "categorical" | "ordinal";
  readonly values: readonly Scalar[];
  readonly default?: Scalar;
  /** Relative weights by the values' texts. */
  readonly prior?: Readonly<Record<string, number>>;
  readonly when?: WhenEntry;
}

export type ParameterEntry = NumberEntry | ChoiceEntry;
