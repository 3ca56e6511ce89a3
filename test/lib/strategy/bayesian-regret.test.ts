import { expect, it } from "vitest";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { random } from "../../../lib/strategy/random.ts";
import { sobol } from "../../../lib/strategy/sobol.ts";
import type { Strategy } from "../../../lib/strategy/strategy.ts";
import { bestFound, branin, hartmann6, network, type Problem } from "./problems.ts";

const SEEDS = [1, 2, 3];

function meanRegret(strategy: Strategy, problem: Problem): number {
  const regrets = SEEDS.map((seed) => bestFound(strategy, problem, seed) - problem.optimum);
  return regrets.reduce((a, b) => a + b, 0) / SEEDS.length;
}

// The factors leave room for another order of summation to change the trials, none for a broken model or search.
it.each([
  ["Branin", branin, 0.05],
  ["Hartmann 6", hartmann6, 0.5],
  ["a network with a conditional parameter", network, 0.5],
])(
  "has far less regret on %s than random and Sobol search",
  (_, problem, factor) => {
    const regret = meanRegret(bayesian, problem);
    expect(regret).toBeLessThan(factor * meanRegret(random, problem));
    expect(regret).toBeLessThan(factor * meanRegret(sobol, problem));
  },
  20_000,
);
