/**
 * The kernel of lib/surrogate/kernel.ts: k = s² (1 + u + u²/3) e^(−u) with u² = 5 r², and its slope ∂k/∂(r²).
 *
 *   X   n points by columns, `stride` bytes from one column to the next, each column divided by its length scale; first
 *       `numeric` columns with a distance, then categorical ones up to d, undivided, that weigh w_k where they differ
 *   Columns are readable, and rows of results writable, up to the next multiple of 8 points.
 */
import { expOfNegative } from "./exp";
import { rowOf } from "./triangular";

function difference(column: usize, x: v128): v128 {
  return f64x2.sub(v128.load(column), x);
}

function addSquare(sum: v128, delta: v128): v128 {
  return f64x2.add(sum, f64x2.mul(delta, delta));
}

/** Kernel at two squared distances. */
function evaluate(squared: v128, signal: f64, values: usize, slopes: usize): void {
  const u = f64x2.sqrt(f64x2.mul(f64x2.splat(5), squared));
  const decay = f64x2.mul(f64x2.splat(signal), expOfNegative(f64x2.neg(u)));
  const linear = f64x2.add(f64x2.splat(1), u);
  const quadratic = f64x2.mul(f64x2.mul(u, u), f64x2.splat(1.0 / 3.0));
  v128.store(values, f64x2.mul(f64x2.add(linear, quadratic), decay));
  v128.store(slopes, f64x2.mul(f64x2.mul(f64x2.splat(-5.0 / 6.0), linear), decay));
}

/**
 * Covariances of one point with the first n of X, and their slopes.
 *
 * @param x the point, `xStride` bytes from one coordinate to the next; scaled as X
 * @param weights d; w_k of the categorical columns
 */
export function covarianceRow(
  x: usize,
  xStride: usize,
  points: usize,
  stride: usize,
  n: i32,
  numeric: i32,
  d: i32,
  weights: usize,
  signal: f64,
  values: usize,
  slopes: usize,
): void {
  for (let j = 0; j < n; j += 8) {
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let column = points + ((<usize>j) << 3);
    let at = x;
    for (let k = 0; k < numeric; k++) {
      const here = v128.load64_splat(at);
      s0 = addSquare(s0, difference(column, here));
      s1 = addSquare(s1, difference(column + 16, here));
      s2 = addSquare(s2, difference(column + 32, here));
      s3 = addSquare(s3, difference(column + 48, here));
      column += stride;
      at += xStride;
    }
    for (let k = numeric; k < d; k++) {
      const here = v128.load64_splat(at);
      const weight = v128.load64_splat(weights + ((<usize>k) << 3));
      s0 = f64x2.add(s0, v128.and(weight, f64x2.ne(v128.load(column), here)));
      s1 = f64x2.add(s1, v128.and(weight, f64x2.ne(v128.load(column, 16), here)));
      s2 = f64x2.add(s2, v128.and(weight, f64x2.ne(v128.load(column, 32), here)));
      s3 = f64x2.add(s3, v128.and(weight, f64x2.ne(v128.load(column, 48), here)));
      column += stride;
      at += xStride;
    }
    const to = (<usize>j) << 3;
    evaluate(s0, signal, values + to, slopes + to);
    evaluate(s1, signal, values + to + 16, slopes + to + 16);
    evaluate(s2, signal, values + to + 32, slopes + to + 32);
    evaluate(s3, signal, values + to + 48, slopes + to + 48);
  }
}

/** Covariances of the points among themselves, packed, and their slopes. Each row overwrites what the one before left over. */
export function covarianceMatrix(
  points: usize,
  stride: usize,
  n: i32,
  numeric: i32,
  d: i32,
  weights: usize,
  signal: f64,
  values: usize,
  slopes: usize,
): void {
  for (let i = 0; i < n; i++) {
    const x = points + ((<usize>i) << 3);
    const at = rowOf(0, i);
    covarianceRow(x, stride, points, stride, i + 1, numeric, d, weights, signal, values + at, slopes + at);
  }
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
    let sum = f64x2.splat(0);
    // An odd row's last pair ends on the diagonal, which weighs nothing: K_ii and the slope there are taken as 0.
    store<f64>(values + row + ((<usize>i) << 3), 0);
    store<f64>(slopes + row + ((<usize>i) << 3), 0);
    for (let j = 0; j < i; j += 2) {
      const at = row + ((<usize>j) << 3);
      const weight = f64x2.sub(v128.load(c + at), f64x2.mul(here, v128.load(alpha + ((<usize>j) << 3))));
      sum = f64x2.add(sum, f64x2.mul(weight, v128.load(values + at)));
      v128.store(c + at, f64x2.mul(weight, v128.load(slopes + at)));
    }
    total += f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
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
  store<f64>(out, f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1));
  store<f64>(out, f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1), 8);
  store<f64>(out, f64x2.extract_lane(s2, 0) + f64x2.extract_lane(s2, 1), 16);
  store<f64>(out, f64x2.extract_lane(s3, 0) + f64x2.extract_lane(s3, 1), 24);
}

function addWeightedSquare(sum: v128, weight: v128, delta: v128): v128 {
  return f64x2.add(sum, f64x2.mul(weight, f64x2.mul(delta, delta)));
}

function squares(column: usize, n: i32, m: usize, out: usize): void {
  let sum = f64x2.splat(0);
  for (let i = 1; i < n; i++) {
    const own = (<usize>i) << 3;
    const x = v128.load64_splat(column + own);
    const row = m + rowOf(0, i);
    for (let at: usize = 0; at < own; at += 16) {
      sum = addWeightedSquare(sum, v128.load(row + at), difference(column + at, x));
    }
  }
  store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/** Σ M_ij over the pairs that differ. */
function mismatches(column: usize, n: i32, m: usize, out: usize): void {
  let sum = f64x2.splat(0);
  for (let i = 1; i < n; i++) {
    const own = (<usize>i) << 3;
    const x = v128.load64_splat(column + own);
    const row = m + rowOf(0, i);
    for (let at: usize = 0; at < own; at += 16) {
      sum = f64x2.add(sum, v128.and(v128.load(row + at), f64x2.ne(v128.load(column + at), x)));
    }
  }
  store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
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
    store<f64>(out, f64x2.extract_lane(forMean, 0) + f64x2.extract_lane(forMean, 1));
    store<f64>(out, f64x2.extract_lane(forVariance, 0) + f64x2.extract_lane(forVariance, 1), 8);
    points += stride;
    out += 16;
  }
}
