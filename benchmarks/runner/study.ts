import type { ParameterValues } from "../../lib/space/parameter.ts";
import { strategyFor } from "../../lib/strategy/registry.ts";
import type { Observation } from "../../lib/strategy/strategy.ts";
import type { StrategyName } from "../../lib/study/spec.ts";
import type { Evaluation, Problem } from "../problems/problem.ts";

/** One trial: what the strategy was told (null: it failed), and what is true. */
export interface BenchmarkTrial {
  readonly parameters: ParameterValues;
  readonly observed: Evaluation | null;
  readonly truth: Evaluation;
}

export interface StudyPlan {
  readonly strategy: StrategyName;
  readonly seed: number;
  readonly trials: number;
  /** Trials asked for, run and told together. */
  readonly batch: number;
}

/**
 * One study of a problem in this process: asks, evaluates and tells as `pegbox optimize` does with the same lines. What
 * does not learn from results is asked for everything at once, which changes no trial.
 *
 * @returns the trials in order; fewer than planned where a finite space has nothing new left
 */
export function runStudy(problem: Problem, { strategy: name, seed, trials, batch }: StudyPlan): BenchmarkTrial[] {
  const { space, objectives, outcomes } = problem;
  const strategy = strategyFor(name);
  const relevant = strategy.needsHistory(space);
  const history: Observation[] = [];
  const done: BenchmarkTrial[] = [];
  while (done.length < trials) {
    const { suggestions } = strategy.propose({
      space,
      objectives,
      outcomes,
      seed,
      first: done.length + 1,
      count: Math.min(strategy.adaptive ? batch : trials, trials - done.length),
      position: done.length,
      history: relevant ? history : [],
      pending: [],
      budget: trials,
      batch,
    });
    if (suggestions.length === 0) break;
    for (const { parameters } of suggestions) {
      const number = done.length + 1;
      const observed = problem.observe(parameters, { seed, number });
      done.push({ parameters, observed, truth: problem.evaluate(parameters) });
      history.push({ number, parameters, ...(observed ?? { values: null }) });
    }
  }
  return done;
}
