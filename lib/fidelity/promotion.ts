import { REDUCTION } from "./rungs.ts";

/** A trial where it stands. */
export interface Climber {
  /** Place of the highest rung on which it has ended; −1 before the first. */
  readonly rung: number;
  /** Whether it is on its way up. */
  readonly climbing: boolean;
}

/**
 * The trial that climbs next by asynchronous successive halving (Li et al. 2020, algorithm 2, `get_job`): from the highest rung
 * down the first, among the best 1/η of all that have reached a rung, that has not left it.
 *
 * @param rungs how many there are
 * @param best the `count` best of those on a rung and above, by what they were on that rung, best first; fewer where trials
 *   failed
 * @returns null when none is worth it: then a new trial starts at the lowest rung
 */
export function promotable<T extends Climber>(
  climbers: readonly T[],
  rungs: number,
  best: (reached: readonly T[], rung: number, count: number) => readonly T[],
): T | null {
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const reached = climbers.filter((climber) => climber.rung >= rung);
    const worthy = best(reached, rung, Math.floor(reached.length / REDUCTION));
    const next = worthy.find((climber) => climber.rung === rung && !climber.climbing);
    if (next !== undefined) return next;
  }
  return null;
}
