import type { CompiledSpace } from "../space/codec.ts";
import { optimumPrior } from "../space/optimum-prior.ts";
import type { Acquisition } from "./acquisition.ts";

/**
 * Logarithm of what people know about the optimum's location: times a weight and added to an acquisition it is πBO
 * (Hvarfner et al. 2022, "πBO: Augmenting acquisition functions with user beliefs for Bayesian optimization"). Parameters
 * are independent, and 0 stands for their most likely values, so that an inactive parameter, of which nothing is said, neither
 * gains nor loses against the best that it could be.
 *
 * @returns null where no parameter has a prior
 */
export function logOptimumPrior(space: CompiledSpace): Acquisition | null {
  const priors = space.dimensions.flatMap(({ parameter }, k) => {
    const prior = optimumPrior(parameter);
    return prior === null ? [] : [{ k, prior, optional: parameter.when !== undefined }];
  });
  if (priors.length === 0) return null;
  const conditional = priors.some(({ optional }) => optional);
  const known = (x: Float64Array): typeof priors => {
    if (!conditional) return priors;
    const active = space.activeMask(x);
    return priors.filter(({ k }) => active[k] === 1);
  };
  const value = (x: Float64Array): number => known(x).reduce((sum, { k, prior }) => sum + prior.logDensity(x[k]!), 0);
  return {
    value,
    valueAndGradient(x, gradient) {
      gradient.fill(0);
      for (const { k, prior } of known(x)) gradient[k] = prior.slope(x[k]!);
      return value(x);
    },
  };
}
