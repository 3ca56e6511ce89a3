/**
 * Natural logarithm by + − × ÷ alone, so that every machine gives the same bits; Math.log may differ between engines.
 *
 * Method (fdlibm's e_log.c and s_log1p.c, simplified as in musl): x = 2ᵏ(1 + f) with √½ < 1 + f < √2, s = f/(2 + f),
 * log(1 + f) = f − f²/2 + s(f²/2 + R(s²)), where R is a minimax polynomial with error below 2⁻⁵⁸·⁴⁵. Error < 1 ulp.
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
import { highWord, withHighWord } from "./ieee754.ts";

/** ln 2 in two parts; the first has 32 trailing zero bits, so that k times it is exact for every exponent k. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

const TWO_54 = 18014398509481984;
const SMALLEST_NORMAL = 2.2250738585072014e-308;
const HIGH_WORD_OF_ONE = 0x3ff00000;
const HIGH_WORD_OF_SQRT_HALF = 0x3fe6a09e;
const SQRT_HALF_MINUS_ONE = -0.2928932188134524;
const SQRT_TWO_MINUS_ONE = 0.41421356237309503;

/** k ln 2 + log(1 + f) + c, the smallest terms first. */
function assemble(k: number, f: number, c: number): number {
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
  const even = w * (LG2 + w * (LG4 + w * LG6));
  return s * (halfSquare + odd + even) + (k * LN2_LOW + c) - halfSquare + f + k * LN2_HIGH;
}

/** Natural logarithm; −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const subnormal = x < SMALLEST_NORMAL;
  const y = subnormal ? x * TWO_54 : x;
  const shifted = highWord(y) + (HIGH_WORD_OF_ONE - HIGH_WORD_OF_SQRT_HALF);
  const k = (shifted >> 20) - 1023 - (subnormal ? 54 : 0);
  const f = withHighWord(y, (shifted & 0xfffff) + HIGH_WORD_OF_SQRT_HALF) - 1;
  return assemble(k, f, 0);
}

/** log(1 + x) without loss for small x; −∞ at −1, NaN below. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (Math.abs(x) < 1.1102230246251565e-16) return x; // 2⁻⁵³: the next term, x²/2, is beyond the last bit
  if (x > SQRT_HALF_MINUS_ONE && x < SQRT_TWO_MINUS_ONE) return assemble(0, x, 0);
  const u = 1 + x;
  const shifted = highWord(u) + (HIGH_WORD_OF_ONE - HIGH_WORD_OF_SQRT_HALF);
  const k = (shifted >> 20) - 1023;
  const lost = k >= 2 ? 1 - (u - x) : x - (u - 1); // what rounding took from 1 + x
  const f = withHighWord(u, (shifted & 0xfffff) + HIGH_WORD_OF_SQRT_HALF) - 1;
  return assemble(k, f, k < 54 ? lost / u : 0);
}
