/** What a surrogate is fitted to: n points in model coordinates, with one standardised output each (higher is better). */
export interface TrainingSet {
  readonly n: number;
  /** n × d, row-major. */
  readonly points: Float64Array;
  /** d flags, 1 for a categorical column. */
  readonly hamming: Uint8Array;
  /** n; mean 0, deviation 1. A point that was measured several times stands once, with its mean. */
  readonly targets: Float64Array;
  /** n; share of the noise variance that is left in the target, 1 / measurements. */
  readonly noiseShare: Float64Array;
  /** n; variance of each target that is known, beside the noise that is estimated. @default 0 */
  readonly knownVariance?: Float64Array;
}

/** The rows `chosen` of a training set, in that order. */
export function selectRows(data: TrainingSet, chosen: readonly number[]): TrainingSet {
  const d = data.hamming.length;
  const points = new Float64Array(chosen.length * d);
  chosen.forEach((row, i) => {
    points.set(data.points.subarray(row * d, (row + 1) * d), i * d);
  });
  return {
    n: chosen.length,
    points,
    hamming: data.hamming,
    targets: Float64Array.from(chosen, (row) => data.targets[row]!),
    noiseShare: Float64Array.from(chosen, (row) => data.noiseShare[row]!),
    ...(data.knownVariance === undefined
      ? {}
      : { knownVariance: Float64Array.from(chosen, (row) => data.knownVariance![row]!) }),
  };
}

/** n; what the noise adds to each target's variance: its share of what is estimated, and what is known. */
export function noiseVariances({ noiseShare, knownVariance }: TrainingSet, estimated: number): Float64Array {
  return noiseShare.map((share, i) => share * estimated + (knownVariance?.[i] ?? 0));
}
