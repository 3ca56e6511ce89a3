/**
 * Trust region of google/vizier (`designers/gp_ucb_pe.py`, `jax/models` TrustRegion): while there are few points, only
 * the neighbourhood of the trusted ones (measured or pending) is searched, for far away the deviation is the prior's and
 * an acquisition would walk from corner to corner. Here it is a set of boxes rather than a penalty, so that
 * gradients stay smooth.
 */
import type { CompiledSpace } from "../space/codec.ts";
import type { Column } from "./columns.ts";

/** Bounds of a search in the unit cube, D each. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

const LEAST_RADIUS = 0.2;
const GROWTH = 0.3;
/** Points per parameter (and one more) after which the region has grown by `GROWTH`. */
const POINTS_PER_PARAMETER = 5;
/** From this half width on a box is most of the cube, and the region is given up. */
const MOST_RADIUS = 0.5;

/** Half width of the boxes after n measured points in d numeric parameters; Infinity when the region is given up. Eq. (13) of docs/how-it-works.md. */
export function trustRadius(n: number, d: number): number {
  const radius = LEAST_RADIUS + (GROWTH * n) / (POINTS_PER_PARAMETER * (d + 1));
  return radius > MOST_RADIUS ? Number.POSITIVE_INFINITY : radius;
}

/** The box about one trusted point. Columns that step through few levels, or are inactive there, are not limited. */
export function trustBox(space: CompiledSpace, columns: readonly Column[], centre: Float64Array, radius: number): Box {
  const active = space.activeMask(centre);
  const half = columns.map(({ relaxed }, k) => (relaxed && active[k] === 1 ? radius : 1));
  return {
    lower: Float64Array.from(centre, (c, k) => Math.max(0, c - half[k]!)),
    upper: Float64Array.from(centre, (c, k) => Math.min(1, c + half[k]!)),
  };
}
