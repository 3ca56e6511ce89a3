/**
 * Negative logarithm of the marginal likelihood of a Gaussian process, with its gradient
 * (Rasmussen & Williams 2006, eqs. 5.8 and 5.9); eq. (7) of docs/how-it-works.md.
 *
 *   θ       d + 2: ln ℓ_1² … ln ℓ_d², ln s², ln σ_n²
 *   K_y     K + σ_n² diag(noise share) + diag(known variance), n × n;  α = K_y⁻¹ y
 *   NLL     ½ yᵀα + ½ ln|K_y| + ½ n ln 2π
 *   C       K_y⁻¹ − α αᵀ;  ∂NLL/∂θ = ½ Σ_ij C_ij ∂K_ij/∂θ
 *   ∂K/∂ln ℓ_k² = −(∂k/∂r²) w_k Δ_k²
 */
import { kernels, memory, packedLength, scratch } from "../linalg/kernels.ts";
import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { choleskyWithJitter, paddedRows } from "./jitter.ts";
import { columnStride, kernelColumns, writeColumns, writeWeights } from "./kernel-columns.ts";
import { noiseVariances, type TrainingSet } from "./training-set.ts";

const LN_2_PI = 1.8378770664093453;
/** Numbers that the kernels may write behind the last row of a packed matrix. */
const OVERRUN = 8;

/** @returns f(θ, gradient): the value, and in `gradient` (d + 2, overwritten) its derivatives. */
export function negativeLogMarginalLikelihood(
  data: TrainingSet,
): (theta: Float64Array, gradient: Float64Array) => number {
  const { n, points, targets, noiseShare, hamming } = data;
  const d = hamming.length;
  const columns = kernelColumns(hamming);
  const padded = paddedRows(n);
  const stride = columnStride(n);
  const triangle = packedLength(padded) + OVERRUN;
  const lengthScales = new Float64Array(d);

  return (theta, gradient) => {
    for (let k = 0; k < d; k++) lengthScales[k] = exp(0.5 * theta[k]!);
    const signal = exp(theta[d]!);
    const noiseVariance = exp(theta[d + 1]!);
    const noise = noiseVariances(data, noiseVariance);

    const coordinates = scratch(d * stride + 2 * d + 1 + stride + 3 * triangle + padded * padded);
    const weights = coordinates + 8 * d * stride;
    const sums = weights + 8 * d;
    const alpha = sums + 8 * (d + 1);
    const covariance = alpha + 8 * stride;
    const slopes = covariance + 8 * triangle;
    const factor = slopes + 8 * triangle; // and later the inverse
    const inverseRows = factor + 8 * triangle;
    const numbers = memory();
    const { numeric } = columns;
    const { covarianceMatrix, solveLower, solveUpper, inverseTransposed, gramOfRows, contract } = kernels();

    writeColumns(columns, points, n, lengthScales, numbers.subarray(coordinates / 8, weights / 8));
    writeWeights(columns, lengthScales, numbers.subarray(weights / 8, sums / 8));
    covarianceMatrix(coordinates, 8 * stride, n, numeric, d, weights, signal, covariance, slopes);
    choleskyWithJitter(covariance, factor, n, noise, signal + noiseVariance);
    const solution = numbers.subarray(alpha / 8, alpha / 8 + stride);
    solution.fill(0);
    solution.set(targets);
    solveLower(factor, n, alpha);
    solveUpper(factor, n, alpha);
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += 2 * log(numbers[factor / 8 + packedLength(i + 1) - 1]!);
    inverseTransposed(factor, padded, inverseRows);
    gramOfRows(inverseRows, padded, factor);

    let fit = 0;
    let forSignal = 0;
    let forNoise = 0;
    for (let i = 0; i < n; i++) {
      const a = solution[i]!;
      const c = numbers[factor / 8 + packedLength(i + 1) - 1]! - a * a;
      fit += targets[i]! * a;
      forSignal += 0.5 * c * signal;
      forNoise += 0.5 * c * noiseVariance * noiseShare[i]!;
    }
    contract(coordinates, 8 * stride, n, numeric, d, alpha, factor, covariance, slopes, sums);
    columns.order.forEach((k, place) => {
      // In a categorical column the kernel counts mismatches; in a numeric one Δ² is in length scales already.
      const weight = place < numeric ? 1 : numbers[weights / 8 + place]!;
      gradient[k] = -weight * numbers[sums / 8 + place]!;
    });
    gradient[d] = forSignal + numbers[sums / 8 + d]!;
    gradient[d + 1] = forNoise;
    return 0.5 * (fit + logDeterminant + n * LN_2_PI);
  };
}
