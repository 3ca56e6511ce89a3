/** What one trial measured of one objective. */
export interface Measurement {
  readonly value: number;
  /** Null where the trial gave none. */
  readonly standardError: number | null;
}

/** Several measurements of the same as one. */
export interface MergedMeasurement extends Measurement {
  /** Share of the variance of noise that nobody gave which is left in the value. */
  readonly noiseShare: number;
}

/**
 * The mean of replicates, weighed by 1/se² where every one has a standard error: those with 0 alone, if any has. Σw² of the
 * weights, which sum to 1, is what is left of noise that all have, and √Σw²se² what is left of the standard errors.
 *
 * @param replicates not empty
 */
export function mergeReplicates(replicates: readonly Measurement[]): MergedMeasurement {
  const errors = replicates.map(({ standardError }) => standardError);
  const least = errors.reduce<number>((a, b) => Math.min(a, b ?? 0), Number.POSITIVE_INFINITY);
  const weighed = errors.every((error) => error !== null);
  const relative = errors.map((error) => (weighed ? ratio(least, error!) : 1));
  const total = relative.reduce((sum, weight) => sum + weight * weight, 0);
  const weights = relative.map((weight) => (weight * weight) / total);
  const over = (of: (replicate: Measurement, weight: number) => number): number =>
    replicates.reduce((sum, replicate, i) => sum + of(replicate, weights[i]!), 0);
  return {
    value: over(({ value }, weight) => weight * value),
    standardError: errors.every((error) => error === null)
      ? null
      : Math.sqrt(over(({ standardError }, weight) => (weight * (standardError ?? 0)) ** 2)),
    noiseShare: over((_, weight) => weight * weight),
  };
}

/** least / error, where 0 / 0 is 1. */
function ratio(least: number, error: number): number {
  return error === least ? 1 : least / error;
}
