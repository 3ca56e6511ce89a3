import { marginsOf } from "./outcomes.ts";
import type { Ranked } from "./ranking.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";

export interface RankedTrial extends Ranked {
  readonly trial: Observation;
}

/**
 * Trials with values as selection compares them: objectives as costs, and the bounds that are broken, each in units of the
 * worst excess.
 */
export function rankedTrials(
  { objectives, outcomes = [] }: Pick<ProposeRequest, "objectives" | "outcomes">,
  trials: readonly Observation[],
): RankedTrial[] {
  const margins = marginsOf({ outcomes });
  const ranked = trials.flatMap((trial) => {
    if (trial.values === null) return [];
    const costs = trial.values.map((value, k) => (objectives[k]!.goal === "minimize" ? value : -value));
    const broken = (margins(trial) ?? []).map((margin) => Math.max(0, -margin));
    return [{ number: trial.number, trial, costs, broken }];
  });
  const worst = ranked.reduce<number[]>(
    (most, { broken }) => broken.map((excess, k) => Math.max(excess, most[k] ?? 0)),
    [],
  );
  return ranked.map(({ broken, ...rest }) => ({
    ...rest,
    violation: broken.reduce((sum, excess, k) => sum + (excess > 0 ? excess / worst[k]! : 0), 0),
  }));
}
