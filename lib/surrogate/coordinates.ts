/**
 * Model coordinates: what the kernel measures distance in. A point of the unit cube as `lib/space` encodes it, except
 * that an inactive categorical has a level of its own. An inactive numeric stays at its midpoint 0.5, so that one
 * Euclidean distance covers conditional spaces: two points that both lack a parameter do not differ in it, and a
 * point that has it differs from one that lacks it by its distance from the middle. Positive semi-definite, without
 * further hyperparameters.
 */
import type { CompiledSpace } from "../space/codec.ts";

/** Level of an inactive categorical; active levels are encoded inside (0, 1). */
const INACTIVE = -1;

export interface Coordinates {
  /** Number of columns, d. */
  readonly dimension: number;
  /** d flags; 1 where two values either agree or differ (categorical) and no distance lies between them. */
  readonly hamming: Uint8Array;
  /** Model coordinates of a point of the unit cube whose inactive coordinates are 0.5; may return its argument. */
  locate(point: Float64Array): Float64Array;
}

export function modelCoordinates(space: CompiledSpace): Coordinates {
  const hamming = Uint8Array.from(space.dimensions, (dimension) => (dimension.kind === "categorical" ? 1 : 0));
  const optional = space.dimensions.flatMap((dimension, k) =>
    dimension.kind === "categorical" && dimension.parameter.when !== undefined ? [k] : [],
  );

  function locate(point: Float64Array): Float64Array {
    if (optional.length === 0) return point;
    const active = space.activeMask(point);
    const located = point.slice();
    for (const k of optional) if (active[k] === 0) located[k] = INACTIVE;
    return located;
  }

  return { dimension: hamming.length, hamming, locate };
}
