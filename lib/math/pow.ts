/**
 * xʸ by + − × ÷ alone. The exponent y ln x needs more than 53 bits, since its absolute error is the relative error of
 * the power: ln x is computed as a sum of two doubles, with the exact products of T. J. Dekker, "A floating-point
 * technique for extending the available precision", Numer. Math. 18 (1971). Error < 1 ulp; an exact power is exact.
 */
import { expOfSum } from "./exp.ts";
import { highWord, withHighWord, withoutLowWord } from "./ieee754.ts";
import { LN2_HIGH, LN2_LOW } from "./log.ts";
import { polynomial } from "./polynomial.ts";

const TWO_54 = 18014398509481984;
const TWO_THIRDS_TAIL = 3.700743415417188e-17; // 2/3 less the double 2/3
/** Of log(1 + f) = 2s + s(⅔s² + ⅖s⁴ + …), s = f/(2 + f), all after ⅔s²; 0.0295¹² / 27 is below the last bit. */
const ATANH_SERIES = [5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25].map((n) => 2 / n);
/** |ln x| ≥ 2⁻⁵³ for x ≠ 1, thus every larger exponent over- or underflows. */
const HUGE_EXPONENT = 1e19;

/** xʸ, with the special cases of Math.pow. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  if (size === 1 && Math.abs(y) === Number.POSITIVE_INFINITY) return Number.NaN;
  const negative = x < 0 || Object.is(x, -0);
  const odd = Number.isInteger(y) && Math.abs(y % 2) === 1;
  if (x < 0 && x !== Number.NEGATIVE_INFINITY && Number.isFinite(y) && !Number.isInteger(y)) return Number.NaN;
  const power = positivePower(size, y);
  return negative && odd ? -power : power;
}

function positivePower(x: number, y: number): number {
  if (x === 1) return 1;
  if (x === 0 || x === Number.POSITIVE_INFINITY || Math.abs(y) > HUGE_EXPONENT) {
    return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const [high, low] = logInTwo(x);
  const exponent = y * high;
  return expOfSum(exponent, productError(y, high, exponent) + y * low);
}

/** a·b − p for p the rounded product of a and b. */
function productError(a: number, b: number, p: number): number {
  const a1 = withoutLowWord(a);
  const b1 = withoutLowWord(b);
  const a2 = a - a1;
  const b2 = b - b1;
  return a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2;
}

/** ln x as a sum high + low with about 100 bits, x positive and finite. */
function logInTwo(x: number): [high: number, low: number] {
  const subnormal = x < 2.2250738585072014e-308;
  const y = subnormal ? x * TWO_54 : x;
  const shifted = highWord(y) + (0x3ff00000 - 0x3fe6a09e); // carries into the exponent from √2 on
  const k = (shifted >> 20) - 1023 - (subnormal ? 54 : 0);
  const f = withHighWord(y, (shifted & 0xfffff) + 0x3fe6a09e) - 1;

  const g = 2 + f;
  const gTail = 2 - g + f;
  const s = f / g;
  const sg = s * g;
  const sTail = (f - sg - productError(s, g, sg) - s * gTail) / g;

  const z = s * s;
  const zTail = productError(s, s, z) + 2 * s * sTail;

  const rest = z * polynomial(ATANH_SERIES, z);
  const t = 2 / 3 + rest;
  const tTail = 2 / 3 - t + rest + TWO_THIRDS_TAIL;

  const zt = z * t;
  const ztTail = productError(z, t, zt) + z * tTail + zTail * t;
  const szt = s * zt;
  const sztTail = productError(s, zt, szt) + s * ztTail + sTail * zt;

  const whole = k * LN2_HIGH;
  const high1 = whole + 2 * s;
  const tail1 = Math.abs(whole) > Math.abs(2 * s) ? whole - high1 + 2 * s : 2 * s - high1 + whole;
  const high = high1 + szt;
  const tail = high1 - high + szt + tail1 + 2 * sTail + sztTail + k * LN2_LOW;
  const sum = high + tail;
  return [sum, high - sum + tail];
}
