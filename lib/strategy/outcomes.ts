import type { OutcomeConstraint } from "../study/spec.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";

/** Failures from which on they are a region rather than accidents: so many, and this share of all. */
const LEAST_FAILURES = 3;
const FAILURE_SHARE = 0.05;

/** One bound of an outcome constraint. */
interface Bound {
  /** Place of its metric in `outcomes`. */
  readonly place: number;
  /** Of a value: ≥ 0 where the bound holds. */
  margin(value: number): number;
}

function boundsOf(outcomes: readonly OutcomeConstraint[]): Bound[] {
  return outcomes.flatMap(({ min, max }, place): Bound[] => [
    ...(min === undefined ? [] : [{ place, margin: (value: number) => value - min }]),
    ...(max === undefined ? [] : [{ place, margin: (value: number) => max - value }]),
  ]);
}

/** Margins of a trial, one for each bound; ≥ 0 where it holds. Null for a trial without values. */
export type Margins = (trial: Observation) => readonly number[] | null;

export function marginsOf({ outcomes = [] }: Pick<ProposeRequest, "outcomes">): Margins {
  const bounds = boundsOf(outcomes);
  return ({ values, outcomes: measured = [] }) =>
    values === null ? null : bounds.map(({ place, margin }) => finite(margin(measured[place]!)));
}

/** Two numbers of 1e308 may be farther apart than a number can say. */
function finite(margin: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, margin));
}

/** Whether failures are worth a model of their own. @param measured of each trial, whether it has values */
export function failuresMatter(measured: readonly boolean[]): boolean {
  const failures = measured.filter((usable) => !usable).length;
  return failures >= LEAST_FAILURES && failures >= FAILURE_SHARE * measured.length;
}
