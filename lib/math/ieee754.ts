/** The parts of an IEEE 754 double, as the elementary functions beside this file take them apart. */

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1; // 0x3ff00000_00000000: the word that is not zero is the high one
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

/** Sign, exponent and the upper 20 bits of the fraction, as a signed 32-bit integer. */
export function highWord(x: number): number {
  double[0] = x;
  return words[HIGH]! | 0;
}

/** x with its high word replaced. */
export function withHighWord(x: number, high: number): number {
  double[0] = x;
  words[HIGH] = high;
  return double[0];
}

/** x with the low 32 bits of its fraction set to zero: 21 bits remain, so that products of two such are exact. */
export function withoutLowWord(x: number): number {
  double[0] = x;
  words[LOW] = 0;
  return double[0];
}

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  words[HIGH] = (k + 1023) << 20;
  words[LOW] = 0;
  return double[0]!;
}

/** x · 2ᵏ, rounded once, for |x| of the order of 1 and any k that the exponential meets (|k| ≤ 1100). */
export function scaleByPowerOfTwo(x: number, k: number): number {
  if (k > 1023) return x * 2 * powerOfTwo(k - 1);
  if (k < -1022) return x * powerOfTwo(k + 100) * powerOfTwo(-100); // the first product is normal, thus exact
  return x * powerOfTwo(k);
}
