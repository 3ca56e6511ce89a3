/**
 * Exact Gaussian process regression with zero prior mean (Rasmussen & Williams 2006, Alg. 2.1);
 * eq. (9) of docs/how-it-works.md.
 *
 *   X   n × d points,  y  n targets,  K_y = K + σ_n² diag(noise share) + diag(known variance) = L Lᵀ,  α = K_y⁻¹ y
 *   k   n, covariances of x with the rows of X;  v = L⁻¹ k,  b = L⁻ᵀ v = K_y⁻¹ k
 *   mean      μ  = kᵀ α,              ∇μ  = Σ_i α_i ∇k_i
 *   variance  σ² = s² − vᵀ v  (of f, without noise),  ∇σ² = −2 Σ_i b_i ∇k_i
 *   ∇k_i in column k: 2 w_k (x_k − X_ik) ∂k/∂(r²); 0 in a categorical column
 */
import { dot } from "../linalg/dot.ts";
import { kernels, memory, packedLength, resident, scratch } from "../linalg/kernels.ts";
import { log } from "../math/log.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { choleskyWithJitter, paddedRows } from "./jitter.ts";
import { squaredDistances } from "./kernel.ts";
import { columnStride, type KernelColumns, kernelColumns, writeColumns, writeWeights } from "./kernel-columns.ts";
import { noiseVariances, type TrainingSet } from "./training-set.ts";

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

/** What an acquisition asks of a model. */
export interface Posterior {
  /** @param x d, model coordinates */
  predict(x: Float64Array): Prediction;
  predictWithGradient(x: Float64Array): PredictionWithGradient;
}

/** Numbers that the kernels may write behind the last row of a packed matrix. */
const OVERRUN = 8;

