/**
 * The sums over rows, and over pairs of rows, that gradients are made of. Points as in matern.ts.
 */
import { rowOf } from "./triangular";

function difference(column: usize, x: v128): v128 {
  return f64x2.sub(v128.load(column), x);
}

function sum(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/**
 * Sums over the pairs i > j, of which a likelihood's gradient is made: out[k] = Σ M_ij Δ_k², and out[d] = Σ c_ij K_ij, where
 * c = C − α αᵀ and M = c·slope.
 *
 * @param c packed; overwritten by M
 * @param values packed K; the diagonal is lost, as that of the slopes
 * @param out d + 1
 */
export function contract(
  points: usize,
  stride: usize,
  n: i32,
  numeric: i32,
  d: i32,
  alpha: usize,
  c: usize,
  values: usize,
  slopes: usize,
  out: usize,
): void {
  let total: f64 = 0;
  for (let i = 1; i < n; i++) {
    const row = rowOf(0, i);
    const here = f64x2.splat(load<f64>(alpha + ((<usize>i) << 3)));
    let gain = f64x2.splat(0);
    // An odd row's last pair ends on the diagonal, which weighs nothing: K_ii and the slope there are taken as 0.
    store<f64>(values + row + ((<usize>i) << 3), 0);
    store<f64>(slopes + row + ((<usize>i) << 3), 0);
    for (let j = 0; j < i; j += 2) {
      const at = row + ((<usize>j) << 3);
      const weight = f64x2.sub(v128.load(c + at), f64x2.mul(here, v128.load(alpha + ((<usize>j) << 3))));
      gain = f64x2.add(gain, f64x2.mul(weight, v128.load(values + at)));
      v128.store(c + at, f64x2.mul(weight, v128.load(slopes + at)));
    }
    total += sum(gain);
  }
  store<f64>(out + ((<usize>d) << 3), total);
  let k = 0;
  for (; k + 4 <= numeric; k += 4) squares4(points + <usize>k * stride, stride, n, c, out + ((<usize>k) << 3));
  for (; k < numeric; k++) squares(points + <usize>k * stride, n, c, out + ((<usize>k) << 3));
  for (; k < d; k++) mismatches(points + <usize>k * stride, n, c, out + ((<usize>k) << 3));
}

/** Σ M_ij (x_i − x_j)² for four columns, so that M passes through the cache once for all. */
function squares4(column0: usize, stride: usize, n: i32, m: usize, out: usize): void {
  const column1 = column0 + stride;
  const column2 = column1 + stride;
  const column3 = column2 + stride;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let i = 1; i < n; i++) {
    const own = (<usize>i) << 3;
    const x0 = v128.load64_splat(column0 + own);
    const x1 = v128.load64_splat(column1 + own);
    const x2 = v128.load64_splat(column2 + own);
    const x3 = v128.load64_splat(column3 + own);
    const row = m + rowOf(0, i);
    for (let at: usize = 0; at < own; at += 16) {
      const weight = v128.load(row + at);
      s0 = addWeightedSquare(s0, weight, difference(column0 + at, x0));
      s1 = addWeightedSquare(s1, weight, difference(column1 + at, x1));
      s2 = addWeightedSquare(s2, weight, difference(column2 + at, x2));
      s3 = addWeightedSquare(s3, weight, difference(column3 + at, x3));
    }
  }
  store<f64>(out, sum(s0));
  store<f64>(out, sum(s1), 8);
  store<f64>(out, sum(s2), 16);
  store<f64>(out, sum(s3), 24);
}

function addWeightedSquare(total: v128, weight: v128, delta: v128): v128 {
  return f64x2.add(total, f64x2.mul(weight, f64x2.mul(delta, delta)));
}

function squares(column: usize, n: i32, m: usize, out: usize): void {
  let total = f64x2.splat(0);
  for (let i = 1; i < n; i++) {
    const own = (<usize>i) << 3;
    const x = v128.load64_splat(column + own);
    const row = m + rowOf(0, i);
    for (let at: usize = 0; at < own; at += 16) {
      total = addWeightedSquare(total, v128.load(row + at), difference(column + at, x));
    }
  }
  store<f64>(out, sum(total));
}

/** Σ M_ij over the pairs that differ. */
function mismatches(column: usize, n: i32, m: usize, out: usize): void {
  let total = f64x2.splat(0);
  for (let i = 1; i < n; i++) {
    const own = (<usize>i) << 3;
    const x = v128.load64_splat(column + own);
    const row = m + rowOf(0, i);
    for (let at: usize = 0; at < own; at += 16) {
      total = f64x2.add(total, v128.and(v128.load(row + at), f64x2.ne(v128.load(column + at), x)));
    }
  }
  store<f64>(out, sum(total));
}

/**
 * Gradients of a mean and of a variance at one point, in the numeric columns: out[2k] = Σ α_i S_i Δ_k, out[2k + 1] =
 * Σ b_i S_i Δ_k, Δ_k = x_k − X_ik in length scales.
 *
 * @param x numeric coordinates, scaled as X
 * @param slopes n; overwritten
 */
export function slopesAlong(
  x: usize,
  points: usize,
  stride: usize,
  n: i32,
  numeric: i32,
  alpha: usize,
  b: usize,
  slopes: usize,
  out: usize,
): void {
  const last = (<usize>n) << 3;
  for (let at: usize = 0; at < last; at += 8) {
    const slope = load<f64>(slopes + at);
    store<f64>(b + at, load<f64>(b + at) * slope);
    store<f64>(slopes + at, load<f64>(alpha + at) * slope);
  }
  if (n & 1) {
    store<f64>(b + last, 0);
    store<f64>(slopes + last, 0);
  }
  for (let k = 0; k < numeric; k++) {
    const here = v128.load64_splat(x + ((<usize>k) << 3));
    let forMean = f64x2.splat(0);
    let forVariance = forMean;
    for (let at: usize = 0; at < last; at += 16) {
      const delta = f64x2.sub(here, v128.load(points + at));
      forMean = f64x2.add(forMean, f64x2.mul(v128.load(slopes + at), delta));
      forVariance = f64x2.add(forVariance, f64x2.mul(v128.load(b + at), delta));
    }
    store<f64>(out, sum(forMean));
    store<f64>(out, sum(forVariance), 8);
    points += stride;
    out += 16;
  }
}
