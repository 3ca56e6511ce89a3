import type { StrategyName } from "../../lib/study/spec.ts";
import type { Problem } from "../problems/problem.ts";
import { lossAfterEach } from "./loss.ts";
import type { Outcome, ProblemResults, StrategyResults } from "./results.ts";
import { areaUnderCurve, type Scale, scaleOf } from "./scale.ts";
import { median } from "./statistics.ts";
import { runStudy } from "./study.ts";
import { type FirstPassage, firstPassages } from "./trials-needed.ts";

export interface Plan {
  readonly strategies: readonly StrategyName[];
  readonly seeds: readonly number[];
  readonly batch: number;
  /** Instead of each problem's own. */
  readonly trials?: number;
}

/** Every strategy on one problem with every seed. */
export function measure(problem: Problem, plan: Plan): ProblemResults {
  const { strategies, trials = problem.trials } = plan;
  const scale = scaleOf(problem);
  const passages = firstPassages(problem, scale, trials);
  const entries = strategies.map((strategy) => [
    strategy,
    measureStrategy(problem, scale, passages, { ...plan, trials, strategy }),
  ]);
  return { family: problem.family, trials, ...scale, strategies: Object.fromEntries(entries) };
}

function measureStrategy(
  problem: Problem,
  scale: Scale,
  passages: FirstPassage,
  { strategy, seeds, batch, trials }: Plan & { readonly strategy: StrategyName; readonly trials: number },
): StrategyResults {
  const outcomes = seeds.map((seed): Outcome => {
    const losses = lossAfterEach(problem, runStudy(problem, { strategy, seed, trials, batch }));
    return { loss: losses.at(-1)!, auc: areaUnderCurve(scale, losses, trials) };
  });
  return {
    needed: passages(median(outcomes.map(({ loss }) => loss))),
    seeds: Object.fromEntries(seeds.map((seed, i) => [seed, outcomes[i]!])),
  };
}