export class GaussianProcess implements Posterior {
  readonly hyperparameters: Hyperparameters;
  readonly hamming: Uint8Array;
  private readonly columns: KernelColumns;
  private readonly weights: Float64Array;
  /** m × d: the measured points, then the believed ones. */
  private readonly rows: Float64Array;
  /** L, packed: row i begins at entry i(i+1)/2. */
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
    this.columns = kernelColumns(hamming);
    this.weights = hyperparameters.lengthScales.map((scale) => 1 / (scale * scale));
    this.rows = rows;
    this.factor = factor;
    this.alpha = alpha;
  }

  /** The posterior given `data`. n³/3 flops. */
  static condition(data: TrainingSet, hyperparameters: Hyperparameters): GaussianProcess {
    const { n, points, hamming, targets } = data;
    const d = hamming.length;
    const { lengthScales, signalVariance, noiseVariance } = hyperparameters;
    const columns = kernelColumns(hamming);
    const stride = columnStride(n);
    const triangle = packedLength(paddedRows(n)) + OVERRUN;
    const coordinates = scratch(d * stride + d + stride + 3 * triangle);
    const weights = coordinates + 8 * d * stride;
    const alpha = weights + 8 * d;
    const covariance = alpha + 8 * stride;
    const slopes = covariance + 8 * triangle;
    const factor = slopes + 8 * triangle;
    const numbers = memory();
    const { covarianceMatrix, solveLower, solveUpper } = kernels();
    writeColumns(columns, points, n, lengthScales, numbers.subarray(coordinates / 8, weights / 8));
    writeWeights(columns, lengthScales, numbers.subarray(weights / 8, alpha / 8));
    covarianceMatrix(coordinates, 8 * stride, n, columns.numeric, d, weights, signalVariance, covariance, slopes);
    const noise = noiseVariances(data, noiseVariance);
    choleskyWithJitter(covariance, factor, n, noise, signalVariance + noiseVariance);
    numbers.set(targets, alpha / 8);
    solveLower(factor, n, alpha);
    solveUpper(factor, n, alpha);
    return new GaussianProcess(
      hyperparameters,
      hamming,
      points,
      numbers.slice(factor / 8, factor / 8 + packedLength(n)),
      numbers.slice(alpha / 8, alpha / 8 + n),
    );
  }

  /**
   * ln p(y | θ) (eq. (7) of docs/how-it-works.md) less what it is by white noise of variance 1, of the points that the
   * process was conditioned on, none of which is believed: −½ (yᵀα − yᵀy) − Σ_i ln L_ii.
   *
   * @param targets y, n
   */
  logEvidence(targets: Float64Array): number {
    return targets.reduce((sum, target, i) => {
      const diagonal = this.factor[packedLength(i + 1) - 1]!;
      return sum - 0.5 * target * (this.alpha[i]! - target) - log(diagonal);
    }, 0);
  }

  /** Measured and believed points. */
  get size(): number {
    return this.alpha.length;
  }

  /** The posterior mean alone, for a fraction of the price. @param x d, model coordinates */
  mean(x: Float64Array): number {
    const { covariances, alpha } = this.covary(x);
    return kernels().dot(covariances, alpha, this.size);
  }

  /** @param x d, model coordinates */
  predict(x: Float64Array): Prediction {
    const { mean, covariances } = this.solve(x);
    return { mean, deviation: this.deviation(covariances) };
  }

  /** The prediction at x with v = L⁻¹k, m, whose square is what the variance there has lost. */
  whiten(x: Float64Array): Prediction & { readonly whitened: Float64Array } {
    const { mean, covariances } = this.solve(x);
    const whitened = memory().slice(covariances / 8, covariances / 8 + this.size);
    return { mean, deviation: this.deviation(covariances), whitened };
  }

  /**
   * The last entry of v = L⁻¹k at several points, from those before it: what a believed point adds.
   *
   * @param points c × d, row-major, model coordinates
   * @param whitened c, at least m − 1 entries each
   */
  lastWhitened(points: Float64Array, whitened: readonly Float64Array[]): Float64Array {
    const last = this.size - 1;
    const d = this.hamming.length;
    const c = whitened.length;
    const { numeric } = this.columns;
    const { lengthScales, signalVariance } = this.hyperparameters;
    const length = columnStride(c);
    const coordinates = scratch((d + 2) * length + d + d * columnStride(1));
    const values = coordinates + 8 * d * length;
    const slopes = values + 8 * length;
    const weights = slopes + 8 * length;
    const own = weights + 8 * d;
    const numbers = memory();
    writeColumns(this.columns, points, c, lengthScales, numbers.subarray(coordinates / 8, values / 8));
    writeWeights(this.columns, lengthScales, numbers.subarray(weights / 8, own / 8));
    writeColumns(this.columns, this.rows.subarray(last * d), 1, lengthScales, numbers.subarray(own / 8));
    const { covarianceRow } = kernels();
    const [apart, stride] = [8 * columnStride(1), 8 * length];
    covarianceRow(own, apart, coordinates, stride, c, numeric, d, weights, signalVariance, values, slopes);
    const row = packedLength(last);
    const pivot = this.factor[row + last]!;
    return Float64Array.from(
      whitened,
      (v, i) => (numbers[values / 8 + i]! - dot(this.factor, row, v, 0, last)) / pivot,
    );
  }

  /** Of a variance that may have been rounded below what can be told. */
  deviationOf(variance: number): number {
    return Math.sqrt(Math.max(variance, DEVIATION_FLOOR * DEVIATION_FLOOR * this.hyperparameters.signalVariance));
  }

  /** @param x d, model coordinates */
  predictWithGradient(x: Float64Array): PredictionWithGradient {
    const m = this.size;
    const d = x.length;
    const { solveUpper, slopesAlong } = kernels();
    const { mean, coordinates, stride, alpha, factor, covariances, slopes, point, sums } = this.solve(x);
    const { numeric, order } = this.columns;
    const deviation = this.deviation(covariances);
    solveUpper(factor, m, covariances);
    slopesAlong(point, coordinates, stride, m, numeric, alpha, covariances, slopes, sums);
    const numbers = memory();
    const meanGradient = new Float64Array(d);
    const deviationGradient = new Float64Array(d);
    for (let place = 0; place < numeric; place++) {
      const k = order[place]!;
      const unit = 2 / this.hyperparameters.lengthScales[k]!;
      meanGradient[k] = unit * numbers[sums / 8 + 2 * place]!;
      deviationGradient[k] = (-unit / deviation) * numbers[sums / 8 + 2 * place + 1]!; // ∇σ = ∇σ² / 2σ
    }
    return { mean, deviation, meanGradient, deviationGradient };
  }

  /**
   * The posterior as if x had been measured and had given the present mean (the "Kriging believer" of Ginsbourger,
   * Le Riche & Carraro 2010): the mean stays the same everywhere, for the new α is exactly 0, and the deviation
   * never grows. How a trial that has not ended yet keeps others from asking the same question. L gets one row more: n² flops.
   */
  believe(x: Float64Array): GaussianProcess {
    const m = this.size;
    const { covariances } = this.solve(x);
    const deviation = this.deviation(covariances);
    const { signalVariance, noiseVariance } = this.hyperparameters;
    const factor = new Float64Array(packedLength(m + 1));
    factor.set(this.factor);
    factor.set(memory().subarray(covariances / 8, covariances / 8 + m), packedLength(m));
    factor[factor.length - 1] = Math.sqrt(deviation * deviation + noiseVariance + PIVOT_JITTER * signalVariance);
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

  /** The mean at x, and v = L⁻¹k in the place of the covariances k. */
  private solve(x: Float64Array): Addresses & { readonly mean: number } {
    const addresses = this.covary(x);
    const { covariances, alpha, factor } = addresses;
    const mean = kernels().dot(covariances, alpha, this.size);
    kernels().solveLower(factor, this.size, covariances);
    return { mean, ...addresses };
  }

  /** Covariances of x with each row and their slopes, in the kernels' memory. */
  private covary(x: Float64Array): Addresses {
    const m = this.size;
    const d = this.hamming.length;
    const { lengthScales, signalVariance } = this.hyperparameters;
    const length = columnStride(m);
    const coordinates = resident(this, (d + 1) * length + d + packedLength(m), (room) => {
      writeColumns(this.columns, this.rows, m, lengthScales, room);
      writeWeights(this.columns, lengthScales, room.subarray(d * length));
      room.set(this.alpha, d * length + d);
      room.set(this.factor, (d + 1) * length + d);
    });
    const stride = 8 * length;
    const weights = coordinates + d * stride;
    const alpha = weights + 8 * d;
    const factor = alpha + stride;
    const covariances = scratch(2 * length + 3 * d);
    const slopes = covariances + stride;
    const point = slopes + stride;
    const sums = point + 8 * d;
    const numbers = memory();
    this.columns.order.forEach((k, place) => {
      numbers[point / 8 + place] = place < this.columns.numeric ? x[k]! * (1 / lengthScales[k]!) : x[k]!;
    });
    const { numeric } = this.columns;
    const { covarianceRow } = kernels();
    covarianceRow(point, 8, coordinates, stride, m, numeric, d, weights, signalVariance, covariances, slopes);
    return { coordinates, stride, alpha, factor, covariances, slopes, point, sums };
  }

  /** @param v address of L⁻¹k */
  private deviation(v: number): number {
    return this.deviationOf(this.hyperparameters.signalVariance - kernels().dot(v, v, this.size));
  }
}

/** What lies where in the kernels' memory while a point is predicted. */
interface Addresses {
  /** The rows by columns, `stride` bytes from one column to the next. */
  readonly coordinates: number;
  readonly stride: number;
  readonly alpha: number;
  readonly factor: number;
  /** m each. */
  readonly covariances: number;
  readonly slopes: number;
  /** The point as the rows are written, d. */
  readonly point: number;
  /** Room for 2d numbers. */
  readonly sums: number;
}
