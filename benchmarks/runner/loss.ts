import type { OutcomeConstraint } from "../../lib/study/spec.ts";
import type { Problem } from "../problems/problem.ts";
import { hypervolume } from "./hypervolume.ts";
import type { BenchmarkTrial } from "./study.ts";

/** Of the optimum: 0 with one objective means the best value, with several the whole hypervolume of the front. */
export function leastLoss({ optimum }: Problem): number {
  return optimum.kind === "value" ? optimum.value : 0;
}

/**
 * What one would have after each trial, lower is better. One objective: the true value of the feasible trial with the
 * best observed value. Several: what the feasible trials' true values leave of the greatest hypervolume. Failed trials
 * count for nothing; before the first feasible one the loss is Infinity, or the greatest hypervolume.
 *
 * @returns one loss a trial
 */
export function lossAfterEach(problem: Problem, trials: readonly BenchmarkTrial[]): number[] {
  const { optimum, outcomes } = problem;
  if (optimum.kind === "value") return incumbents(outcomes, trials);

  let front: (readonly number[])[] = [];
  let loss = optimum.hypervolume;
  return trials.map((trial) => {
    const { values } = trial.truth;
    const counts = isFeasible(outcomes, trial) && !front.some((other) => covers(other, values));
    if (counts) {
      front = [...front.filter((other) => !covers(values, other)), values];
      loss = optimum.hypervolume - hypervolume(front, optimum.reference);
    }
    return loss;
  });
}

function incumbents(outcomes: readonly OutcomeConstraint[], trials: readonly BenchmarkTrial[]): number[] {
  let seen = Number.POSITIVE_INFINITY;
  let loss = Number.POSITIVE_INFINITY;
  return trials.map((trial) => {
    const value = trial.observed?.values[0] ?? Number.POSITIVE_INFINITY;
    if (value < seen && isFeasible(outcomes, trial)) {
      seen = value;
      loss = trial.truth.values[0]!;
    }
    return loss;
  });
}

/** Whether there is a result within all bounds. */
function isFeasible(outcomes: readonly OutcomeConstraint[], { observed }: BenchmarkTrial): boolean {
  return (
    observed !== null &&
    outcomes.every(({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }, i) => {
      const value = observed.outcomes[i]!;
      return value >= min && value <= max;
    })
  );
}

/** Whether `a` is at least as good in every objective. */
function covers(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, k) => value <= b[k]!);
}
