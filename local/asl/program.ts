import type { Template } from "./expression.ts";

/** A definition after loading: checked, every expression parsed. Fields keep the names of the language. */
export interface Program {
  readonly StartAt: string;
  readonly states: ReadonlyMap<string, StateNode>;
}

/** Fields with a value that is made at run time. */
export const TEMPLATES: readonly string[] =
  "Assign Output Arguments TimeoutSeconds Items ItemSelector MaxConcurrency Condition Seconds Error Cause".split(" ");

/** A way on: a state itself, a rule of a Choice, a Catcher. */
export interface Step {
  readonly template: Readonly<Record<string, Template | undefined>>;
  /** Undefined at an end. */
  readonly next: string | undefined;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher extends Step {
  readonly ErrorEquals: readonly string[];
}

export interface StateNode extends Step {
  readonly name: string;
  readonly type: "Task" | "Map" | "Choice" | "Wait" | "Pass" | "Succeed" | "Fail";
  readonly resource: string;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
  readonly choices: readonly Step[];
  /** Of a Map. */
  readonly processor: Program | undefined;
  readonly distributed: boolean;
  readonly toleratedFailurePercentage: number;
}
