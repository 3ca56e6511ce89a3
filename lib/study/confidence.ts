import { studentQuantile } from "../math/student-quantile.ts";
import type { Interval } from "./records.ts";

/** Of all confidence intervals: what readers take for granted where nothing else is said. */
export const LEVEL = 0.95;
/** p of the quantile that bounds them on either side. */
const UPPER = 1 - (1 - LEVEL) / 2;

/** What measurements of one quantity say of its mean. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  /** s²/n, the variance of the mean; NaN of a single measurement. */
  readonly variance: number;
}

/** @param values not empty, finite */
export function sampleOf(values: readonly number[]): Sample {
  const count = values.length;
  const mean = meanValue(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ((count - 1) * count);
  return { count, mean, variance };
}

/** Of equal values, that value. @param values not empty, finite */
export function meanValue(values: readonly number[]): number {
  const [first] = values as readonly [number, ...number[]];
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
  return Number.isFinite(mean) ? mean : values.reduce((sum, value) => sum + value / values.length, 0);
}

/** Student's confidence interval of a mean, x̄ ± t s/√n with n − 1 degrees of freedom; null of a single measurement. */
export function meanInterval({ count, mean, variance }: Sample): Interval | null {
  return around(mean, variance, count - 1);
}

/**
 * Welch's confidence interval of the difference of two means, a less b, whose variances need not be equal: Welch 1947, "The
 * generalization of Student's problem when several different population variances are involved", Biometrika 34, with the
 * degrees of freedom of Satterthwaite 1946. Null where either is a single measurement.
 */
export function differenceInterval(a: Sample, b: Sample): Interval | null {
  const variance = a.variance + b.variance;
  const share = a.variance / variance;
  const degrees = 1 / (share ** 2 / (a.count - 1) + (1 - share) ** 2 / (b.count - 1));
  return around(a.mean - b.mean, variance, degrees);
}

/** Without any spread there is nothing to be unsure of. */
function around(mean: number, variance: number, degrees: number): Interval | null {
  if (!Number.isFinite(variance) || !Number.isFinite(mean)) return null;
  const half = variance === 0 ? 0 : studentQuantile(UPPER, degrees) * Math.sqrt(variance);
  return [mean - half, mean + half];
}
