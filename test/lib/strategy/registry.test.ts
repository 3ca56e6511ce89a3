import { expect, it } from "vitest";
import { strategyFor } from "../../../lib/strategy/registry.ts";
import type { StrategyName } from "../../../lib/study/spec.ts";

it.each<StrategyName>(["auto", "bayesian", "random", "sobol", "grid", "evolution", "cmaes", "manual"])(
  "%s is the strategy %s",
  (name) => {
    expect(strategyFor(name).name).toBe(name);
  },
);
