import type { Ranked } from "./ranking.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";
import { violationsOf } from "./violation.ts";

export interface RankedTrial extends Ranked {
  readonly trial: Observation;
}

/** Trials with values as selection compares them: objectives as costs, and how much each breaks the outcome constraints. */
export function rankedTrials(
  { objectives, outcomes = [] }: Pick<ProposeRequest, "objectives" | "outcomes">,
  trials: readonly Observation[],
): RankedTrial[] {
  const violation = violationsOf({ outcomes, history: trials });
  return trials.flatMap((trial) => {
    if (trial.values === null) return [];
    const costs = trial.values.map((value, k) => (objectives[k]!.goal === "minimize" ? value : -value));
    return [{ number: trial.number, trial, costs, violation: violation(trial) }];
  });
}
