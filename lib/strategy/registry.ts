import type { SearchSpace } from "../space/parameter.ts";
import type { Objective, StrategyName } from "../study/spec.ts";
import { bayesian } from "./bayesian.ts";
import { grid } from "./grid.ts";
import { manual } from "./manual.ts";
import { random } from "./random.ts";
import { sobol } from "./sobol.ts";
import type { Strategy } from "./strategy.ts";

const STRATEGIES: Readonly<Record<Exclude<StrategyName, "auto">, Strategy>> = { bayesian, random, sobol, grid, manual };

/**
 * The strategy of this name. `auto` picks:
 *
 * | objectives | strategy | because                                                                       |
 * | ---------- | -------- | ----------------------------------------------------------------------------- |
 * | one        | bayesian | it learns from every result, whatever the parameters' kinds                   |
 * | several    | sobol    | the model is of one objective; an even cover shows the trade-off between them |
 */
export function strategyFor(name: StrategyName, _space: SearchSpace, objectives: readonly Objective[]): Strategy {
  if (name !== "auto") return STRATEGIES[name];
  return objectives.length === 1 ? bayesian : sobol;
}
