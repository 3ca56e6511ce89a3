/**
 * The Cholesky factor of a packed matrix, and the inverse by it. Both are arranged in inner products along rows, four rows
 * with two at a time, rows in blocks that stay in the cache while the other operand passes.
 */
import { dots4x2 } from "./dot";
import { rowOf, substitute, T } from "./triangular";

/** Rows of a block: 32 of n = 1000 are 256 kB, a fraction of the second-level cache of one processor core. */
const BLOCK: i32 = 32;

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
