import type { StrategyName } from "../study/spec.ts";
import { bayesian } from "./bayesian.ts";
import { cmaes } from "./cmaes.ts";
import { evolution } from "./evolution.ts";
import { grid } from "./grid.ts";
import { manual } from "./manual.ts";
import { random } from "./random.ts";
import { sobol } from "./sobol.ts";
import type { Strategy } from "./strategy.ts";

const STRATEGIES: Readonly<Record<Exclude<StrategyName, "auto">, Strategy>> = {
  bayesian,
  random,
  sobol,
  grid,
  evolution,
  cmaes,
  manual,
};

/**
 * The strategy of this name. `auto` picks `bayesian`, for every space and any number of objectives: it learns from every
 * result, whatever the parameters' kinds, and no other needs so few trials.
 */
export function strategyFor(name: StrategyName): Strategy {
  return name === "auto" ? bayesian : STRATEGIES[name];
}
