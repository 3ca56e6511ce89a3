import type { FidelitySpec } from "../study/spec.ts";

/**
 * Of the trials on a rung one in so many climbs to the next, which is so many times as high: η of Li et al. 2020, "A system for
 * massively parallel hyperparameter tuning" (ASHA), and the value of its experiments.
 */
export const REDUCTION = 3;

/**
 * Rungs at most, so that the lowest is a 27th of the whole: a fifth, an 81st, says too little of how a training ends
 * (docs/ablations.md), and takes its share of the budget.
 */
const MOST_RUNGS = 4;

/** Where trials are compared, lowest first: max, max/η, max/η², … down to min; in whole numbers where min and max are. */
export function rungsOf({ min, max }: Pick<FidelitySpec, "min" | "max">): readonly number[] {
  const whole = Number.isInteger(min) && Number.isInteger(max);
  const rungs = [max];
  while (rungs.length < MOST_RUNGS) {
    const exact = max / REDUCTION ** rungs.length;
    const next = whole ? Math.round(exact) : exact;
    if (next < min || next >= rungs[0]!) break;
    rungs.unshift(next);
  }
  return rungs;
}

/** Place of the highest rung that a training of this length has reached; −1 below the lowest. */
export function rungReached(rungs: readonly number[], fidelity: number): number {
  return rungs.findLastIndex((rung) => rung <= fidelity);
}
