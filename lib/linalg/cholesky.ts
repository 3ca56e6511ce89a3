/**
 * Symmetric positive-definite systems by the factor of Cholesky, A = L·Lᵀ.
 *
 * Matrices are row-major, n × n, in one Float64Array. Every algorithm is arranged so that its inner loop runs along
 * rows (`dot`, `dotTile`): rows in pairs, and pairs in blocks that stay in the cache while the other operand passes.
 */
import { PegboxError } from "../errors/pegbox-error.ts";
import { log } from "../math/log.ts";
import { dot, dotTile } from "./dot.ts";

/** Rows of a block, even: 64 rows of n = 1000 are 512 kB, about the second-level cache of one processor core. */
const BLOCK = 64;

/**
 * Lower Cholesky factor of a symmetric positive-definite matrix, in place: the inner-product form, row block by row
 * block (Golub & Van Loan, 4th ed., §4.2.5). n³/3 flops.
 *
 * @param a row-major, n × n; only the lower triangle is read. Overwritten by L, upper triangle zeroed.
 * @throws {PegboxError} `NOT_POSITIVE_DEFINITE` with `{ pivot, value, n }` when a pivot is ≤ 0 or not finite; `a` is
 *   then partly overwritten.
 */
export function choleskyInPlace(a: Float64Array, n: number): void {
  const t = new Float64Array(4);
  for (let top = 0; top < n; top += BLOCK) {
    const bottom = Math.min(n, top + BLOCK);
    for (let j = 0; j < bottom; j += 2) {
      const j0 = j * n;
      const j1 = j + 1 < n ? j0 + n : j0; // of an odd n the last row is its own partner
      for (let i = Math.max(top, j); i < bottom; i += 2) {
        const i0 = i * n;
        const i1 = i + 1 < n ? i0 + n : i0;
        dotTile(a, i0, i1, a, j0, j1, j, t);
        if (i === j) {
          const pivot = checkedRoot(a[i0 + i]! - t[0]!, i, n);
          a[i0 + i] = pivot;
          if (i1 === i0) continue;
          const below = (a[i1 + i]! - t[2]!) / pivot;
          a[i1 + i] = below;
          a[i1 + i + 1] = checkedRoot(a[i1 + i + 1]! - t[3]! - below * below, i + 1, n);
        } else {
          const left0 = (a[i0 + j]! - t[0]!) / a[j0 + j]!;
          a[i0 + j] = left0;
          a[i0 + j + 1] = (a[i0 + j + 1]! - t[1]! - left0 * a[j1 + j]!) / a[j1 + j + 1]!;
          if (i1 === i0) continue;
          const left1 = (a[i1 + j]! - t[2]!) / a[j0 + j]!;
          a[i1 + j] = left1;
          a[i1 + j + 1] = (a[i1 + j + 1]! - t[3]! - left1 * a[j1 + j]!) / a[j1 + j + 1]!;
        }
      }
    }
  }
  for (let i = 0; i < n; i++) a.fill(0, i * n + i + 1, (i + 1) * n);
}

function checkedRoot(value: number, pivot: number, n: number): number {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return Math.sqrt(value);
  throw new PegboxError(
    "NOT_POSITIVE_DEFINITE",
    `Cholesky factor of a ${n} × ${n} matrix: expected pivot ${pivot} to be positive and finite, got ${value}`,
    { details: { pivot, value, n } },
  );
}

/** Solves L·x = b. @param out may be b itself */
export function solveLower(
  l: Float64Array,
  n: number,
  b: Float64Array,
  out: Float64Array = new Float64Array(n),
): Float64Array {
  for (let i = 0; i < n; i++) out[i] = (b[i]! - dot(l, i * n, out, 0, i)) / l[i * n + i]!;
  return out;
}

/** Solves Lᵀ·x = b, taking L by rows: each x_i, once known, leaves the equations above it. @param out may be b itself */
export function solveLowerTransposed(
  l: Float64Array,
  n: number,
  b: Float64Array,
  out: Float64Array = new Float64Array(n),
): Float64Array {
  if (out !== b) out.set(b.subarray(0, n));
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = out[i]! / l[row + i]!;
    out[i] = x;
    for (let k = 0; k < i; k++) out[k]! -= x * l[row + k]!;
  }
  return out;
}

/** ln det A = 2 Σ ln L_ii. */
export function logDeterminant(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += log(l[i * n + i]!);
  return 2 * sum;
}

/**
 * A⁻¹ = WᵀW with W = L⁻¹, both triangles filled. ⅔n³ flops.
 *
 * @param out row-major, n × n; not l itself
 */
export function choleskyInverse(l: Float64Array, n: number, out: Float64Array = new Float64Array(n * n)): Float64Array {
  const w = inverseTransposed(l, n);
  const t = new Float64Array(4);
  for (let top = 0; top < n; top += BLOCK) {
    const bottom = Math.min(n, top + BLOCK);
    for (let j = 0; j < bottom; j += 2) {
      const lastJ = Math.min(j + 1, n - 1);
      for (let i = Math.max(top, j); i < bottom; i += 2) {
        const lastI = Math.min(i + 1, n - 1);
        dotTile(w, i * n + i, lastI * n + i, w, j * n + i, lastJ * n + i, n - i, t);
        out[i * n + j] = out[j * n + i] = t[0]!;
        out[i * n + lastJ] = out[lastJ * n + i] = t[1]!;
        out[lastI * n + j] = out[j * n + lastI] = t[2]!;
        out[lastI * n + lastJ] = out[lastJ * n + lastI] = t[3]!;
      }
    }
  }
  return out;
}

/**
 * (L⁻¹)ᵀ, upper triangular, so that its rows are the columns of L⁻¹ and both this recurrence,
 * W_j[i] = −Σ_{j ≤ k < i} L_i[k]·W_j[k] / L_ii, and the product WᵀW run along rows. n³/3 flops.
 */
function inverseTransposed(l: Float64Array, n: number): Float64Array {
  const w = new Float64Array(n * n);
  const t = new Float64Array(4);
  for (let i = 0; i < n; i++) w[i * n + i] = 1 / l[i * n + i]!;
  for (let left = 0; left < n; left += BLOCK) {
    const right = Math.min(n, left + BLOCK);
    for (let i = left; i < n; i += 2) {
      const i0 = i * n;
      const i1 = i + 1 < n ? i0 + n : i0;
      for (let j = left; j < right && j <= i; j += 2) {
        const j0 = j * n;
        const j1 = j + 1 < n ? j0 + n : j0;
        if (i > j) {
          dotTile(l, i0 + j, i1 + j, w, j0 + j, j1 + j, i - j, t);
          w[j0 + i] = -t[0]! / l[i0 + i]!;
          w[j1 + i] = -t[1]! / l[i0 + i]!;
        }
        if (i1 === i0) continue;
        const below = l[i1 + i]!;
        const pivot = l[i1 + i + 1]!;
        w[j0 + i + 1] = -((i > j ? t[2]! : 0) + below * w[j0 + i]!) / pivot;
        if (i > j) w[j1 + i + 1] = -(t[3]! + below * w[j1 + i]!) / pivot;
      }
    }
  }
  return w;
}
