import type { ParameterValues, Scalar, SearchSpace } from "../../lib/space/parameter.ts";
import type { Objective, OutcomeConstraint } from "../../lib/study/spec.ts";

/** What problems have in common; results are averaged by it. */
export type Family =
  | "smooth"
  | "multimodal"
  | "hpo"
  | "mixed"
  | "conditional"
  | "table"
  | "high-dimensional"
  | "constrained"
  | "multi-objective"
  | "noisy"
  | "failing";

/** What a trial measures, exactly. */
export interface Evaluation {
  /** In the order of the problem's objectives. */
  readonly values: readonly number[];
  /** In the order of its outcome constraints. */
  readonly outcomes: readonly number[];
}

/** The best that there is: a value and where it is reached, or the hypervolume of the front above a reference point. */
export type Optimum =
  | { readonly kind: "value"; readonly value: number; readonly places: readonly ParameterValues[] }
  | { readonly kind: "front"; readonly hypervolume: number; readonly reference: readonly number[] };

/** Which trial of which study: noise and failures are functions of it. */
export interface TrialKey {
  readonly seed: number;
  readonly number: number;
}

/** An optimisation problem that knows its optimum. Every objective is minimised. */
export interface Problem {
  readonly name: string;
  readonly family: Family;
  /** Where it is from. */
  readonly source: string;
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  readonly outcomes: readonly OutcomeConstraint[];
  /** Trials of a study of it. */
  readonly trials: number;
  readonly optimum: Optimum;
  /** The truth, by which a study is scored. */
  evaluate(parameters: ParameterValues): Evaluation;
  /** What the strategy is told of a trial; null: it failed. The truth, where nothing is wrapped around the problem. */
  observe(parameters: ParameterValues, trial: TrialKey): Evaluation | null;
}

interface Definition extends Pick<Problem, "name" | "family" | "source" | "trials" | "optimum"> {
  readonly space: SearchSpace;
  /** Names of the objectives. @default ["loss"] */
  readonly objectives?: readonly string[];
  /** @default none */
  readonly outcomes?: readonly OutcomeConstraint[];
}

/** A problem that is observed as it is. */
export function defineProblem(
  { objectives = ["loss"], outcomes = [], ...rest }: Definition,
  evaluate: Problem["evaluate"],
): Problem {
  return {
    ...rest,
    objectives: objectives.map((name) => ({ name, goal: "minimize" })),
    outcomes,
    evaluate,
    observe: evaluate,
  };
}

interface BoxDefinition extends Pick<Problem, "name" | "family" | "source" | "trials"> {
  /** [min, max] of x1, x2, … */
  readonly bounds: readonly (readonly [number, number])[];
  readonly value: number;
  /** Where the value is reached, d numbers each. */
  readonly places: readonly (readonly number[])[];
}

/** A function of d real numbers x1 … xd in a box. */
export function defineOnBox(
  { bounds, value, places, ...rest }: BoxDefinition,
  f: (x: readonly number[]) => number,
): Problem {
  const space = boxSpace(bounds);
  const optimum = { kind: "value", value, places: places.map(toParameters) } as const;
  return defineProblem({ ...rest, space, optimum }, (parameters) => single(f(toPoint(space, parameters))));
}

export function boxSpace(bounds: readonly (readonly [number, number])[]): SearchSpace {
  return {
    parameters: bounds.map(([min, max], k) => ({ name: `x${k + 1}`, type: "float", min, max, scale: "linear" })),
    constraints: [],
  };
}

/** The same interval d times. */
export function cube(d: number, min: number, max: number): readonly (readonly [number, number])[] {
  return Array.from({ length: d }, () => [min, max] as const);
}

export function toParameters(x: readonly number[]): ParameterValues {
  return Object.fromEntries(x.map((value, k) => [`x${k + 1}`, value]));
}

/** The numbers of a space without conditions, in the order of its parameters. */
export function toPoint(space: SearchSpace, parameters: ParameterValues): readonly number[] {
  return space.parameters.map(({ name }) => numberAt(parameters, name));
}

export function numberAt(parameters: ParameterValues, name: string): number {
  return parameters[name] as number;
}

/** The evaluation of a problem with one objective and nothing else. */
export function single(value: number): Evaluation {
  return { values: [value], outcomes: [] };
}

/** The entry of a table of categories. */
export function pick<Entry>(table: Readonly<Record<string, Entry>>, category: Scalar | undefined): Entry {
  const entry = table[String(category)];
  if (entry === undefined) throw new Error(`expected one of ${Object.keys(table).join(", ")}, got ${category}`);
  return entry;
}
