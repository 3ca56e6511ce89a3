import type { StrategyName } from "../../lib/study/spec.ts";
import type { Problem } from "../problems/problem.ts";
import { lossAfterEach } from "./loss.ts";
import type { Scale } from "./scale.ts";
import { median } from "./statistics.ts";
import { runStudy } from "./study.ts";

/** Budgets after which a search is given up: it then counts as this many. */
export const CENSORED = 10;
/** Studies of random search whose median first passage counts. */
const STUDIES = 21;
const FIRST_SEED = 2_000_000;
/** Losses closer than this, on the scale of regret, are equal: rounding is no reason to go on. */
const TOLERANCE = 1e-9;

/**
 * How many times a budget another search needs before it has a loss, at most 10. One that has it in the end of the same
 * budget needs 1 (however soon it had it), and one that has a better one then needs less.
 */
export interface TrialsNeeded {
  /** Median of 21 seeds. */
  readonly random: number;
  /** The least of ten grids, laid out for 1, 2 … 10 budgets: a grid knows its budget beforehand. */
  readonly grid: number;
}

export type FirstPassage = (loss: number) => TrialsNeeded;

/** @param trials the budget */
export function firstPassages(problem: Problem, scale: Scale, trials: number): FirstPassage {
  const tolerance = TOLERANCE * (scale.reference - scale.least);
  const curve = (strategy: StrategyName, seed: number, length: number): readonly number[] =>
    lossAfterEach(problem, runStudy(problem, { strategy, seed, trials: length, batch: 1 }));
  const random = Array.from({ length: STUDIES }, (_, i) => curve("random", FIRST_SEED + i, CENSORED * trials));
  const grids = Array.from({ length: CENSORED }, (_, i) => curve("grid", FIRST_SEED, (i + 1) * trials));
  return (loss) => {
    const passage = (losses: readonly number[]): number => {
      const sameBudget = losses[trials - 1] ?? losses.at(-1)!;
      if (Math.abs(sameBudget - loss) <= tolerance) return 1;
      const index = losses.findIndex((reached) => reached <= loss + tolerance);
      return index < 0 ? CENSORED : (index + 1) / trials;
    };
    return { random: median(random.map(passage)), grid: Math.min(...grids.map(passage)) };
  };
}
