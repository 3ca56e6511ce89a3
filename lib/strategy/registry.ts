import type { StrategyName } from "../study/spec.ts";
import { auto } from "./auto.ts";
import { bayesian } from "./bayesian.ts";
import { cmaes } from "./cmaes.ts";
import { evolution } from "./evolution.ts";
import { grid } from "./grid.ts";
import { manual } from "./manual.ts";
import { random } from "./random.ts";
import { sobol } from "./sobol.ts";
import type { Strategy } from "./strategy.ts";

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  auto,
  bayesian,
  random,
  sobol,
  grid,
  evolution,
  cmaes,
  manual,
};

/** The strategy of this name. */
export function strategyFor(name: StrategyName): Strategy {
  return STRATEGIES[name];
}
