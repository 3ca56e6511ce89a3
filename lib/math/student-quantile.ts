/**
 * Quantile of Student's t distribution. Its upper tail is half an incomplete beta function (DLMF 8.17, 8.17.22):
 *
 *   P(T > t) = ½ I_x(a, ½),  x = ν / (ν + t²),  a = ν/2,  and  I_x(a, b) = 1 − I_{1−x}(b, a),
 *   I_x(a, b) = xᵃ (1 − x)ᵇ / (a B(a, b)) · 1/(1 + d₁/(1 + d₂/(1 + …)))
 *
 * The tail falls with t, so that t is found by halving: some sixty steps, of a fraction whose terms are few.
 */
import { pow } from "./pow.ts";

/** The fraction converges in fewer steps than this for any a below a million, on the side that is chosen (DLMF 8.17(v)). */
const MOST_TERMS = 2000;
/** What a further term changes when the last place is reached. */
const RESOLUTION = 2 ** -53;
const INVERSE_SQRT_PI = 0.5641895835477563;

/**
 * t with P(T ≤ t) = p. Relative error below 1e-11.
 *
 * @param p ½ < p < 1
 * @param degrees of freedom, ≥ 1; need not be whole
 */
export function studentQuantile(p: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (upperTail(high, degrees) > 1 - p) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (upperTail(middle, degrees) > 1 - p) low = middle;
    else high = middle;
  }
}

/** P(T > t), t ≥ 0. */
function upperTail(t: number, degrees: number): number {
  const a = degrees / 2;
  const x = degrees / (degrees + t * t);
  const rest = (t * t) / (degrees + t * t);
  const front = pow(x, a) * Math.sqrt(rest) * gammaRatio(a) * INVERSE_SQRT_PI;
  if (x < (a + 1) / (a + 2.5)) return (front / (2 * a)) * fraction(x, a, 0.5);
  return 0.5 - front * fraction(rest, 0.5, a);
}

/** Γ(a + ½) / Γ(a): by its expansion for a ≥ 60, where the next term is below 1e-15, and r(a) = r(a + 1)·a/(a + ½) below. */
function gammaRatio(a: number): number {
  let shifted = a;
  let ratio = 1;
  for (; shifted < 60; shifted += 1) ratio *= shifted / (shifted + 0.5);
  const u = 1 / shifted;
  const series =
    1 + u * (-1 / 8 + u * (1 / 128 + u * (5 / 1024 + u * (-21 / 32768 + u * (-399 / 262144 + (u * 869) / 4194304)))));
  return ratio * Math.sqrt(shifted) * series;
}

/**
 * 1/(1 + d₁/(1 + …)) by Lentz's method (Press et al., Numerical Recipes, 3rd ed., §5.2), no denominator of which is near 0 here:
 * d₂ₘ = m(b − m)x / ((a + 2m − 1)(a + 2m)), d₂ₘ₊₁ = −(a + m)(a + b + m)x / ((a + 2m)(a + 2m + 1)).
 */
function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let k = 1; k <= MOST_TERMS; k++) {
    const m = Math.floor(k / 2);
    const top = k % 2 === 0 ? m * (b - m) : -(a + m) * (a + b + m);
    const term = (top * x) / ((a + k - 1) * (a + k));
    d = 1 / (1 + term * d);
    c = 1 + term / c;
    value *= c * d;
    if (Math.abs(c * d - 1) <= RESOLUTION) break;
  }
  return 1 / value;
}
