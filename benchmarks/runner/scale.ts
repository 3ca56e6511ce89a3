import type { Problem } from "../problems/problem.ts";
import { leastLoss, lossAfterEach } from "./loss.ts";
import { mean, median } from "./statistics.ts";
import { runStudy } from "./study.ts";

/** Trials of random search that make the loss 1. */
const REFERENCE_TRIALS = 10;
/** Studies of random search whose median it is: its standard error is then a tenth of their spread. */
const REFERENCE_STUDIES = 201;
/** Their seeds begin here, so that none is the seed of a study that is scored. */
const FIRST_SEED = 1_000_000;

/** A problem's losses made comparable with another's: 0 is the optimum, 1 the median best of ten random trials. */
export interface Scale {
  readonly least: number;
  readonly reference: number;
}

/** @throws {Error} where most sets of ten random trials have nothing feasible */
export function scaleOf(problem: Problem): Scale {
  const exact: Problem = { ...problem, observe: problem.evaluate };
  const losses = Array.from({ length: REFERENCE_STUDIES }, (_, i) => {
    const plan = { strategy: "random", seed: FIRST_SEED + i, trials: REFERENCE_TRIALS, batch: 1 } as const;
    return lossAfterEach(exact, runStudy(exact, plan)).at(-1)!;
  });
  const reference = median(losses);
  if (!Number.isFinite(reference)) throw new Error(`${problem.name}: ten random trials have nothing feasible`);
  return { least: leastLoss(problem), reference };
}

/** Normalised regret, clipped to [0, 1]: nothing is worse than what ten random trials find. */
export function regret({ least, reference }: Scale, loss: number): number {
  return Math.min(1, Math.max(0, (loss - least) / (reference - least)));
}

/** Mean regret over the budget; a study that ended early keeps what it had. */
export function areaUnderCurve(scale: Scale, losses: readonly number[], trials: number): number {
  return mean(Array.from({ length: trials }, (_, i) => regret(scale, losses[Math.min(i, losses.length - 1)]!)));
}
