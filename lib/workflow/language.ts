/**
 * The part of the Amazon States Language that the workflow is written in. Strings of the form `{% … %}` are JSONata.
 */
export interface StateMachine {
  readonly Comment: string;
  readonly QueryLanguage: "JSONata";
  readonly StartAt: string;
  readonly States: States;
}

/** By name; names are unique in the whole machine. */
export type States = Readonly<Record<string, State>>;

/** Fields are checked by what runs them: AWS on deployment, `local/asl` on loading. */
export interface State {
  readonly Type: "Task" | "Map" | "Choice" | "Wait" | "Pass" | "Succeed" | "Fail";
  readonly Comment?: string;
  readonly [field: string]: unknown;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Assign?: object;
  readonly Output: object;
  readonly Next: string;
}
