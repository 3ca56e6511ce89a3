/**
 * Negative logarithm of the marginal likelihood of a Gaussian process, with its gradient
 * (Rasmussen & Williams 2006, eqs. 5.8 and 5.9).
 *
 *   θ       d + 2: ln ℓ_1² … ln ℓ_d², ln s², ln σ_n²
 *   K_y     K + σ_n² diag(noise share), n × n;  α = K_y⁻¹ y
 *   NLL     ½ yᵀα + ½ ln|K_y| + ½ n ln 2π
 *   C       K_y⁻¹ − α αᵀ;  ∂NLL/∂θ = ½ Σ_ij C_ij ∂K_ij/∂θ
 *   ∂K/∂ln ℓ_k² = −(∂k/∂r²) w_k Δ_k²
 */
import { choleskyInverse, logDeterminant, solveLower, solveLowerTransposed } from "../linalg/cholesky.ts";
import { exp } from "../math/exp.ts";
import { choleskyWithJitter } from "./jitter.ts";
import { matern52, squaredDifference } from "./kernel.ts";
import type { TrainingSet } from "./training-set.ts";

const LN_2_PI = 1.8378770664093453;

/** @returns f(θ, gradient): the value, and in `gradient` (d + 2, overwritten) its derivatives. */
export function negativeLogMarginalLikelihood(
  data: TrainingSet,
): (theta: Float64Array, gradient: Float64Array) => number {
  const { n, targets, noiseShare } = data;
  const d = data.hamming.length;
  const differences = pairwiseDifferences(data);
  const pairs = (n * (n - 1)) / 2;
  const squared = new Float64Array(pairs);
  const values = new Float64Array(pairs);
  const slopes = new Float64Array(pairs);
  const factor = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  const weights = new Float64Array(d);

  return (theta, gradient) => {
    for (let k = 0; k < d; k++) weights[k] = exp(-theta[k]!);
    const signal = exp(theta[d]!);
    const noise = exp(theta[d + 1]!);
    for (let p = 0, at = 0; p < pairs; p++) {
      let sum = 0;
      for (let k = 0; k < d; k++, at++) sum += weights[k]! * differences[at]!;
      squared[p] = sum;
    }
    matern52(squared, values, slopes);

    const fill = (matrix: Float64Array): void => {
      for (let i = 0, p = 0; i < n; i++) {
        for (let j = 0; j < i; j++, p++) matrix[i * n + j] = signal * values[p]!;
        matrix[i * n + i] = signal + noise * noiseShare[i]!;
      }
    };
    choleskyWithJitter(fill, factor, n, signal + noise);
    const alpha = solveLowerTransposed(factor, n, solveLower(factor, n, targets));
    choleskyInverse(factor, n, inverse);

    gradient.fill(0);
    let fit = 0;
    for (let i = 0, p = 0, at = 0; i < n; i++) {
      const a = alpha[i]!;
      fit += targets[i]! * a;
      for (let j = 0; j < i; j++, p++) {
        const c = inverse[i * n + j]! - a * alpha[j]!;
        gradient[d]! += c * signal * values[p]!;
        const slope = -c * signal * slopes[p]!;
        for (let k = 0; k < d; k++, at++) gradient[k]! += slope * differences[at]!;
      }
      const c = inverse[i * n + i]! - a * a;
      gradient[d]! += 0.5 * c * signal;
      gradient[d + 1]! += 0.5 * c * noise * noiseShare[i]!;
    }
    for (let k = 0; k < d; k++) gradient[k]! *= weights[k]!;
    return 0.5 * (fit + logDeterminant(factor, n) + n * LN_2_PI);
  };
}

/** Δ² of the pairs (1,0), (2,0), (2,1), (3,0) …, n(n−1)/2 × d: fixed while the length scales move. */
function pairwiseDifferences(data: TrainingSet): Float64Array {
  const { n, points, hamming } = data;
  const d = hamming.length;
  const differences = new Float64Array(((n * (n - 1)) / 2) * d);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let k = 0; k < d; k++, at++) {
        differences[at] = squaredDifference(points[i * d + k]!, points[j * d + k]!, hamming[k]!);
      }
    }
  }
  return differences;
}
