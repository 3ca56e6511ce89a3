/**
 * Lower triangular matrices, packed: row i has i + 1 entries and begins at entry i(i+1)/2, so that a matrix grows by
 * a row at its end and its leading part is the matrix of fewer points. Every algorithm is arranged in inner products along
 * rows, four rows at a time; rows in blocks that stay in the cache while the other operand passes.
 */
import { dot, dots4, dots4x2 } from "./dot";

/** Rows of a block: 32 of n = 1000 are 256 kB, a fraction of the second-level cache of one processor core. */
const BLOCK: i32 = 32;

/** Where tiles leave their inner products: 16 numbers at the foot of the memory. */
const T: usize = 64;

/** Address of row i of a packed matrix. */
export function rowOf(l: usize, i: i32): usize {
  return l + ((<usize>i * (<usize>i + 1)) << 2);
}

/** Rows r … r+3 of l with rows j, j+1, first `length` entries. */
function tile(l: usize, r: i32, j: i32, length: i32, out: usize): void {
  dots4x2(rowOf(l, r), rowOf(l, r + 1), rowOf(l, r + 2), rowOf(l, r + 3), rowOf(l, j), rowOf(l, j + 1), length, out);
}

/**
 * Cholesky factor in place, A = L·Lᵀ: the inner-product form (Golub & Van Loan, 4th ed., §4.2.5). n³/3 flops.
 *
 * @param n a multiple of 4
 * @returns n, or the number of the first pivot that is not positive and finite; it then stands on the diagonal, unrooted
 */
export function cholesky(l: usize, n: i32): i32 {
  for (let top = 0; top < n; top += BLOCK) {
    const bottom = min(n, top + BLOCK);
    for (let j = 0; j < bottom; j += 2) {
      const row0 = rowOf(l, j);
      const row1 = rowOf(l, j + 1);
      for (let r = max(top, j & ~3); r < bottom; r += 4) {
        if (r === j) {
          const failed = diagonalBlock(l, r);
          if (failed >= 0) return failed;
        }
        if (r <= j) continue;
        const pivot0 = load<f64>(row0 + ((<usize>j) << 3));
        const below = load<f64>(row1 + ((<usize>j) << 3));
        const pivot1 = load<f64>(row1 + ((<usize>j) << 3), 8);
        tile(l, r, j, j, T);
        for (let i = 0; i < 4; i++) {
          const at = rowOf(l, r + i) + ((<usize>j) << 3);
          const t = T + ((<usize>i) << 4);
          const left = (load<f64>(at) - load<f64>(t)) / pivot0;
          store<f64>(at, left);
          store<f64>(at, (load<f64>(at, 8) - load<f64>(t, 8) - left * below) / pivot1, 8);
        }
      }
    }
  }
  return n;
}

/** Rows and columns r … r+3 of the factor; −1, or the pivot that failed. */
function diagonalBlock(l: usize, r: i32): i32 {
  tile(l, r, r, r, T);
  tile(l, r, r + 2, r, T + 64);
  for (let i = 0; i < 4; i++) {
    const row = rowOf(l, r + i) + ((<usize>r) << 3);
    for (let j = 0; j <= i; j++) {
      const other = rowOf(l, r + j) + ((<usize>r) << 3);
      const at = row + ((<usize>j) << 3);
      let value = load<f64>(at) - load<f64>(T + ((<usize>(j >> 1)) << 6) + ((<usize>i) << 4) + ((<usize>(j & 1)) << 3));
      for (let k = 0; k < j; k++) value -= load<f64>(row + ((<usize>k) << 3)) * load<f64>(other + ((<usize>k) << 3));
      if (i === j) {
        if (!(value > 0 && value < Infinity)) {
          store<f64>(at, value);
          return r + i;
        }
        store<f64>(at, sqrt(value));
      } else {
        store<f64>(at, value / load<f64>(other + ((<usize>j) << 3)));
      }
    }
  }
  return -1;
}

/** Solves L·x = b in place. */
export function solveLower(l: usize, n: i32, b: usize): void {
  let r = 0;
  for (; r + 4 <= n; r += 4) {
    dots4(rowOf(l, r), rowOf(l, r + 1), rowOf(l, r + 2), rowOf(l, r + 3), b, r, T);
    substitute(l, r, b, load<f64>(T), load<f64>(T, 8), load<f64>(T, 16), load<f64>(T, 24));
  }
  for (; r < n; r++) {
    const at = (<usize>r) << 3;
    const row = rowOf(l, r);
    store<f64>(b + at, (load<f64>(b + at) - dot(row, b, r)) / load<f64>(row + at));
  }
}

/** Entries r … r+3 of a solution, of which the entries before r have taken t0 … t3. */
function substitute(l: usize, r: i32, b: usize, t0: f64, t1: f64, t2: f64, t3: f64): void {
  const column = (<usize>r) << 3;
  const x = b + column;
  const row0 = rowOf(l, r) + column;
  const row1 = rowOf(l, r + 1) + column;
  const row2 = rowOf(l, r + 2) + column;
  const row3 = rowOf(l, r + 3) + column;
  const x0 = (load<f64>(x) - t0) / load<f64>(row0);
  const x1 = (load<f64>(x, 8) - t1 - load<f64>(row1) * x0) / load<f64>(row1, 8);
  const x2 = (load<f64>(x, 16) - t2 - load<f64>(row2) * x0 - load<f64>(row2, 8) * x1) / load<f64>(row2, 16);
  const known = load<f64>(row3) * x0 + load<f64>(row3, 8) * x1 + load<f64>(row3, 16) * x2;
  store<f64>(x, x0);
  store<f64>(x, x1, 8);
  store<f64>(x, x2, 16);
  store<f64>(x, (load<f64>(x, 24) - t3 - known) / load<f64>(row3, 24), 24);
}

