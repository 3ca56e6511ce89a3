import { describe, expect, it } from "vitest";
import { randomStream } from "../../../lib/random/philox.ts";
import type { SearchSpace } from "../../../lib/space/parameter.ts";
import { recommend } from "../../../lib/strategy/recommend.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";

const space: SearchSpace = {
  parameters: [
    { name: "x", type: "float", min: -1, max: 1, scale: "linear" },
    { name: "y", type: "float", min: -1, max: 1, scale: "linear" },
  ],
  constraints: [],
};

const bowl = ({ x, y }: Observation["parameters"]): number => (x as number) ** 2 + (y as number) ** 2;

/** Uniform points with the value of the bowl and normal noise. */
function measured(count: number, deviation: number, seed: number): Observation[] {
  const stream = randomStream(seed, 0);
  return Array.from({ length: count }, (_, i) => {
    const parameters = { x: 2 * stream.uniform() - 1, y: 2 * stream.uniform() - 1 };
    return { number: i + 1, parameters, values: [bowl(parameters) + deviation * stream.normal()] };
  });
}

const luckiest = (trials: readonly Observation[]): Observation =>
  trials.reduce((a, b) => (b.values![0]! < a.values![0]! ? b : a));

describe("recommend", () => {
  it("is nothing without a value", () => {
    expect(recommend(space, "minimize", 1, [])).toBeNull();
    expect(recommend(space, "minimize", 1, [{ number: 1, parameters: { x: 0, y: 0 }, values: null }])).toBeNull();
  });

  it("is the best value, the earlier of equals, where the values are exact", () => {
    for (const seed of [1, 2, 3]) {
      const trials = measured(30, 0, seed);
      const best = luckiest(trials);
      const repeated = { ...best, number: 31, parameters: { x: 0.9, y: 0.9 } };
      expect(recommend(space, "minimize", seed, [...trials, repeated])).toBe(best);
      const worst = trials.reduce((a, b) => (b.values![0]! > a.values![0]! ? b : a));
      expect(recommend(space, "maximize", seed, trials)).toBe(worst);
    }
  });

  it("is better than the luckiest trial where the values are noisy", () => {
    let byModel = 0;
    let byLuck = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const trials = measured(50, 0.2, seed);
      byModel += bowl(recommend(space, "minimize", seed, trials)!.parameters);
      byLuck += bowl(luckiest(trials).parameters);
    }
    expect(byModel).toBeLessThan(0.5 * byLuck);
  });

  it("judges repeated measurements by their mean", () => {
    const once: Observation[] = [
      { number: 1, parameters: { x: 0.1, y: 0 }, values: [1] },
      { number: 2, parameters: { x: 0.2, y: 0 }, values: [0] },
      { number: 3, parameters: { x: 0.2, y: 0 }, values: [4] },
    ];
    expect(recommend(space, "minimize", 1, once)?.number).toBe(1);
  });

  it("takes an import from another range only when there is nothing else", () => {
    const outside: Observation = { number: 1, parameters: { x: 5, y: 0 }, values: [-9] };
    const inside: Observation = { number: 2, parameters: { x: 0.5, y: 0 }, values: [1] };
    expect(recommend(space, "minimize", 1, [outside, inside])).toBe(inside);
    expect(recommend(space, "minimize", 1, [outside])).toBe(outside);
  });
});
