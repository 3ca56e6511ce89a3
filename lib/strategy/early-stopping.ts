import { type CostAt, endsBelowMedian } from "../fidelity/median.ts";
import { rungReached, rungsOf } from "../fidelity/rungs.ts";
import { endsOnRung } from "../fidelity/stopping.ts";
import type { FidelitySpec } from "../study/spec.ts";
import { bestWithEquals } from "./rung-order.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";

/** What a trial told on its way, by how far it had come: in order of `fidelity`, which each has. */
export type Curve = readonly Observation[];

/**
 * Whether the rule of its study asks of a trial, at the last that it has told, if it is behind. If not, it goes on whatever others
 * told, and none of that need be read.
 *
 * @param own not empty
 */
export function isAsked(fidelity: FidelitySpec, own: Curve): boolean {
  const last = own.at(-1)!;
  const come = last.fidelity!;
  if (come >= fidelity.max) return false;
  if (fidelity.rule === "median") return come >= fidelity.min;
  const rungs = rungsOf(fidelity);
  return onRungs(own, rungs)[rungReached(rungs, come)] === last;
}

/**
 * Whether a trial that trains, and has just told the last of its curve, ends there by the rule of its study, because it is
 * behind. A pure function of what all have told.
 *
 * @param own not empty
 * @param others of the other trials, ended or not
 * @returns why, to be read by people; null: it goes on
 */
export function behind(
  fidelity: FidelitySpec,
  request: Pick<ProposeRequest, "objectives" | "outcomes">,
  own: Curve,
  others: readonly Curve[],
): string | null {
  if (!isAsked(fidelity, own)) return null;
  const last = own.at(-1)!;
  const come = last.fidelity!;
  const at = `${fidelity.name} ${come}`;
  if (fidelity.rule === "median") {
    const { goal } = request.objectives[0]!;
    const costs = (curve: Curve): CostAt[] =>
      curve.map((point) => ({ step: point.fidelity!, cost: costOf(point, goal) }));
    const ends = endsBelowMedian(costs(own), others.map(costs));
    return ends ? `at ${at} its best was worse than the median of the others` : null;
  }
  const rungs = rungsOf(fidelity);
  const rung = rungReached(rungs, come);
  const there = others.flatMap((curve) => onRungs(curve, rungs)[rung] ?? []);
  const ends = endsOnRung(last, [...there, last], (reached, count) =>
    bestWithEquals(
      request,
      reached.map((trial) => ({ item: trial, number: trial.number, trial })),
      count,
    ),
  );
  return ends ? `at ${at} it was not among the best of ${there.length + 1}` : null;
}

/** Of a curve what it was on each rung: the first that it told there, before it came to the next; a gap where it told nothing. */
export function onRungs(curve: Curve, rungs: readonly number[]): (Observation | undefined)[] {
  return rungs.map((_, rung) => curve.find(({ fidelity }) => rungReached(rungs, fidelity!) === rung));
}

function costOf({ values }: Observation, goal: "minimize" | "maximize"): number {
  if (values === null) return Number.POSITIVE_INFINITY;
  return goal === "minimize" ? values[0]! : -values[0]!;
}
