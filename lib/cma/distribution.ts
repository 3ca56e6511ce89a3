/**
 * The search distribution of CMA-ES and its update: N. Hansen, arXiv 1604.00772v2, appendix A, with weights that are
 * negative for the worse half ("active"). It minimises.
 *
 *   m     mean, d                     σ    step size
 *   C     covariance, d × d           x    point, m + σ·y with y ~ N(0, C)
 *   p_σ   path of the step size, d    p_c  path of the covariance, d
 */
import { exp } from "../math/exp.ts";
import { type Covariance, DiagonalCovariance, FullCovariance, type RankOne } from "./covariance.ts";
import { cmaParameters, type Parameters } from "./parameters.ts";

export interface Start {
  readonly mean: Float64Array;
  readonly step: number;
  /** Points of a generation. */
  readonly size: number;
  /** Whether only variances are learnt. */
  readonly separable: boolean;
}

/** Eigendecompositions cost d³, so that one serves as many generations as change C by a tenth of its weight in d. */
const DECOMPOSITIONS = 10;

export class Distribution {
  readonly mean: Float64Array;
  private readonly d: number;
  private readonly separable: boolean;
  private readonly covariance: Covariance;
  private readonly stepPath: Float64Array;
  private readonly path: Float64Array;
  /** E‖N(0, I)‖. */
  private readonly expectedNorm: number;
  private readonly parametersOf = new Map<number, Parameters>();
  private step: number;
  /** (1 − c_σ)^{2g}: how little of the start is left in the path of the step size. */
  private remainder = 1;

  constructor({ mean, step, size, separable }: Start) {
    const d = mean.length;
    this.d = d;
    this.mean = mean.slice();
    this.step = step;
    this.separable = separable;
    const { rankOneRate, rankMuRate } = this.parameters(size);
    const every = Math.max(1, Math.floor(1 / (DECOMPOSITIONS * d * (rankOneRate + rankMuRate))));
    this.covariance = separable ? new DiagonalCovariance(d) : new FullCovariance(d, every);
    this.stepPath = new Float64Array(d);
    this.path = new Float64Array(d);
    this.expectedNorm = Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));
  }

  /** σ. */
  get stepSize(): number {
    return this.step;
  }

  /** The point of a standard normal z, d. */
  point(z: Float64Array): Float64Array {
    return this.covariance.shape(z).map((y, k) => this.mean[k]! + this.step * y);
  }

  /** Deviations of the coordinates, d. */
  deviations(): Float64Array {
    return this.covariance.deviations().map((deviation) => this.step * deviation);
  }

  /** Of the axes, the squared ratio of the longest to the shortest. */
  condition(): number {
    return this.covariance.condition();
  }

  /** How far the mean still moves in coordinate k in a generation, about. */
  drift(k: number): number {
    return this.step * Math.abs(this.path[k]!);
  }

  /**
   * One generation. Points need not come from this distribution: of one too far away to come from it only the direction
   * counts (N. Hansen, "Injecting external solutions into CMA-ES", arXiv 1110.4181, eq. 4).
   *
   * @param points best first; at least 2, of any number
   */
  learn(points: readonly Float64Array[]): void {
    const { d, mean, covariance, stepPath, path } = this;
    const { weights, effective, stepPathRate, stepDamping, pathRate, rankOneRate, rankMuRate } = this.parameters(
      points.length,
    );
    const longest = Math.sqrt(d) + (2 * d) / (d + 2);
    const steps = points.map((point) => {
      const vector = point.map((x, k) => (x - mean[k]!) / this.step);
      const length = norm(covariance.whiten(vector));
      if (length <= longest) return { vector, length };
      return { vector: vector.map((y) => (y * longest) / length), length: longest };
    });

    const move = new Float64Array(d); // ⟨y⟩_w
    steps.forEach(({ vector }, i) => {
      if (weights[i]! > 0) for (let k = 0; k < d; k++) move[k]! += weights[i]! * vector[k]!;
    });
    for (let k = 0; k < d; k++) mean[k]! += this.step * move[k]!;

    const whitened = covariance.whiten(move);
    const stepGain = Math.sqrt(stepPathRate * (2 - stepPathRate) * effective);
    for (let k = 0; k < d; k++) stepPath[k] = (1 - stepPathRate) * stepPath[k]! + stepGain * whitened[k]!;
    this.remainder *= (1 - stepPathRate) * (1 - stepPathRate);
    const length = norm(stepPath);
    // h_σ: while the step size is about to grow, a path of the covariance would grow with it and be learnt twice.
    const steady = length / Math.sqrt(1 - this.remainder) < (1.4 + 2 / (d + 1)) * this.expectedNorm;
    const gain = steady ? Math.sqrt(pathRate * (2 - pathRate) * effective) : 0;
    for (let k = 0; k < d; k++) path[k] = (1 - pathRate) * path[k]! + gain * move[k]!;

    const total = weights.reduce((a, b) => a + b, 0);
    const lost = steady ? 0 : rankOneRate * pathRate * (2 - pathRate);
    const terms = steps.map(({ vector, length: own }, i): RankOne => {
      const weight = weights[i]!;
      // A bad point is unlearnt as if it had the usual length; one at the mean has no direction.
      const scaled = weight >= 0 ? weight : own === 0 ? 0 : (weight * d) / (own * own);
      return { weight: rankMuRate * scaled, vector };
    });
    covariance.learn(1 + lost - rankOneRate - rankMuRate * total, [{ weight: rankOneRate, vector: path }, ...terms]);
    this.step *= exp((stepPathRate / stepDamping) * (length / this.expectedNorm - 1));
  }

  /** Makes no deviation smaller than its `least`, d. */
  widen(least: Float64Array): void {
    const factors = this.deviations().map((deviation, k) => Math.max(1, least[k]! / deviation));
    if (factors.every((factor) => factor === 1)) return;
    this.covariance.stretch(factors);
    factors.forEach((factor, k) => {
      this.path[k]! *= factor;
    });
  }

  /** Makes no deviation larger than `most`. */
  limit(most: number): void {
    const largest = Math.max(...this.deviations());
    if (largest > most) this.step *= most / largest;
  }

  private parameters(size: number): Parameters {
    const known = this.parametersOf.get(size) ?? cmaParameters(this.d, size, this.separable);
    this.parametersOf.set(size, known);
    return known;
  }
}

function norm(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}
