import type { Scalar } from "../space/parameter.ts";
import type { StrategyName } from "./spec.ts";

/** What a strategy cannot do, of what a study asks of it. */
export interface StrategyLimit {
  readonly expected: string;
  readonly got: string;
}

/** Of more categories than two, `cmaes` would have to invent an order. */
const MOST_CATEGORIES = 2;

/** @param parameters by name; `values` those of a categorical or ordinal one */
export function strategyLimits(
  strategy: StrategyName,
  objectives: number,
  parameters: Iterable<readonly [name: string, { readonly type: string; readonly values?: readonly Scalar[] }]>,
): readonly StrategyLimit[] {
  if (strategy !== "cmaes") return [];
  const categories = [...parameters].filter(
    ([, { type, values = [] }]) => type === "categorical" && values.length > MOST_CATEGORIES,
  );
  return [
    ...(objectives > 1
      ? [{ expected: "a strategy for several objectives", got: `cmaes with ${objectives} objectives` }]
      : []),
    ...categories.map(([name, { values = [] }]) => ({
      expected: "a strategy for categories",
      got: `cmaes with "${name}", which has ${values.length} of them`,
    })),
  ];
}
