import { squaredDistances } from "./kernel.ts";
import type { TrainingSet } from "./training-set.ts";

const BEST_SHARE = 0.3; // where the optimum is decided
const LATEST_SHARE = 0.2; // what the search is about now; what is left shows the shape of the rest

/**
 * At most `limit` rows that stand for all: the best, the latest, and from the rest greedily the one farthest from
 * those chosen (Gonzalez 1985). In ascending order.
 *
 * @param data rows in order of time
 */
export function representatives(data: TrainingSet, limit: number): number[] {
  const { n, targets } = data;
  const all = Array.from({ length: n }, (_, row) => row);
  if (n <= limit) return all;
  const { points, hamming } = data;
  const d = hamming.length;
  const plain = new Float64Array(d).fill(1); // the model's own length scales are not known yet
  const distances = new Float64Array(n);
  const gap = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const choose = (row: number): void => {
    squaredDistances(points, points.subarray(row * d, (row + 1) * d), plain, hamming, distances);
    for (let i = 0; i < n; i++) gap[i] = Math.min(gap[i]!, distances[i]!);
    gap[row] = -1; // nearer than any that is not chosen
  };
  const best = all.toSorted((a, b) => targets[b]! - targets[a]! || a - b).slice(0, BEST_SHARE * limit);
  const first = new Set([...best, ...all.slice(n - LATEST_SHARE * limit)]);
  first.forEach(choose);
  for (let chosen = first.size; chosen < limit; chosen++) {
    let farthest = 0;
    for (let i = 1; i < n; i++) if (gap[i]! > gap[farthest]!) farthest = i;
    choose(farthest);
  }
  return all.filter((row) => gap[row] === -1);
}
