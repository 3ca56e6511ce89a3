import { squaredDifference } from "./kernel.ts";
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
  const best = all.toSorted((a, b) => targets[b]! - targets[a]! || a - b).slice(0, BEST_SHARE * limit);
  const chosen = new Set([...best, ...all.slice(n - LATEST_SHARE * limit)]);
  const gap = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const approach = (row: number): void => {
    for (let i = 0; i < n; i++) gap[i] = Math.min(gap[i]!, squaredDistance(data, i, row));
  };
  chosen.forEach(approach);
  while (chosen.size < limit) {
    let farthest = -1;
    for (let i = 0; i < n; i++) if (!chosen.has(i) && (farthest < 0 || gap[i]! > gap[farthest]!)) farthest = i;
    chosen.add(farthest);
    approach(farthest);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** With all length scales 1: the model's own are not known yet. */
function squaredDistance({ points, hamming }: TrainingSet, i: number, j: number): number {
  const d = hamming.length;
  let sum = 0;
  for (let k = 0; k < d; k++) sum += squaredDifference(points[i * d + k]!, points[j * d + k]!, hamming[k]!);
  return sum;
}
