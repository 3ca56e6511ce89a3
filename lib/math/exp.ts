/**
 * Exponential by + − × ÷ alone, so that every machine gives the same bits; Math.exp may differ between engines.
 *
 * Method (fdlibm's e_exp.c and s_expm1.c): x = k ln 2 + r with |r| ≤ ½ ln 2; on that interval a rational
 * approximation with error below 2⁻⁵⁹; then scaling by 2ᵏ. Error < 1 ulp.
 *
 * ====================================================
 * Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved.
 *
 * Developed at SunSoft, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this
 * software is freely granted, provided that this notice
 * is preserved.
 * ====================================================
 */
import { scaleByPowerOfTwo } from "./ieee754.ts";
import { LN2_HIGH, LN2_LOW } from "./log.ts";

const INVERSE_LN2 = Math.LOG2E;
const HALF_LN2 = 0.34657359027997264;
const OVERFLOW = 709.782712893384; // above it the result exceeds the largest double
const UNDERFLOW = -745.1332191019411; // below it the result is less than half the smallest subnormal

const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 0.00006613756321437934;
const P4 = -0.0000016533902205465252;
const P5 = 4.1381367970572385e-8;

/** eˣ. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/** e to the power x + tail, where the tail is less than the last bit of x: for exponents known to more than a double. */
export function expOfSum(x: number, tail: number): number {
  if (!(x >= UNDERFLOW && x <= OVERFLOW)) return x > OVERFLOW ? Number.POSITIVE_INFINITY : x < UNDERFLOW ? 0 : x;
  const k = Math.floor(INVERSE_LN2 * x + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW - tail;
  const r = high - low;
  const z = r * r;
  const c = r - z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * P5))));
  return scaleByPowerOfTwo(1 + ((r * c) / (2 - c) - low + high), k);
}

const Q1 = -0.03333333333333313;
const Q2 = 0.0015873015872548146;
const Q3 = -0.0000793650757867488;
const Q4 = 0.000004008217827329362;
const Q5 = -2.0109921818362437e-7;

/** eˣ − 1 without loss for small x. */
export function expm1(x: number): number {
  if (!(Math.abs(x) > 5.551115123125783e-17)) return x; // 2⁻⁵⁴: the next term, x²/2, is beyond the last bit
  if (x > OVERFLOW) return Number.POSITIVE_INFINITY;
  if (x < -40) return -1; // e⁻⁴⁰ < 2⁻⁵⁷
  const k = Math.abs(x) > HALF_LN2 ? Math.floor(INVERSE_LN2 * x + 0.5) : 0;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = high - r - low;
  const half = 0.5 * r;
  const halfSquare = r * half;
  const r1 = 1 + halfSquare * (Q1 + halfSquare * (Q2 + halfSquare * (Q3 + halfSquare * (Q4 + halfSquare * Q5))));
  const t = 3 - r1 * half;
  const e = halfSquare * ((r1 - t) / (6 - r * t));
  if (k === 0) return r - (r * e - halfSquare);
  const d = r * (e - c) - c - halfSquare;
  if (k === -1) return 0.5 * (r - d) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (d - (r + 0.5)) : 1 + 2 * (r - d);
  if (k < 0 || k > 56) return scaleByPowerOfTwo(r - d + 1, k) - 1; // 2⁻ᵏ or 1 is beyond the last bit of the other
  const u = scaleByPowerOfTwo(1, -k);
  return k < 20 ? scaleByPowerOfTwo(r - d + (1 - u), k) : scaleByPowerOfTwo(r - (d + u) + 1, k);
}
