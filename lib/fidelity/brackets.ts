import { REDUCTION } from "./rungs.ts";

/**
 * Of K rungs, a bracket that begins s below the top has ⌈K / (s + 1) · ηˢ⌉ of each sum of all, so that all brackets train for about
 * as long (Li et al. 2018, "Hyperband: a novel bandit-based approach to hyperparameter optimization", JMLR 18(185), algorithm 1).
 *
 * @returns from the lowest rung
 */
export function bracketSizes(rungs: number): readonly number[] {
  return Array.from({ length: rungs }, (_, rung) => {
    const below = rungs - 1 - rung;
    return Math.ceil((rungs / (below + 1)) * REDUCTION ** below);
  });
}

/**
 * The rung on which a configuration begins by Hyperband: where a short training says little of the whole, some must not be judged
 * by it. Brackets take turns in their shares, not one after the other, for trials are begun one by one.
 *
 * @param index of the configuration, from 0
 * @param rungs how many there are
 */
export function bracketOf(index: number, rungs: number): number {
  const sizes = bracketSizes(rungs);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const given = sizes.map(() => 0);
  let next = 0;
  for (let i = 0; i <= index % total; i++) {
    const owed = sizes.map((size, rung) => size * (i + 1) - given[rung]! * total);
    next = owed.indexOf(Math.max(...owed));
    given[next]! += 1;
  }
  return next;
}
