/**
 * Cosine and sine of a number of full turns, by + − × alone. The reduction to an eighth of a turn is exact, which
 * radians do not allow; then fdlibm's polynomials (k_sin.c, k_cos.c) on |θ| ≤ π/4. Error < 2 ulp.
 *
 * ====================================================
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 *
 * Developed at SunSoft, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this
 * software is freely granted, provided that this notice
 * is preserved.
 * ====================================================
 */
import { polynomial } from "./polynomial.ts";

const TWO_PI = 6.283185307179586;

const SIN = [
  -0.16666666666666632, 0.00833333333332249, -0.0001984126982985795, 0.0000027557313707070068, -2.5050760253406863e-8,
  1.58969099521155e-10,
];
const COS = [
  0.0416666666666666, -0.001388888888887411, 0.00002480158728947673, -2.7557314351390663e-7, 2.087572321298175e-9,
  -1.1359647557788195e-11,
];

function sinNearZero(theta: number): number {
  const z = theta * theta;
  return theta + theta * z * polynomial(SIN, z);
}

function cosNearZero(theta: number): number {
  const z = theta * theta;
  const half = 0.5 * z;
  const head = 1 - half;
  return head + (1 - head - half + z * z * polynomial(COS, z));
}

/** sin(2π(x + quarters/4)). */
function sinOfTurns(x: number, quarters: number): number {
  const fraction = x % 1;
  const k = Math.floor(4 * fraction + 0.5);
  const theta = TWO_PI * (fraction - k / 4);
  switch ((k + quarters) & 3) {
    case 0:
      return sinNearZero(theta);
    case 1:
      return cosNearZero(theta);
    case 2:
      return -sinNearZero(theta);
    default:
      return -cosNearZero(theta);
  }
}

/** cos(2πx); NaN where x is not finite. */
export function cos2pi(x: number): number {
  return sinOfTurns(x, 1);
}

/** sin(2πx); NaN where x is not finite. */
export function sin2pi(x: number): number {
  return sinOfTurns(x, 0);
}
