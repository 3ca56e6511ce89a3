/**
 * Inner products of contiguous rows, on which everything here rests. Order of summation, part of what "same inputs, same
 * bytes" means: terms of even and of odd position are summed apart, left to right, then the two sums are added. A
 * tile of rows changes which sums run side by side, never the order of one. Addresses are in bytes.
 */

function sum(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/** acc + a[k..k+1]·b[k..k+1] */
function multiplyAdd(acc: v128, a: v128, b: v128): v128 {
  return f64x2.add(acc, f64x2.mul(a, b));
}

/** Σ a[k]·b[k] over 0 ≤ k < length. */
export function dot(a: usize, b: usize, length: i32): f64 {
  let s = f64x2.splat(0);
  const end = a + ((<usize>(length & ~1)) << 3);
  while (a < end) {
    s = multiplyAdd(s, v128.load(a), v128.load(b));
    a += 16;
    b += 16;
  }
  if (length & 1) s = multiplyAdd(s, v128.load64_zero(a), v128.load64_zero(b));
  return sum(s);
}

/** Four rows with one: out[i] = a_i·b. Even lengths only. */
export function dots4(a0: usize, a1: usize, a2: usize, a3: usize, b: usize, length: i32, out: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = b + ((<usize>length) << 3);
  while (b < end) {
    const x = v128.load(b);
    s0 = multiplyAdd(s0, v128.load(a0), x);
    s1 = multiplyAdd(s1, v128.load(a1), x);
    s2 = multiplyAdd(s2, v128.load(a2), x);
    s3 = multiplyAdd(s3, v128.load(a3), x);
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b += 16;
  }
  store<f64>(out, sum(s0));
  store<f64>(out, sum(s1), 8);
  store<f64>(out, sum(s2), 16);
  store<f64>(out, sum(s3), 24);
}

/**
 * Four rows with two: out[2i + j] = a_i·b_j. Even lengths only. Eight sums and the six numbers that they take in turn fill the
 * sixteen registers of 128-bit SIMD, and each number that is loaded serves two products or four.
 */
export function dots4x2(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  b0: usize,
  b1: usize,
  length: i32,
  out: usize,
): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = b0 + ((<usize>length) << 3);
  while (b0 < end) {
    const x = v128.load(b0);
    const y = v128.load(b1);
    let a = v128.load(a0);
    s00 = multiplyAdd(s00, a, x);
    s01 = multiplyAdd(s01, a, y);
    a = v128.load(a1);
    s10 = multiplyAdd(s10, a, x);
    s11 = multiplyAdd(s11, a, y);
    a = v128.load(a2);
    s20 = multiplyAdd(s20, a, x);
    s21 = multiplyAdd(s21, a, y);
    a = v128.load(a3);
    s30 = multiplyAdd(s30, a, x);
    s31 = multiplyAdd(s31, a, y);
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b0 += 16;
    b1 += 16;
  }
  store<f64>(out, sum(s00));
  store<f64>(out, sum(s01), 8);
  store<f64>(out, sum(s10), 16);
  store<f64>(out, sum(s11), 24);
  store<f64>(out, sum(s20), 32);
  store<f64>(out, sum(s21), 40);
  store<f64>(out, sum(s30), 48);
  store<f64>(out, sum(s31), 56);
}
