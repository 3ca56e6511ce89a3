import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { dot } from "../linalg/dot.ts";

/** One of the terms that a covariance learns: weight · v·vᵀ. */
export interface RankOne {
  readonly weight: number;
  readonly vector: Float64Array;
}

/** The covariance C of a search distribution, up to its step size; the identity at first. */
export interface Covariance {
  /** C½·z, for a standard normal z. */
  shape(z: Float64Array): Float64Array;
  /** C^−½·y: standard normal where y is of this covariance. */
  whiten(y: Float64Array): Float64Array;
  /** C ← decay·C + Σ weight·v·vᵀ. */
  learn(decay: number, terms: readonly RankOne[]): void;
  /** √C_kk, d. */
  deviations(): Float64Array;
  /** Stretches each coordinate by its factor, d. */
  stretch(factors: Float64Array): void;
  /** Ratio of the largest to the smallest eigenvalue. */
  condition(): number;
}

/** Eigenvalues below this share of the largest are rounding. */
const LEAST_EIGENVALUE = 1e-20;

/** A full matrix, by its eigendecomposition C = B·diag(D²)·Bᵀ. */
export class FullCovariance implements Covariance {
  private readonly d: number;
  /** d × d. */
  private readonly matrix: Float64Array;
  /** d × d, an eigenvector a row. */
  private vectors: Float64Array;
  /** d, roots of the eigenvalues. */
  private roots: Float64Array;
  /** Generations from one decomposition to the next. */
  private readonly every: number;
  private age = 0;

  /** @param every generations that a decomposition serves: as many as change the matrix by a tenth of what d³ is worth */
  constructor(d: number, every: number) {
    this.d = d;
    this.every = every;
    this.matrix = new Float64Array(d * d);
    for (let k = 0; k < d; k++) this.matrix[k * d + k] = 1;
    this.vectors = this.matrix.slice();
    this.roots = new Float64Array(d).fill(1);
  }

  shape(z: Float64Array): Float64Array {
    const { d, vectors, roots } = this;
    const y = new Float64Array(d);
    for (let j = 0; j < d; j++) {
      const along = roots[j]! * z[j]!;
      for (let k = 0, at = j * d; k < d; k++, at++) y[k]! += along * vectors[at]!;
    }
    return y;
  }

  whiten(y: Float64Array): Float64Array {
    const { d, vectors, roots } = this;
    const along = Float64Array.from(roots, (root, j) => dot(vectors, j * d, y, 0, d) / root);
    const whitened = new Float64Array(d);
    for (let j = 0; j < d; j++) {
      for (let k = 0, at = j * d; k < d; k++, at++) whitened[k]! += along[j]! * vectors[at]!;
    }
    return whitened;
  }

  learn(decay: number, terms: readonly RankOne[]): void {
    const { d, matrix } = this;
    for (let i = 0; i < d; i++) {
      for (let k = 0, at = i * d; k <= i; k++, at++) {
        let sum = decay * matrix[at]!;
        for (const { weight, vector } of terms) sum += weight * vector[i]! * vector[k]!;
        matrix[at] = sum;
        matrix[k * d + i] = sum;
      }
    }
    this.age++;
    if (this.age >= this.every) this.decompose();
  }

  deviations(): Float64Array {
    return Float64Array.from({ length: this.d }, (_, k) => Math.sqrt(this.matrix[k * this.d + k]!));
  }

  stretch(factors: Float64Array): void {
    const { d, matrix } = this;
    for (let i = 0, at = 0; i < d; i++) for (let k = 0; k < d; k++, at++) matrix[at]! *= factors[i]! * factors[k]!;
    this.decompose();
  }

  condition(): number {
    const [least, most] = [Math.min(...this.roots), Math.max(...this.roots)];
    return (most * most) / (least * least);
  }

  private decompose(): void {
    const { d } = this;
    this.age = 0;
    const { realEigenvalues: values, eigenvectorMatrix } = new EigenvalueDecomposition(
      Matrix.from1DArray(d, d, this.matrix),
      { assumeSymmetric: true },
    );
    const floor = LEAST_EIGENVALUE * values[d - 1]!; // ascending
    this.roots = Float64Array.from(values, (value) => Math.sqrt(Math.max(value, floor)));
    this.vectors = Float64Array.from(eigenvectorMatrix.transpose().to1DArray());
  }
}

/** Variances alone. */
export class DiagonalCovariance implements Covariance {
  private readonly variances: Float64Array;

  constructor(d: number) {
    this.variances = new Float64Array(d).fill(1);
  }

  shape(z: Float64Array): Float64Array {
    return z.map((value, k) => value * Math.sqrt(this.variances[k]!));
  }

  whiten(y: Float64Array): Float64Array {
    return y.map((value, k) => value / Math.sqrt(this.variances[k]!));
  }

  learn(decay: number, terms: readonly RankOne[]): void {
    this.variances.forEach((variance, k) => {
      let sum = decay * variance;
      for (const { weight, vector } of terms) sum += weight * vector[k]! * vector[k]!;
      this.variances[k] = sum;
    });
  }

  deviations(): Float64Array {
    return this.variances.map((variance) => Math.sqrt(variance));
  }

  stretch(factors: Float64Array): void {
    factors.forEach((factor, k) => {
      this.variances[k]! *= factor * factor;
    });
  }

  condition(): number {
    return Math.max(...this.variances) / Math.min(...this.variances);
  }
}
