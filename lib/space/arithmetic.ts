import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";

/** Exponents up to this size are multiplied out; beyond it every base but ±1 and their neighbours over- or underflows. */
const LARGEST_INTEGER_EXPONENT = 1024;

/**
 * xʸ with the same bits on every machine, which Math.pow does not promise: integer powers by squaring, exact where the
 * result is an integer below 2⁵³; others as exp(y ln x). NaN for a negative base with a fractional exponent, and for
 * NaN⁰: what cannot be computed has no power.
 */
export function power(x: number, y: number): number {
  if (Number.isNaN(x)) return x;
  if (Number.isInteger(y) && Math.abs(y) <= LARGEST_INTEGER_EXPONENT) {
    const positive = integerPower(x, Math.abs(y));
    return y < 0 ? 1 / positive : positive;
  }
  if (x < 0 && Number.isInteger(y)) return (y % 2 === 0 ? 1 : -1) * exp(y * log(-x));
  return y === 0.5 ? Math.sqrt(x) : exp(y * log(x));
}

function integerPower(x: number, exponent: number): number {
  let result = 1;
  let square = x;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** Remainder with the sign of the divisor, as in Python: −7 % 3 is 2. */
export function modulo(x: number, divisor: number): number {
  const remainder = x % divisor;
  return remainder !== 0 && remainder < 0 !== divisor < 0 ? remainder + divisor : remainder;
}
