/**
 * The kernel of lib/surrogate/kernel.ts: k = s² (1 + u + u²/3) e^(−u) with u² = 5 r², and its slope ∂k/∂(r²). Eq. (6) of docs/how-it-works.md.
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
