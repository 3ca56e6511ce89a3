/**
 * Exact Gaussian process regression with zero prior mean (Rasmussen & Williams 2006, Alg. 2.1).
 *
 *   X   n × d points,  y  n targets,  K_y = K + σ_n² diag(noise share) = L Lᵀ,  α = K_y⁻¹ y
 *   k   n, covariances of x with the rows of X;  v = L⁻¹ k,  b = L⁻ᵀ v = K_y⁻¹ k
 *   mean      μ  = kᵀ α,              ∇μ  = Σ_i α_i ∇k_i
 *   variance  σ² = s² − vᵀ v  (of f, without noise),  ∇σ² = −2 Σ_i b_i ∇k_i
 *   ∇k_i in column k: 2 w_k (x_k − X_ik) ∂k/∂(r²); 0 in a categorical column
 */
import { solveLower, solveLowerTransposed } from "../linalg/cholesky.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { choleskyWithJitter } from "./jitter.ts";
import { matern52, squaredDistances } from "./kernel.ts";
import type { TrainingSet } from "./training-set.ts";

/** Least deviation, in units of s: below it, rounding in s² − vᵀv decides, and its logarithm would be noise. */
const DEVIATION_FLOOR = 1e-9;

/** Keeps the pivot of a believed point that lies on a measured one, in a model without noise, away from 0. */
const PIVOT_JITTER = 1e-10;

/** Posterior of f at one point, in units of the targets. */
export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

export interface PredictionWithGradient extends Prediction {
  /** d; ∂/∂x_k, 0 in categorical columns. */
  readonly meanGradient: Float64Array;
  readonly deviationGradient: Float64Array;
}

export class GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  readonly hamming: Uint8Array;
  private readonly weights: Float64Array;
  /** m × d: the measured points, then the believed ones. */
  private readonly rows: Float64Array;
  /** m × m. */
  private readonly factor: Float64Array;
  /** m; exactly 0 for believed points. */
  private readonly alpha: Float64Array;

  private constructor(
    hyperparameters: Hyperparameters,
    hamming: Uint8Array,
    rows: Float64Array,
    factor: Float64Array,
    alpha: Float64Array,
  ) {
    this.hyperparameters = hyperparameters;
    this.hamming = hamming;
    this.weights = hyperparameters.lengthScales.map((scale) => 1 / (scale * scale));
    this.rows = rows;
    this.factor = factor;
    this.alpha = alpha;
  }

  /** The posterior given `data`. n³/3 multiplications. */
  static condition(data: TrainingSet, hyperparameters: Hyperparameters): GaussianProcess {
    const { n, points, hamming, targets, noiseShare } = data;
    const d = hamming.length;
    const { signalVariance, noiseVariance } = hyperparameters;
    const weights = hyperparameters.lengthScales.map((scale) => 1 / (scale * scale));
    const values = new Float64Array(n);
    const slopes = new Float64Array(n);
    const fill = (matrix: Float64Array): void => {
      for (let i = 0; i < n; i++) {
        squaredDistances(points, points.subarray(i * d, (i + 1) * d), weights, hamming, values);
        matern52(values, values, slopes);
        for (let j = 0; j < i; j++) matrix[i * n + j] = signalVariance * values[j]!;
        matrix[i * n + i] = signalVariance + noiseVariance * noiseShare[i]!;
      }
    };
    const factor = new Float64Array(n * n);
    choleskyWithJitter(fill, factor, n, signalVariance + noiseVariance);
    const alpha = solveLowerTransposed(factor, n, solveLower(factor, n, targets));
    return new GaussianProcess(hyperparameters, hamming, points, factor, alpha);
  }

  /** Measured and believed points. */
  get size(): number {
    return this.alpha.length;
  }

  /** The posterior mean alone, for a fraction of the price. @param x d, model coordinates */
  mean(x: Float64Array): number {
    return dot(this.covariances(x).values, this.alpha);
  }

  /** @param x d, model coordinates */
  predict(x: Float64Array): Prediction {
    const { values } = this.covariances(x);
    const v = solveLower(this.factor, this.size, values);
    return { mean: dot(values, this.alpha), deviation: this.deviation(v) };
  }

  /** @param x d, model coordinates */
  predictWithGradient(x: Float64Array): PredictionWithGradient {
    const m = this.size;
    const { values, slopes } = this.covariances(x);
    const v = solveLower(this.factor, m, values);
    const mean = dot(values, this.alpha);
    const deviation = this.deviation(v);
    const b = solveLowerTransposed(this.factor, m, v);
    const d = x.length;
    const meanGradient = new Float64Array(d);
    const deviationGradient = new Float64Array(d);
    for (let i = 0, at = 0; i < m; i++) {
      const forMean = this.alpha[i]! * slopes[i]!;
      const forVariance = b[i]! * slopes[i]!;
      for (let k = 0; k < d; k++, at++) {
        const delta = x[k]! - this.rows[at]!;
        meanGradient[k]! += forMean * delta;
        deviationGradient[k]! += forVariance * delta;
      }
    }
    for (let k = 0; k < d; k++) {
      const weight = this.hamming[k] === 0 ? 2 * this.weights[k]! : 0;
      meanGradient[k]! *= weight;
      deviationGradient[k]! *= -weight / deviation; // ∇σ = ∇σ² / 2σ
    }
    return { mean, deviation, meanGradient, deviationGradient };
  }

  /**
   * The posterior as if x had been measured and had given the present mean (the "Kriging believer" of Ginsbourger,
   * Le Riche & Carraro 2010): the mean stays the same everywhere, for the new α is exactly 0, and the deviation
   * never grows. How a trial that has not ended yet keeps others from asking the same question.
   */
  believe(x: Float64Array): GaussianProcess {
    const m = this.size;
    const { values } = this.covariances(x);
    const v = solveLower(this.factor, m, values);
    const { signalVariance, noiseVariance } = this.hyperparameters;
    const factor = new Float64Array((m + 1) * (m + 1));
    for (let i = 0; i < m; i++) factor.set(this.factor.subarray(i * m, i * m + m), i * (m + 1));
    factor.set(v, m * (m + 1));
    const deviation = this.deviation(v);
    factor[(m + 1) * (m + 1) - 1] = Math.sqrt(deviation * deviation + noiseVariance + PIVOT_JITTER * signalVariance);
    const rows = new Float64Array(this.rows.length + x.length);
    rows.set(this.rows);
    rows.set(x, this.rows.length);
    const alpha = new Float64Array(m + 1);
    alpha.set(this.alpha);
    return new GaussianProcess(this.hyperparameters, this.hamming, rows, factor, alpha);
  }

  /** Distance of x to each row in length scales (r² of the kernel), m. */
  squaredDistances(x: Float64Array): Float64Array {
    const squared = new Float64Array(this.size);
    squaredDistances(this.rows, x, this.weights, this.hamming, squared);
    return squared;
  }

  /** k and ∂k/∂(r²) to each row, m each. */
  private covariances(x: Float64Array): { values: Float64Array; slopes: Float64Array } {
    const values = this.squaredDistances(x);
    const slopes = new Float64Array(this.size);
    matern52(values, values, slopes);
    const { signalVariance } = this.hyperparameters;
    for (let i = 0; i < values.length; i++) {
      values[i]! *= signalVariance;
      slopes[i]! *= signalVariance;
    }
    return { values, slopes };
  }

  private deviation(v: Float64Array): number {
    const { signalVariance } = this.hyperparameters;
    const floor = DEVIATION_FLOOR * DEVIATION_FLOOR * signalVariance;
    return Math.sqrt(Math.max(signalVariance - dot(v, v), floor));
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
