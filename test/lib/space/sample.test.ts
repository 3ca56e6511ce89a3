import { describe, expect, it } from "vitest";
import { randomStream } from "../../../lib/random/philox.ts";
import { Purpose } from "../../../lib/random/purpose.ts";
import { type CompiledSpace, compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { feasiblePoints } from "../../../lib/space/sample.ts";
import { spaceOf } from "./arbitraries.ts";

function floats(count: number): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "float", min: 0, max: 1, scale: "linear" }));
}

function ints(count: number, max: number): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "int", min: 0, max, scale: "linear" }));
}

/** Draws that reuse their buffer, as a caller may. */
function uniform(space: CompiledSpace): (index: number) => Float64Array {
  const stream = randomStream(7, Purpose.random);
  const point = new Float64Array(space.dimensions.length);
  return () => point.map((_, k) => (point[k] = stream.uniform())) && point;
}

function sample(parameters: readonly Parameter[], constraints: readonly string[], count: number) {
  const space = compileSpace(spaceOf(parameters, constraints));
  return feasiblePoints(space, uniform(space), count).map(space.decode);
}

describe("feasiblePoints", () => {
  it("takes the draws that satisfy, in order", () => {
    const space = compileSpace(spaceOf(floats(1), ["x0 < 0.5"]));
    const points = feasiblePoints(space, (index) => Float64Array.of(index / 10), 4);
    expect(points.map(([u]) => u)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(feasiblePoints(space, () => Float64Array.of(0.9), 0)).toEqual([]);
  });

  it.each([
    ["by rejection", floats(2), ["x0 + x1 <= 1"]],
    ["by walking, where a thousandth is feasible", floats(3), ["x0 < 0.1 and x1 < 0.1 and x2 < 0.1"]],
    [
      "by repair, where one in 3.6 million is feasible",
      floats(10),
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => `x${i} < x${i + 1}`),
    ],
    ["by enumeration, where one configuration in 28,561 is feasible", ints(4, 12), ["x0 + x1 + x2 + x3 == 48"]],
    ["by repair in a finite space too large to list", ints(8, 99), ["x0 + x1 == 100", "x2 + x3 == 100", "x4 == x5"]],
  ])("finds points %s", (_, parameters, constraints) => {
    const space = compileSpace(spaceOf(parameters, constraints));
    const points = sample(parameters, constraints, 50);
    expect(points).toHaveLength(50);
    expect(points.every(space.satisfies)).toBe(true);
    expect(sample(parameters, constraints, 50)).toEqual(points);
  });

  it("stays uniform where it walks", () => {
    const points = sample(floats(2), ["x0 < 0.01 and x1 < 0.01"], 2000);
    const mean = points.reduce((sum, { x0 }) => sum + (x0 as number), 0) / points.length;
    // The walk's points depend on each other: ten standard errors of independent ones.
    expect(Math.abs(mean - 0.005)).toBeLessThan((10 * 0.01) / Math.sqrt(12 * 2000));
  });

  it("proves a small finite space empty, and gives up a large one", () => {
    expect(() => sample(ints(3, 9), ["x0 + x1 + x2 > 27"], 1)).toThrow(
      expect.objectContaining({
        code: "SPACE_EMPTY",
        message: expect.stringContaining("among all 1000 configurations"),
      }),
    );
    expect(() => sample(floats(2), ["x0 + x1 == 1"], 1)).toThrow(
      expect.objectContaining({ code: "SPACE_EMPTY", message: expect.stringContaining("in 200000 tries") }),
    );
  });
});
