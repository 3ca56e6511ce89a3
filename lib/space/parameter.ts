/**
 * The search space: what may be tuned. Plain data, made by `lib/study` from a study file and by the
 * ask-and-tell filter from its `study` line. A space is valid by construction: whoever builds one has
 * checked names, bounds, conditions and constraints.
 */
export type Scalar = string | number | boolean | null;

/** `reverse-log` is logarithmic in 1 − x, for values that crowd near 1 (momentum, decay); 0 ≤ min < max < 1. */
export type Scale = "linear" | "log" | "reverse-log";

/** Every key must hold: the named parameter is active and has one of the values. */
export type Condition = Readonly<Record<string, readonly Scalar[]>>;

/** [low, high]: the best value lies in here, both ends included, four times out of five. */
export type Interval = readonly [number, number];

/** How likely each value is to be the best, by its text, relative to the others; 1 where it is not named. */
export type Weights = Readonly<Record<string, number>>;

interface Common {
  readonly name: string;
  readonly when?: Condition;
}

export interface FloatParameter extends Common {
  readonly type: "float";
  readonly min: number;
  readonly max: number;
  readonly scale: Scale;
  /** Values are min, min + step, …; the last level is max even where step does not divide the range. */
  readonly step?: number;
  readonly default?: number;
  readonly prior?: Interval;
}

export interface IntParameter extends Common {
  readonly type: "int";
  readonly min: number;
  readonly max: number;
  readonly scale: Scale;
  readonly step?: number;
  readonly default?: number;
  readonly prior?: Interval;
}

export interface CategoricalParameter extends Common {
  readonly type: "categorical";
  readonly values: readonly Scalar[];
  readonly default?: Scalar;
  readonly prior?: Weights;
}

/** Categories with an order, smallest first. */
export interface OrdinalParameter extends Common {
  readonly type: "ordinal";
  readonly values: readonly Scalar[];
  readonly default?: Scalar;
  readonly prior?: Weights;
}

export type Parameter = FloatParameter | IntParameter | CategoricalParameter | OrdinalParameter;

/** The values of the active parameters of one trial, by name; inactive ones are absent. */
export type ParameterValues = Readonly<Record<string, Scalar>>;

export interface SearchSpace {
  /** Parents stand before their children. */
  readonly parameters: readonly Parameter[];
  /** Predicates over parameters, as written in the study file (`layers * batch <= 256`); all must hold. */
  readonly constraints: readonly string[];
}
