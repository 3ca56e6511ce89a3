import { marginsOf } from "./outcomes.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";

/**
 * How much a measured trial breaks its outcome constraints; 0 where all hold. A sum over bounds, each in units of the
 * worst that was seen (Deb 2000, "An efficient constraint handling method for genetic algorithms").
 */
export function violationsOf(request: Pick<ProposeRequest, "outcomes" | "history">): (trial: Observation) => number {
  const margins = marginsOf(request);
  const excesses = (trial: Observation): number[] => (margins(trial) ?? []).map((margin) => Math.max(0, -margin));
  const worst = request.history
    .filter(({ values }) => values !== null)
    .reduce<number[]>((most, trial) => excesses(trial).map((excess, k) => Math.max(excess, most[k] ?? 0)), []);
  return (trial) => excesses(trial).reduce((sum, excess, k) => sum + (excess > 0 ? excess / worst[k]! : 0), 0);
}
