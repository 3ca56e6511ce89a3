import { log } from "../math/log.ts";
import { type Minimum, minimizeBounded } from "../minimize/lbfgsb.ts";
import { deriveSeed } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { sobolSequence } from "../random/sobol.ts";
import { GaussianProcess } from "./gaussian-process.ts";
import { fromLogarithms, type Hyperparameters } from "./hyperparameters.ts";
import { negativeLogMarginalLikelihood } from "./marginal-likelihood.ts";
import { addPrior, flatPrior, type LogPrior } from "./prior.ts";
import { representatives } from "./representatives.ts";
import { selectRows, type TrainingSet } from "./training-set.ts";

/** Points of a likelihood: n³ each time, and more than 400 teach d + 2 numbers nothing new. */
const FIT_LIMIT = 400;
/** Pairs of points times columns, so that a gradient of hundreds of columns costs no more than its factor. */
const MOST_DIFFERENCES = 8e6;
/** Half width of the cube of starts about the prior's centre, in ln: ℓ, s and σ_n within a factor of 3.5. */
const START_WIDTH = 2.5;
/** Starts from points of a Sobol sequence. */
const SPREAD = 3;
/** Iterations that every start gets, before the best goes on. */
const RACE_ITERATIONS = 15;
/** Points of the race: which mode wins is seen from a part, and on 100 points an evaluation takes 0.2 ms. */
const RACE_POINTS = 100;
const FINAL_ITERATIONS = 60;

/**
 * Gaussian process with hyperparameters of maximum a posteriori probability: marginal likelihood times `flatPrior`.
 * The likelihood has a mode that explains everything as signal and one that explains everything as noise, so both are
 * started from, and three spread starts beside them; after a short race on a part of the points, the best is finished on up
 * to 400 of them. The posterior uses every point.
 *
 * @param seed of the study
 */
export function fitGaussianProcess(data: TrainingSet, seed: number): GaussianProcess {
  const limit = Math.min(FIT_LIMIT, Math.floor(Math.sqrt((2 * MOST_DIFFERENCES) / data.hamming.length)));
  return GaussianProcess.condition(data, maximumAPosteriori(selectRows(data, representatives(data, limit)), seed));
}

function maximumAPosteriori(data: TrainingSet, seed: number): Hyperparameters {
  const prior = flatPrior(data.hamming.length);
  const racing = selectRows(data, representatives(data, RACE_POINTS));
  const race = starts(prior, deriveSeed(seed, Purpose.fit, data.n)).map((start) =>
    descend(racing, prior, start, RACE_ITERATIONS),
  );
  const leader = race.reduce((a, b) => (b.value < a.value ? b : a));
  return fromLogarithms(descend(data, prior, leader.x, FINAL_ITERATIONS).x);
}

/** Down the negative logarithm of the posterior density. */
function descend(data: TrainingSet, prior: readonly LogPrior[], start: Float64Array, maxIterations: number): Minimum {
  const likelihood = negativeLogMarginalLikelihood(data);
  const objective = (theta: Float64Array, gradient: Float64Array): number => {
    const value = likelihood(theta, gradient);
    return value + addPrior(prior, theta, gradient);
  };
  const lower = Float64Array.from(prior, (p) => p.lower);
  const upper = Float64Array.from(prior, (p) => p.upper);
  // Near the mode a change of 1e-2 in the gradient moves ln θ by far less than its posterior deviation, more so as n grows.
  const gradientTolerance = 1e-2 * Math.sqrt(Math.max(1, data.n / 50));
  return minimizeBounded(objective, start, lower, upper, { gradientTolerance, relativeTolerance: 1e-6, maxIterations });
}

/** The prior's centre with little noise and with much, then points of a Sobol sequence about it. */
function starts(prior: readonly LogPrior[], seed: number): Float64Array[] {
  const centre = Float64Array.from(prior, (p) => p.centre);
  const withNoise = (ratio: number): Float64Array => {
    const start = centre.slice();
    start[start.length - 1] = centre[centre.length - 2]! + log(ratio);
    return start;
  };
  const sobol = sobolSequence(prior.length, seed);
  const spreads = Array.from({ length: SPREAD }, (_, i) =>
    sobol(i).map((u, k) => {
      const { centre: middle, lower, upper } = prior[k]!;
      return Math.min(upper, Math.max(lower, middle + (2 * u - 1) * START_WIDTH));
    }),
  );
  return [withNoise(1e-4), withNoise(0.3), ...spreads];
}
