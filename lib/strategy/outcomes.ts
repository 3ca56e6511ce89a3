import type { OutcomeConstraint } from "../study/spec.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";

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
    values === null ? null : bounds.map(({ place, margin }) => margin(measured[place] ?? Number.NaN));
}
