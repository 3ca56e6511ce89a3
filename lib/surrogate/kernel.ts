/**
 * Matérn-5/2 with a length scale for each column (ARD) and Hamming distance in categorical columns.
 *
 *   w_k   inverse squared length scale, 1 / ℓ_k²
 *   Δ_k   z_k − z'_k, or 1[z_k ≠ z'_k] in a categorical column: half the squared distance of the one-hot codes, so
 *         that the whole stays a Euclidean distance and the kernel positive semi-definite
 *   r²    Σ_k w_k Δ_k²
 *   k     s² (1 + u + u²/3) e^(−u), u = √5·r            (Rasmussen & Williams 2006, eq. 4.17)
 *   ∂k/∂(r²) = −(5/6) s² (1 + u) e^(−u), finite at 0: the derivative goes through r², never through √
 *
 * The kernel itself is computed in kernels/matern.ts; here is what the rest needs to know of it.
 */

/**
 * r² from x to each row of `rows`.
 *
 * @param rows n × d, row-major
 * @param x d
 * @param weights d, w_k
 * @param hamming d flags
 * @param out n; overwritten
 */
export function squaredDistances(
  rows: Float64Array,
  x: Float64Array,
  weights: Float64Array,
  hamming: Uint8Array,
  out: Float64Array,
): void {
  const d = x.length;
  out.fill(0);
  for (let k = 0; k < d; k++) {
    const here = x[k]!;
    const weight = weights[k]!;
    const categorical = hamming[k] !== 0;
    for (let i = 0, at = k; i < out.length; i++, at += d) {
      const delta = rows[at]! - here;
      out[i]! += weight * (categorical && delta !== 0 ? 1 : delta * delta);
    }
  }
}
