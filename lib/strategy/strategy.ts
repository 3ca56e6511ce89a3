import type { ParameterValues, SearchSpace } from "../space/parameter.ts";
import type { Decision } from "../study/records.ts";
import type { Objective, OutcomeConstraint } from "../study/spec.ts";

/** What a strategy sees of a trial that has ended. */
export interface Observation {
  readonly number: number;
  readonly parameters: ParameterValues;
  /**
   * The objectives' values in the order of `objectives`; null for a trial that failed, was infeasible, or did not measure
   * what is constrained. A trial that breaks an outcome constraint has values.
   */
  readonly values: readonly number[] | null;
  /** Standard errors of `values`; null where a value has none. @default none has */
  readonly standardErrors?: readonly (number | null)[];
  /** The constrained metrics' values in the order of `outcomes`, where there are values and constraints. */
  readonly outcomes?: readonly number[];
  /** How far the training went; absent where trials have no fidelity. */
  readonly fidelity?: number;
  /** From its first start to its end, ≥ 0; absent where it was brought in finished, or has a fidelity. */
  readonly seconds?: number;
  /** Of a replicate: the number of the trial whose parameters it runs again. */
  readonly replicates?: number;
}

/** A trial that is proposed or running. */
export interface Pending {
  readonly number: number;
  readonly parameters: ParameterValues;
}

export interface ProposeRequest {
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  /** Bounds on metrics that the best must keep. @default none */
  readonly outcomes?: readonly OutcomeConstraint[];
  readonly seed: number;
  /** Number of the first trial to propose; the others follow. */
  readonly first: number;
  /** How many are wanted, ≥ 1. */
  readonly count: number;
  /** How many trials strategies (not people) have been asked for before: the position in a grid or a sequence. */
  readonly position: number;
  /** Ended trials in order of number; empty unless `needsHistory(space)`. */
  readonly history: readonly Observation[];
  readonly pending: readonly Pending[];
  /** Trials of the whole study, where known. */
  readonly budget: number | null;
  /** Share of the time that is left, 0 … 1, where time is limited. @default it is not */
  readonly timeLeft?: number;
  /** Trials that run at a time. */
  readonly batch: number;
}

export interface Suggestion {
  readonly parameters: ParameterValues;
  readonly decision: Decision;
  /** How far to train; absent where trials have no fidelity. */
  readonly fidelity?: number;
}

export interface ProposeAnswer {
  /** At most `count`; fewer only when `exhausted`. */
  readonly suggestions: readonly Suggestion[];
  /** Nothing new is left in a finite space. */
  readonly exhausted: boolean;
}

/**
 * What proposes. A strategy is a pure function of its request: the same request gives the same bytes, so that a
 * crashed plan can be run again and a laptop and the cloud propose the same trials. It reads no clock and no state.
 *
 * @throws {PegboxError} `SPACE_EMPTY` when no point satisfies the constraints.
 */
export interface Strategy {
  readonly name: string;
  /** Whether what it proposes depends on results: then a batch is asked for once its forerunners have ended. */
  readonly adaptive: boolean;
  /** Whether `history` and `pending` matter for this space. */
  needsHistory(space: SearchSpace): boolean;
  propose(request: ProposeRequest): ProposeAnswer;
}
