/**
 * Outputs that keep their scale, where a warp would spoil what they are compared with: several objectives, whose
 * volumes are products of differences, and constraints, which have a threshold.
 */
import { log1p } from "../math/log.ts";
import { fillInfeasible, standardise } from "./half-rank-warp.ts";

/** Tukey's fence: farther than this many interquartile ranges out, a value is an outlier and is moved to the fence. */
const FENCE = 1.5;
/** Beyond this ratio of the largest to the median magnitude, margins are compressed by logarithms. */
const WIDE = 1e4;

export interface LinearTargets {
  /** n; mean 0, deviation 1. */
  readonly targets: Float64Array;
  /** By how much values differ whose targets differ by 1; 0 where no two values differ. */
  readonly unit: number;
}

/**
 * An objective whose differences count: catastrophes brought to the fence, trials without a value below all others, mean 0,
 * deviation 1. The good side stays as it is.
 *
 * @param values maximised; null for a trial without a usable value
 */
export function linearOutputs(values: readonly (number | null)[]): LinearTargets {
  const largest = largestMagnitude(values.filter((value) => value !== null));
  const small = values.map((value) => (value === null || largest === 0 ? value : value / largest));
  const usable = Float64Array.from(small.filter((value) => value !== null)).sort();
  if (usable.length === 0) return { targets: new Float64Array(values.length), unit: 0 };
  const [q1, q3] = [quantile(usable, 0.25), quantile(usable, 0.75)];
  const [worst, best] = [usable[0]!, usable.at(-1)!];
  const lowest = q3 > q1 ? Math.max(worst, q1 - FENCE * (q3 - q1)) : worst;
  const moved = small.map((value) => (value === null ? null : Math.max(value, lowest)));
  const scaled = standardise(Float64Array.from(moved.filter((value) => value !== null)));
  let next = 0;
  const targets = standardise(fillInfeasible(moved.map((value) => (value === null ? null : scaled[next++]!))));
  const range = targets[moved.indexOf(best)]! - targets[moved.indexOf(lowest)]!;
  return { targets, unit: range > 0 ? largest * ((best - lowest) / range) : 0 };
}

export interface MarginTargets {
  /** n; mean 0, deviation 1. */
  readonly targets: Float64Array;
  /** Where the constraint holds: at targets of at least this. */
  readonly threshold: number;
}

/**
 * How far a constraint is from being broken, as targets of a surrogate: outliers on either side brought to fences that
 * count the threshold as a quartile where it lies outside of them (Ax, `winsorize.py`), so that the boundary is never cut off.
 *
 * @param margins n; ≥ 0 where the constraint holds
 */
export function marginOutputs(margins: Float64Array): MarginTargets {
  const largest = largestMagnitude(margins);
  const magnitudes = margins.map(Math.abs).sort();
  const typical = quantile(magnitudes, 0.5);
  const signed = margins.map((margin) => {
    if (largest === 0) return 0;
    if (largest <= WIDE * typical || typical === 0) return margin / largest;
    return Math.sign(margin) * log1p(Math.min(Math.abs(margin) / typical, Number.MAX_VALUE));
  });
  const sorted = signed.slice().sort();
  const q1 = Math.min(quantile(sorted, 0.25), 0);
  const q3 = Math.max(quantile(sorted, 0.75), 0);
  const fence = FENCE * (q3 - q1);
  const fenced = signed.map((margin) => Math.min(q3 + fence, Math.max(q1 - fence, margin)));
  const { length: n } = fenced;
  const mean = fenced.reduce((a, b) => a + b, 0) / n;
  const deviation = Math.sqrt(fenced.reduce((sum, margin) => sum + (margin - mean) * (margin - mean), 0) / n);
  // Margins that do not differ say on which side all of them are, and no more: the boundary is a deviation away.
  if (!(deviation > 0)) return { targets: new Float64Array(n), threshold: mean >= 0 ? -1 : 1 };
  return { targets: standardise(fenced), threshold: -mean / deviation };
}

/** Squares of 1e200 are no doubles: everything is divided by this first. */
function largestMagnitude(values: ArrayLike<number>): number {
  return Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Linear between order statistics. */
function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (at - below) * (high - low);
}