/** Solves Lᵀ·x = b in place: entries, once known, leave the equations above them. */
export function solveUpper(l: usize, n: i32, b: usize): void {
  const whole = n & ~3;
  for (let i = n - 1; i >= whole; i--) {
    const row = rowOf(l, i);
    const at = (<usize>i) << 3;
    const value = load<f64>(b + at) / load<f64>(row + at);
    store<f64>(b + at, value);
    for (let k: usize = 0; k < at; k += 8) store<f64>(b + k, load<f64>(b + k) - value * load<f64>(row + k));
  }
  for (let r = whole - 4; r >= 0; r -= 4) backward(l, r, b);
}

/** Entries r … r+3, and what they take from the entries before them. */
function backward(l: usize, r: i32, b: usize): void {
  const column = (<usize>r) << 3;
  const x = b + column;
  let row0 = rowOf(l, r);
  let row1 = rowOf(l, r + 1);
  let row2 = rowOf(l, r + 2);
  let row3 = rowOf(l, r + 3);
  const x3 = load<f64>(x, 24) / load<f64>(row3 + column, 24);
  const x2 = (load<f64>(x, 16) - load<f64>(row3 + column, 16) * x3) / load<f64>(row2 + column, 16);
  const x1 =
    (load<f64>(x, 8) - load<f64>(row3 + column, 8) * x3 - load<f64>(row2 + column, 8) * x2) /
    load<f64>(row1 + column, 8);
  const known = load<f64>(row3 + column) * x3 + load<f64>(row2 + column) * x2 + load<f64>(row1 + column) * x1;
  const x0 = (load<f64>(x) - known) / load<f64>(row0 + column);
  store<f64>(x, x0);
  store<f64>(x, x1, 8);
  store<f64>(x, x2, 16);
  store<f64>(x, x3, 24);
  const v0 = f64x2.splat(x0);
  const v1 = f64x2.splat(x1);
  const v2 = f64x2.splat(x2);
  const v3 = f64x2.splat(x3);
  for (let at = b; at < x; at += 16) {
    const low = f64x2.add(f64x2.mul(v0, v128.load(row0)), f64x2.mul(v1, v128.load(row1)));
    const high = f64x2.add(f64x2.mul(v2, v128.load(row2)), f64x2.mul(v3, v128.load(row3)));
    v128.store(at, f64x2.sub(v128.load(at), f64x2.add(low, high)));
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
  }
}

/**
 * W = (L⁻¹)ᵀ, n × n and upper triangular, so that its rows are the columns of L⁻¹ and both this recurrence,
 * W_j[i] = −Σ_{j ≤ k < i} L_i[k]·W_j[k] / L_ii, and the product WᵀW run along rows. n³/3 flops.
 *
 * @param n a multiple of 4
 * @param w written from the diagonal on; the entries left of it in the blocks of 4 on the diagonal become 0
 */
export function inverseTransposed(l: usize, n: i32, w: usize): void {
  const stride = (<usize>n) << 3;
  for (let left = 0; left < n; left += BLOCK) {
    const right = min(n, left + BLOCK);
    for (let r = left; r < n; r += 4) {
      const column = (<usize>r) << 3;
      if (r < right) invertBlock(l, r, w, stride);
      for (let j = left; j < min(right, r); j += 2) {
        const from = (<usize>j) << 3;
        const w0 = w + <usize>j * stride;
        const w1 = w0 + stride;
        dots4x2(
          rowOf(l, r) + from,
          rowOf(l, r + 1) + from,
          rowOf(l, r + 2) + from,
          rowOf(l, r + 3) + from,
          w0 + from,
          w1 + from,
          r - j,
          T,
        );
        zeroFour(w0 + column);
        zeroFour(w1 + column);
        substitute(l, r, w0, load<f64>(T), load<f64>(T, 16), load<f64>(T, 32), load<f64>(T, 48));
        substitute(l, r, w1, load<f64>(T, 8), load<f64>(T, 24), load<f64>(T, 40), load<f64>(T, 56));
      }
    }
  }
}

function zeroFour(at: usize): void {
  v128.store(at, f64x2.splat(0));
  v128.store(at, f64x2.splat(0), 16);
}

/** The block of W on the diagonal: solutions for the columns of the identity, whose entries before r are 0. */
function invertBlock(l: usize, r: i32, w: usize, stride: usize): void {
  for (let i = 0; i < 4; i++) {
    const row = w + <usize>(r + i) * stride;
    zeroFour(row + ((<usize>r) << 3));
    store<f64>(row + ((<usize>(r + i)) << 3), 1);
    substitute(l, r, row, 0, 0, 0, 0);
  }
}

/**
 * Lower triangle of A⁻¹ = WᵀW, packed. n³/3 flops.
 *
 * @param n a multiple of 4
 */
export function gramOfRows(w: usize, n: i32, out: usize): void {
  const stride = (<usize>n) << 3;
  for (let top = 0; top < n; top += BLOCK) {
    const bottom = min(n, top + BLOCK);
    for (let j = 0; j < bottom; j += 2) {
      for (let r = max(top, j & ~3); r < bottom; r += 4) {
        const from = (<usize>r) << 3;
        const a = w + <usize>r * stride + from;
        const b = w + <usize>j * stride + from;
        dots4x2(a, a + stride, a + 2 * stride, a + 3 * stride, b, b + stride, n - r, T);
        for (let i = max(0, j - r); i < 4; i++) {
          const at = rowOf(out, r + i) + ((<usize>j) << 3);
          const t = T + ((<usize>i) << 4);
          store<f64>(at, load<f64>(t));
          if (j < r + i) store<f64>(at, load<f64>(t, 8), 8);
        }
      }
    }
  }
}
