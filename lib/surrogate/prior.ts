/**
 * The "flat" prior of the hyperparameters (variant V1): independent normals on logarithms, so wide that twenty points
 * outvote them, centred where a standardised output of a few parameters lies. Vizier's prior
 * (`jax/models/tuned_gp_models.py`: ln ℓ² ~ N(ln 0.5, 7.07²)), with its centre moved out as the cube gets longer
 * diagonals: Hvarfner et al. 2024, "Vanilla Bayesian optimization performs great in high dimensions".
 */
import { log } from "../math/log.ts";

/** One hyperparameter's logarithm: normal prior, and the box in which it is searched. */
export interface LogPrior {
  readonly centre: number;
  readonly deviation: number;
  readonly lower: number;
  readonly upper: number;
}

/** Below this many parameters Vizier's centre stands as it is: its ablation was run there. */
const PLAIN_DIMENSIONS = 4;

/** Priors of θ = (ln ℓ_1² … ln ℓ_d², ln s², ln σ_n²); eq. (8) of docs/how-it-works.md. */
export function flatPrior(d: number): LogPrior[] {
  const lengthScale: LogPrior = {
    centre: log((0.5 * Math.max(d, PLAIN_DIMENSIONS)) / PLAIN_DIMENSIONS),
    deviation: 5,
    lower: log(2.5e-3), // a twentieth of the range: finer detail cannot be learnt from a few hundred points
    upper: log(1e4), // a parameter without influence
  };
  const signal: LogPrior = { centre: 0, deviation: 3, lower: log(1e-3), upper: log(1e2) };
  const noise: LogPrior = {
    centre: log(0.01),
    deviation: 5,
    lower: log(1e-8), // a floor of 1e-4 would hide the last digits of a noise-free objective
    upper: 0, // all of a standardised output
  };
  return [...Array.from({ length: d }, () => lengthScale), signal, noise];
}

/** Adds the negative log density (without its constant) at θ to the value, and its derivatives to `gradient`. */
export function addPrior(prior: readonly LogPrior[], theta: Float64Array, gradient: Float64Array): number {
  let penalty = 0;
  prior.forEach(({ centre, deviation }, k) => {
    const z = (theta[k]! - centre) / deviation;
    penalty += 0.5 * z * z;
    gradient[k]! += z / deviation;
  });
  return penalty;
}
