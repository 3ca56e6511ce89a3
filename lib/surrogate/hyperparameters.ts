import { exp } from "../math/exp.ts";

/** Hyperparameters of a Gaussian process. */
export interface Hyperparameters {
  /** d, in units of the cube; how far a parameter must move for the output to change. */
  readonly lengthScales: Float64Array;
  /** s², in squared units of the output. */
  readonly signalVariance: number;
  /** σ_n². */
  readonly noiseVariance: number;
}

/**
 * Hyperparameters as the optimiser of the likelihood sees them.
 *
 * @param theta d + 2: ln ℓ_1² … ln ℓ_d², ln s², ln σ_n²
 */
export function fromLogarithms(theta: Float64Array): Hyperparameters {
  const d = theta.length - 2;
  return {
    lengthScales: Float64Array.from({ length: d }, (_, k) => exp(0.5 * theta[k]!)),
    signalVariance: exp(theta[d]!),
    noiseVariance: exp(theta[d + 1]!),
  };
}
