/** Of the range of a front in an objective: how far beyond its worst the reference point lies (BoTorch, `infer_reference_point`). */
const MARGIN = 0.1;

/** The vectors that no other dominates; all maximised. Equal ones are kept once. */
export function frontOf(vectors: readonly (readonly number[])[]): (readonly number[])[] {
  const front: (readonly number[])[] = [];
  // Sorted downwards, a vector can be dominated only by one before it.
  for (const vector of vectors.toSorted(compareDown)) {
    if (!front.some((other) => other.every((value, k) => value >= vector[k]!))) front.push(vector);
  }
  return front;
}

/** Where hypervolume is measured from: a tenth of the vectors' range beyond the worst, in each objective. */
export function referencePoint(vectors: readonly (readonly number[])[]): number[] {
  return vectors[0]!.map((_, k) => {
    const values = vectors.map((vector) => vector[k]!);
    const worst = Math.min(...values);
    return worst - MARGIN * (Math.max(...values) - worst);
  });
}

function compareDown(a: readonly number[], b: readonly number[]): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return b[k]! - a[k]!;
  return 0;
}
