import { undominatedBoxes } from "../../lib/acquisition/undominated-boxes.ts";

/**
 * What points dominate, up to a reference point; both minimised, two or three objectives. The corner box less what is
 * undominated of it.
 */
export function hypervolume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const above = points.map((point) => point.map((value) => -value));
  const origin = reference.map((value) => -value);
  const corner = origin.map((low, k) => above.reduce((most, point) => Math.max(most, point[k]!), low));
  return undominatedBoxes(above, origin).reduce(
    (rest, { lower, upper }) => {
      const clipped = upper.map((value, k) => Math.min(value, corner[k]!));
      return rest - volume(lower, clipped);
    },
    volume(origin, corner),
  );
}

function volume(lower: readonly number[], upper: readonly number[]): number {
  return lower.reduce((product, low, k) => product * Math.max(0, upper[k]! - low), 1);
}
