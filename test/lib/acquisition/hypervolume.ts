/** Hypervolume for tests, two ways: through the boxes that the library makes, and by inclusion and exclusion. */
import { undominatedBoxes } from "../../../lib/acquisition/undominated-boxes.ts";

type Vector = readonly number[];

const volume = (lower: Vector, upper: Vector): number =>
  lower.reduce((product, low, k) => product * Math.max(0, upper[k]! - low), 1);

/** Of the region between the reference and the front, both maximised: all below the corner, less what is undominated. */
export function hypervolume(front: readonly Vector[], reference: Vector): number {
  const corner = reference.map((r, k) => Math.max(r, ...front.map((point) => point[k]!)));
  const clip = (bound: Vector): Vector => bound.map((value, k) => Math.min(value, corner[k]!));
  return undominatedBoxes(front, reference).reduce(
    (rest, { lower, upper }) => rest - volume(lower, clip(upper)),
    volume(reference, corner),
  );
}

/** Σ over subsets of (−1)^(size + 1) times the volume below all of them: 2ⁿ terms. */
export function hypervolumeByExclusion(front: readonly Vector[], reference: Vector): number {
  let total = 0;
  for (let subset = 1; subset < 2 ** front.length; subset++) {
    const members = front.filter((_, i) => (subset >> i) % 2 === 1);
    const meet = reference.map((_, k) => Math.min(...members.map((point) => point[k]!)));
    total += (members.length % 2 === 1 ? 1 : -1) * volume(reference, meet);
  }
  return total;
}
