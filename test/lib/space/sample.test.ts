import { describe, expect, it } from "vitest";
import { randomStream } from "../../../lib/random/philox.ts";
import { Purpose } from "../../../lib/random/purpose.ts";
import { type CompiledSpace, compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { feasibleConfigurations } from "../../../lib/space/sample.ts";
import { spaceOf } from "./arbitraries.ts";

function floats(count: number): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "float", min: 0, max: 1, scale: "linear" }));
}

function ints(count: number, max: number): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "int", min: 0, max, scale: "linear" }));
}

function stepped(count: number, step: number): Parameter[] {
  return floats(count).map((parameter) => ({ ...parameter, step }) as Parameter);
}

function sum(count: number): string {
  return Array.from({ length: count }, (_, i) => `x${i}`).join(" + ");
}

function every(operator: string, bound: number): string {
  return `(${Array.from({ length: 8 }, (_, i) => `x${i} ${operator} ${bound}`).join(" and ")})`;
}

/** Draws that reuse their buffer, as a caller may. */
function uniform(space: CompiledSpace): (index: number) => Float64Array {
  const stream = randomStream(7, Purpose.random);
  const point = new Float64Array(space.dimensions.length);
  return () => point.map((_, k) => (point[k] = stream.uniform())) && point;
}

function sample(parameters: readonly Parameter[], constraints: readonly string[], count: number) {
  const space = compileSpace(spaceOf(parameters, constraints));
  return feasibleConfigurations(space, uniform(space), count);
}

describe("feasibleConfigurations", () => {
  it("takes the draws that satisfy, in order", () => {
    const space = compileSpace(spaceOf(floats(1), ["x0 < 0.5"]));
    const configurations = feasibleConfigurations(space, (index) => Float64Array.of(index / 10), 4);
    expect(configurations.map(({ x0 }) => x0)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(feasibleConfigurations(space, () => Float64Array.of(0.9), 0)).toEqual([]);
  });

  it.each([
    ["by rejection", floats(2), ["x0 + x1 <= 1"]],
    ["by walking, where a thousandth is feasible", floats(3), ["x0 < 0.1 and x1 < 0.1 and x2 < 0.1"]],
    ["in order, one in 3.6 million", floats(10), [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => `x${i} < x${i + 1}`)],
    ["by enumeration, where one configuration in 28,561 is feasible", ints(4, 12), ["x0 + x1 + x2 + x3 == 48"]],
    ["of equations of ints", ints(8, 99), ["x0 + x1 == 100", "x2 + x3 == 100", "x4 == x5"]],
    ["under a sum of ten, one in 3.6 million", floats(10), [`${sum(10)} <= 1`]],
    ["of a sum of ten that is 1, in steps", stepped(10, 0.01), [`abs(${sum(10)} - 1) < 1e-9`]],
    ["of a sum of ten ints that is 1", ints(10, 100), [`${sum(10)} == 1`]],
    ["of a sum of ten floats that is 1", floats(10), [`${sum(10)} == 1`]],
    ["in a slab of ten dimensions, one in 500", floats(10), ["abs(x0 - x1) < 0.001"]],
    [
      "where nine slabs cross, one in 10²⁴",
      floats(10),
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => `abs(x${i} - x${i + 1}) < 0.001`),
    ],
    ["between ratios", floats(4), ["x0 / x1 >= 999 and x0 / x1 <= 1000", "x2 * x3 > 0.999"]],
    ["of powers and logarithms", floats(3), ["abs(x0 ^ 2 + x1 ^ 2 - 1) < 1e-6", "exp(x2) > 2.7182", "log(x0) > -1e-4"]],
    ["of multiples", ints(3, 100_000), ["x0 == 1000 * x1", "x1 == 7 * floor(x2 / 5000)", "max(x0, x2) < 60000"]],
    ["in either of two corners", floats(8), [`${every("<", 0.001)} or ${every(">", 0.999)}`]],
    ["by repair, of remainders", ints(6, 999), [0, 1, 2, 3, 4, 5].map((i) => `x${i} % 97 == 11`)],
  ])("finds points %s", (_, parameters, constraints) => {
    const space = compileSpace(spaceOf(parameters, constraints));
    const points = sample(parameters, constraints, 30);
    expect(points).toHaveLength(30);
    expect(points.every(space.satisfies) && points.every(space.contains)).toBe(true);
    expect(sample(parameters, constraints, 30)).toEqual(points);
  });

  it("finds points of conditional parameters, whose constraints may not apply", () => {
    const [a, b, c] = floats(3);
    const kind: Parameter = { name: "kind", type: "categorical", values: ["none", "one", "two"] };
    const parameters = [kind, { ...a!, when: { kind: ["one", "two"] } }, { ...b!, when: { kind: ["two"] } }, c!];
    const constraints = ['kind != "none"', "abs(x0 - x2) < 1e-6", "x1 + x0 > 1.999999"];
    const points = sample(parameters, constraints, 40);
    const space = compileSpace(spaceOf(parameters, constraints));
    expect(points.every(space.satisfies) && points.every(space.contains)).toBe(true);
    expect(new Set(points.map((values) => values["kind"]))).toEqual(new Set(["one", "two"]));
  });

  it.each([
    // Of the simplex of dimension ten a coordinate's mean is 1/11, its deviation 0.083.
    ["below a sum", floats(10), [`${sum(10)} <= 1`], 1 / 11, 0.083],
    ["in crossing slabs", floats(3), ["abs(x0 - x1) < 1e-5", "abs(x1 - x2) < 1e-5"], 0.5, 0.289],
  ])("spreads what it chooses, %s", (_, parameters, constraints, mean, deviation) => {
    const points = sample(parameters, constraints, 200);
    for (const { name } of parameters) {
      const average = points.reduce((total, values) => total + (values[name] as number), 0) / points.length;
      // Four standard errors, and a tenth of the mean for a chain that ends after two sweeps.
      expect(Math.abs(average - mean), name).toBeLessThan((4 * deviation) / Math.sqrt(200) + 0.1 * mean);
    }
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
    // An odd number is twice no number: true of every choice, and not to be seen in ranges.
    expect(() => sample(ints(3, 99_999), ["(x0 + x1 + x2) * 2 % 10 == 7"], 1)).toThrow(
      expect.objectContaining({
        code: "SPACE_EMPTY",
        message: expect.stringContaining("in 200000 tries, which is no proof"),
      }),
    );
  });

  it.each([
    ["x0 + x1 > 2.1"],
    ["x0 * x1 - 1 > 1e-9"],
    ["x0 > 0.5 and x1 > x0 and x1 < 0.5"],
    ["log(x0) > 1e-9"],
    ["not (x0 < 2)"],
    ["sqrt(x0 - 2) < 1"],
    ["2 < 1"],
  ])("proves that %s rules out everything, without a search", (constraint) => {
    expect(() => sample(floats(2), [constraint], 1)).toThrow(
      expect.objectContaining({ code: "SPACE_EMPTY", message: expect.stringContaining("rule out all of them") }),
    );
  });
});
