/** A part of objective space: lower_k < y_k < upper_k, m each; upper bounds may be Infinity. */
export interface ObjectiveBox {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** [left, right) × [floor, ∞) in the first two objectives, not dominated at third objectives below `top`. */
interface Strip {
  readonly left: number;
  readonly right: number;
  readonly floor: number;
  readonly top: number;
}

/** Up to so many objectives; beyond, the boxes become too many to sum over. */
export const MOST_OBJECTIVES = 3;

/**
 * The region above a reference point that no point of a front dominates, as disjoint boxes. Objectives are maximised;
 * points that are dominated, or not above the reference everywhere, do no harm.
 *
 * A plane sweeps down the third objective and keeps the undominated part of itself as strips, from left to right with
 * falling floors; a point closes the strips that reach below it and opens one in their place (the sweep of Beume et
 * al., IEEE Trans. Evol. Comput. 13(5), 2009, §III, kept as boxes in the manner of Lacour, Klamroth & Fonseca 2017). With
 * fewer objectives the missing coordinates are taken as Infinity, and what has no extent is dropped. At most
 * 2n + 1 boxes from n points of three objectives, n + 1 of two.
 *
 * @param front n points, m ≤ 3 coordinates each
 * @param reference m
 */
export function undominatedBoxes(front: readonly (readonly number[])[], reference: readonly number[]): ObjectiveBox[] {
  const m = reference.length;
  const boxes: ObjectiveBox[] = [];
  const emit = (strip: Strip, bottom: number): void => {
    const lower = [strip.left, strip.floor, bottom].slice(0, m);
    const upper = [strip.right, Number.POSITIVE_INFINITY, strip.top].slice(0, m);
    if (strip.floor < Number.POSITIVE_INFINITY && bottom < strip.top) boxes.push({ lower, upper });
  };

  const [r1 = 0, r2 = Number.NEGATIVE_INFINITY, r3 = Number.NEGATIVE_INFINITY] = reference;
  const whole = Number.POSITIVE_INFINITY;
  let strips: Strip[] = [{ left: r1, right: whole, floor: r2, top: whole }];
  const above = front.filter((point) => point.every((value, k) => value > reference[k]!));
  for (const [p1 = 0, p2 = whole, p3 = whole] of above.toSorted((a, b) => (b[2] ?? 0) - (a[2] ?? 0))) {
    const covered = strips.filter(({ left, floor }) => left < p1 && floor < p2);
    const [first] = covered;
    const last = covered.at(-1);
    if (first === undefined || last === undefined) continue;
    for (const strip of covered) emit({ ...strip, right: Math.min(strip.right, p1) }, p3);
    strips = [
      ...strips.slice(0, strips.indexOf(first)),
      { left: first.left, right: p1, floor: p2, top: p3 },
      ...(last.right > p1 ? [{ ...last, left: p1 }] : []),
      ...strips.slice(strips.indexOf(last) + 1),
    ];
  }
  for (const strip of strips) emit(strip, r3);
  return boxes;
}
