import { describe, expect, it } from "vitest";
import { branin } from "../../benchmarks/problems/branin.ts";
import { learningRate } from "../../benchmarks/problems/learning-rate.ts";
import { network } from "../../benchmarks/problems/network.ts";
import { numberAt } from "../../benchmarks/problems/problem.ts";
import { zdt1 } from "../../benchmarks/problems/zdt1.ts";
import { Stream } from "../../benchmarks/streams.ts";
import { failing } from "../../benchmarks/wrappers/failure.ts";
import { noisy } from "../../benchmarks/wrappers/noise.ts";
import { shifted } from "../../benchmarks/wrappers/shift.ts";
import { Purpose } from "../../lib/random/purpose.ts";
import { compileSpace } from "../../lib/space/codec.ts";

const place = { x1: 2, x2: 3 };

describe("noise", () => {
  const problem = noisy(branin, 0.5);
  const truth = branin.evaluate(place).values[0]!;
  const seen = (seed: number, number: number): number => problem.observe(place, { seed, number })!.values[0]!;

  it("is a function of the seed and the trial's number", () => {
    expect(seen(1, 5)).toBe(seen(1, 5));
    expect(new Set([seen(1, 5), seen(1, 6), seen(2, 5)]).size).toBe(3);
  });

  it("has mean 0 and the deviation that was asked for, and leaves the truth alone", () => {
    const errors = Array.from({ length: 4000 }, (_, i) => seen(3, i + 1) - truth);
    const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
    const deviation = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / errors.length);
    // four standard errors: 0.5/√4000 and 0.5/√8000
    expect(Math.abs(mean)).toBeLessThan(0.032);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.023);
    expect(problem.evaluate(place)).toEqual(branin.evaluate(place));
  });

  it("lets failures pass", () => {
    const broken = noisy(failing(branin, { region: () => true, share: 0 }), 1);
    expect(broken.observe(place, { seed: 1, number: 1 })).toBeNull();
  });
});

describe("failure", () => {
  const problem = failing(branin, { region: ({ x1 }) => (x1 as number) < 0, share: 0.2 });

  it("fails everywhere in the region", () => {
    const seen = Array.from({ length: 50 }, (_, i) => problem.observe({ x1: -1, x2: 3 }, { seed: 1, number: i + 1 }));
    expect(seen.every((evaluation) => evaluation === null)).toBe(true);
  });

  it("fails by chance elsewhere: as often as was asked for, the same trials for the same seed", () => {
    const failed = (seed: number): number[] =>
      Array.from({ length: 4000 }, (_, i) => i + 1).filter(
        (number) => problem.observe(place, { seed, number }) === null,
      );
    expect(failed(1)).toEqual(failed(1));
    expect(failed(1)).not.toEqual(failed(2));
    // four standard errors of a share: 4·√(0.2·0.8/4000)
    expect(Math.abs(failed(1).length / 4000 - 0.2)).toBeLessThan(0.026);
  });

  it("tells what it does not lose, and knows the truth of what it loses", () => {
    const told = [1, 2, 3, 4].map((number) => problem.observe(place, { seed: 1, number }));
    expect(told.filter((evaluation) => evaluation !== null)).toContainEqual(branin.evaluate(place));
    expect(problem.evaluate({ x1: -1, x2: 3 })).toEqual(branin.evaluate({ x1: -1, x2: 3 }));
  });
});

describe("shift", () => {
  it.each([branin, learningRate, network])("moves the optimum of $name and keeps its value", (problem) => {
    const moved = shifted(problem, 4);
    if (moved.optimum.kind !== "value" || problem.optimum.kind !== "value") throw new Error("expected a value");
    expect(moved.optimum.value).toBe(problem.optimum.value);
    for (const [i, there] of moved.optimum.places.entries()) {
      expect(there).not.toEqual(problem.optimum.places[i]);
      expect(compileSpace(problem.space).contains(there)).toBe(true);
      expect(moved.evaluate(there).values[0]).toBeCloseTo(problem.optimum.value, 10);
      expect(moved.observe(there, { seed: 1, number: 1 })).toEqual(moved.evaluate(there));
    }
  });

  it("goes to another place with another seed", () => {
    const places = [1, 2].map((seed) => shifted(branin, seed).optimum);
    expect(places[0]).not.toEqual(places[1]);
  });

  it("bends the axes without a fold: what was farther right stays farther right, and the ends stay", () => {
    const ramp = { ...branin, evaluate: ({ x1 }: { x1?: unknown }) => ({ values: [x1 as number], outcomes: [] }) };
    const { evaluate } = shifted(ramp as typeof branin, 5);
    const along = Array.from({ length: 101 }, (_, i) => evaluate({ x1: -5 + (15 * i) / 100, x2: 0 }).values[0]!);
    expect(along.slice(1).every((value, i) => value > along[i]!)).toBe(true);
    expect(along[0]).toBe(-5);
    expect(along.at(-1)).toBeCloseTo(10, 12);
  });

  it("leaves integers and categories where they are", () => {
    const moved = shifted(network, 4).optimum;
    if (moved.kind !== "value") throw new Error("expected a value");
    const [there] = moved.places;
    expect(there).toMatchObject({ optimizer: "adam", activation: "relu", layers: 3, width: 128, batch: 32 });
    expect(numberAt(there!, "rate")).not.toBe(1e-3);
  });

  it("refuses a front", () => {
    expect(() => shifted(zdt1, 1)).toThrow("zdt1");
  });
});

it("the benchmarks' random streams differ from each other and from those of the strategies", () => {
  const streams = Object.values(Stream);
  expect(new Set(streams).size).toBe(streams.length);
  expect(Math.min(...streams)).toBeGreaterThan(Math.max(...Object.values(Purpose)));
});
