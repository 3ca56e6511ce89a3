/**
 * The constants of CMA-ES, as functions of the problem's size: N. Hansen, "The CMA evolution strategy: a tutorial", arXiv
 * 1604.00772v2 (2023), table 1 and eqs. (49) to (58). None is a matter of taste that a user should meet.
 */
import { log } from "../math/log.ts";

export interface Parameters {
  /** Points of a generation, λ. */
  readonly size: number;
  /** λ weights, of the best point first; those of the better half are positive and sum to 1, the others are negative. */
  readonly weights: Float64Array;
  /** μ_eff: how many points with equal weights would carry as much. */
  readonly effective: number;
  /** c_σ and d_σ: how much of the path of the step size is new, and how slowly the step size follows it. */
  readonly stepPathRate: number;
  readonly stepDamping: number;
  /** c_c, c_1 and c_μ: the same for the path of the covariance; then the shares of that path, and of the points, in it. */
  readonly pathRate: number;
  readonly rankOneRate: number;
  readonly rankMuRate: number;
}

/** λ for d parameters when nothing asks for more; eq. (48). */
export function defaultSize(d: number): number {
  return 4 + Math.floor(3 * log(d));
}

/**
 * @param d parameters
 * @param size λ ≥ 2
 * @param separable whether only variances are learnt, which needs d numbers rather than d²/2 and so goes (d + 2)/3 times
 *   as fast: R. Ros & N. Hansen, "A simple modification in CMA-ES achieving linear time and space complexity", PPSN 2008.
 */
export function cmaParameters(d: number, size: number, separable: boolean): Parameters {
  const raw = Float64Array.from({ length: size }, (_, i) => log((size + 1) / 2) - log(i + 1));
  const positive = raw.filter((w) => w >= 0);
  const negative = raw.filter((w) => w < 0);
  const effective = effectiveCount(positive);
  const speed = separable ? (d + 2) / 3 : 1;
  const rankOneRate = Math.min(1, (speed * 2) / ((d + 1.3) * (d + 1.3) + effective));
  const rankMuRate = Math.min(
    1 - rankOneRate,
    (speed * 2 * (0.25 + effective + 1 / effective - 2)) / ((d + 2) * (d + 2) + effective),
  );
  // Of negative weights so much that the matrix stays positive definite, and its trace on average as it is.
  const most = Math.min(
    1 + rankOneRate / rankMuRate,
    1 + (2 * effectiveCount(negative)) / (effective + 2),
    (1 - rankOneRate - rankMuRate) / (d * rankMuRate),
  );
  const [gain, loss] = [total(positive), -total(negative)];
  const stepPathRate = (effective + 2) / (d + effective + 5);
  return {
    size,
    weights: raw.map((w) => (w >= 0 ? w / gain : (most * w) / loss)),
    effective,
    stepPathRate,
    stepDamping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (d + 1)) - 1) + stepPathRate,
    pathRate: (4 + effective / d) / (d + 4 + (2 * effective) / d),
    rankOneRate,
    rankMuRate,
  };
}

function effectiveCount(weights: Float64Array): number {
  const sum = total(weights);
  return (sum * sum) / weights.reduce((squares, w) => squares + w * w, 0);
}

function total(numbers: Float64Array): number {
  return numbers.reduce((a, b) => a + b, 0);
}
