/**
 * Output warp W1: what Vizier does to the objective before its Gaussian process sees it
 * (google/vizier, `gp/output_warpers.py`: HalfRank → Log → Infeasible). Values are maximised; null is a trial without a
 * usable value. The bad half is spread by rank alone, so that one catastrophic value cannot flatten the rest; the
 * good half keeps its shape and is stretched near the top, where the optimum is decided.
 */
import { log1p } from "../math/log.ts";
import { normalQuantile } from "../math/normal.ts";

/** Stretch of the good end: Vizier's constant. */
const OFFSET = 1.5;
const LN_OFFSET = 0.4054651081081644;

/**
 * Values below the median become m + σ_g Φ⁻¹(quantile of their dense rank); σ_g is the root mean square distance from
 * the median of the distinct values at or above it. Eq. (4) of docs/how-it-works.md.
 */
export function halfRank(values: Float64Array): Float64Array {
  if (values.length < 2) return values.slice();
  const sorted = values.slice().sort();
  const middle = median(sorted);
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const below = distinct.filter((value) => value < middle).length;
  const good = distinct.subarray(below);
  const upper = rootMeanSquare(good, middle);
  const spread = upper > 0 ? upper : rootMeanSquare(distinct, middle);
  const denominator = below + (good[0] === middle ? 0.5 : 0);
  const rank = new Map(Array.from(distinct, (value, i) => [value, i + 1]));
  return values.map((value) => {
    if (value >= middle) return value;
    return middle + spread * normalQuantile((0.5 * (rank.get(value)! - 0.5)) / denominator);
  });
}

/** Logarithmic in the distance from the best value: [min, max] → [−0.5, 0.5]; 0 where all are equal; eq. (5) of docs/how-it-works.md. */
export function logWarp(values: Float64Array): Float64Array {
  const [worst, best] = range(values);
  if (!(best > worst)) return new Float64Array(values.length);
  return values.map((value) => 0.5 - log1p(((best - value) / (best - worst)) * (OFFSET - 1)) / LN_OFFSET);
}

/** Puts trials without a value below the worst one that has a value, by 1 and half the range. */
export function fillInfeasible(values: readonly (number | null)[]): Float64Array {
  const feasible = values.filter((value) => value !== null);
  if (feasible.length === 0) return new Float64Array(values.length).fill(-1);
  const [worst, best] = range(feasible);
  const bad = worst - (0.5 * (best - worst) + 1);
  return Float64Array.from(values, (value) => value ?? bad);
}

/**
 * The whole warp, ending with mean 0 and deviation 1, the scale that the priors of the surrogate assume. So 0, the prior
 * mean, is what a trial is worth on average with its chance to be infeasible counted in.
 */
export function warpOutputs(values: readonly (number | null)[]): Float64Array {
  const feasible = Float64Array.from(values.filter((value) => value !== null));
  const warped = logWarp(halfRank(withoutOverflow(feasible)));
  let next = 0;
  return standardise(fillInfeasible(values.map((value) => (value === null ? null : warped[next++]!))));
}

/** Mean 0, deviation 1; all 0 where the values do not differ. */
export function standardise(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = rootMeanSquare(values, mean);
  return values.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}

/** Divided by the largest magnitude: squares of 1e200 are no doubles, and the warp does not care for the unit. */
function withoutOverflow(values: Float64Array): Float64Array {
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return largest > 0 ? values.map((value) => value / largest) : values;
}

/** Smallest and largest; of no values, ∞ and −∞. */
function range(values: Float64Array | readonly number[]): [number, number] {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  return [smallest, largest];
}

function median(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : 0.5 * (sorted[half - 1]! + sorted[half]!);
}

function rootMeanSquare(values: Float64Array, centre: number): number {
  const sum = values.reduce((total, value) => total + (value - centre) * (value - centre), 0);
  return Math.sqrt(sum / values.length);
}
