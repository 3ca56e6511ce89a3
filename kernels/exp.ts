const LOG2_E: f64 = Math.LOG2E;
const LN2_HIGH: f64 = 0.6931471803691238; // 32 bits, so that k·LN2_HIGH is exact
const LN2_LOW: f64 = 1.9082149292705877e-10;
/** Added and taken away again, it rounds to an integer, whose bits stand in the lowest of the sum: 1.5·2⁵². */
const ROUND: f64 = 6755399441055744;
/** Below it the result is 1e-304, for every purpose here 0, and the exponent field still holds it. */
const LEAST: f64 = -700;

function step(sum: v128, r: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(sum, r), f64x2.splat(coefficient));
}

/**
 * eˣ in two lanes, for x ≤ 0: x = k ln 2 + r with |r| ≤ ½ ln 2, Taylor's polynomial of degree 13 (whose rest is below 2⁻⁵⁷),
 * scaling by 2ᵏ through the exponent bits.
 */
export function expOfNegative(x: v128): v128 {
  const bounded = f64x2.pmax(x, f64x2.splat(LEAST));
  const shifted = f64x2.add(f64x2.mul(bounded, f64x2.splat(LOG2_E)), f64x2.splat(ROUND));
  const k = f64x2.sub(shifted, f64x2.splat(ROUND));
  const high = f64x2.sub(bounded, f64x2.mul(k, f64x2.splat(LN2_HIGH)));
  const r = f64x2.sub(high, f64x2.mul(k, f64x2.splat(LN2_LOW)));
  let sum = f64x2.splat(1.0 / 6227020800.0);
  sum = step(sum, r, 1.0 / 479001600.0);
  sum = step(sum, r, 1.0 / 39916800.0);
  sum = step(sum, r, 1.0 / 3628800.0);
  sum = step(sum, r, 1.0 / 362880.0);
  sum = step(sum, r, 1.0 / 40320.0);
  sum = step(sum, r, 1.0 / 5040.0);
  sum = step(sum, r, 1.0 / 720.0);
  sum = step(sum, r, 1.0 / 120.0);
  sum = step(sum, r, 1.0 / 24.0);
  sum = step(sum, r, 1.0 / 6.0);
  sum = step(sum, r, 0.5);
  sum = step(sum, r, 1);
  sum = step(sum, r, 1);
  return i64x2.add(sum, i64x2.shl(shifted, 52));
}
