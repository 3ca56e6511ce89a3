import { expect, it } from "vitest";
import { strategyFor } from "../../../lib/strategy/registry.ts";
import type { Objective, StrategyName } from "../../../lib/study/spec.ts";
import { floats } from "./requests.ts";

const space = { parameters: floats(2), constraints: [] };
const error: Objective = { name: "error", goal: "minimize" };
const latency: Objective = { name: "latency", goal: "minimize" };

it.each<[StrategyName, readonly Objective[], string]>([
  ["bayesian", [error], "bayesian"],
  ["random", [error], "random"],
  ["sobol", [error], "sobol"],
  ["grid", [error], "grid"],
  ["manual", [error], "manual"],
  ["auto", [error], "bayesian"],
  ["evolution", [error, latency], "evolution"],
  ["bayesian", [error, latency], "bayesian"],
  ["auto", [error, latency], "bayesian"],
])("%s over %j is %s", (name, objectives, expected) => {
  expect(strategyFor(name, space, objectives).name).toBe(expected);
});
