import { meanValue } from "../study/confidence.ts";
import type { Observation } from "./strategy.ts";

/**
 * The trials without their replicates, whose values have gone into the mean of the trial that they repeat: for strategies
 * that rank trials, among which one configuration must not stand five times. Replicates without a value are left out.
 */
export function mergedHistory(history: readonly Observation[]): readonly Observation[] {
  const replicates = history.filter(({ replicates: of }) => of !== undefined);
  if (replicates.length === 0) return history;
  const originals = history.filter(({ replicates: of }) => of === undefined);
  return originals.map((trial) => {
    const same = replicates.filter(
      ({ replicates: of, fidelity, values }) =>
        of === trial.number && fidelity === trial.fidelity && values !== null && trial.values !== null,
    );
    return same.length === 0 ? trial : meanOf([trial, ...same]);
  });
}

/** @param trials measured, the first one the trial that the others repeat */
function meanOf(trials: readonly Observation[]): Observation {
  const [{ standardErrors: _, ...first }] = trials as readonly [Observation, ...Observation[]];
  const over = (of: (trial: Observation) => readonly number[], place: number): number =>
    meanValue(trials.map((trial) => of(trial)[place]!));
  return {
    ...first,
    values: first.values!.map((_, place) => over(({ values }) => values!, place)),
    ...(first.outcomes === undefined
      ? {}
      : { outcomes: first.outcomes.map((_, place) => over(({ outcomes }) => outcomes!, place)) }),
  };
}
