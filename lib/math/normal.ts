/** The standard normal distribution: φ density, Φ distribution function. */
import { erfc, erfcx, expOfSquare } from "./erf.ts";
import { log, log1p } from "./log.ts";

export { normalQuantile } from "./normal-quantile.ts";

const LOG_SQRT_TWO_PI = 0.9189385332046728;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/** φ(x). */
export function normalPdf(x: number): number {
  return Math.abs(x) > 39 ? 0 : INVERSE_SQRT_TWO_PI * expOfSquare(x, -0.5); // underflows from 38.6 on
}

/** ln φ(x). */
export function logNormalPdf(x: number): number {
  return -0.5 * x * x - LOG_SQRT_TWO_PI;
}

/** Φ(x), without loss in the lower tail; 0 below −38.5, where it underflows. */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  if (x > -0.5) return 0.5 * erfc(-x * Math.SQRT1_2);
  return x < -39 ? 0 : 0.5 * expOfSquare(x, -0.5) * erfcx(-x * Math.SQRT1_2);
}

/** ln Φ(x), also where Φ(x) underflows or rounds to 1. */
export function logNormalCdf(x: number): number {
  if (x > 0) return log1p(-normalCdf(-x));
  if (x > -1) return log(normalCdf(x));
  return log(0.5 * erfcx(-x * Math.SQRT1_2)) - 0.5 * x * x;
}
