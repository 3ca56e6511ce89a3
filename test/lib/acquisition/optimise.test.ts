import { describe, expect, it } from "vitest";
import type { Acquisition } from "../../../lib/acquisition/acquisition.ts";
import { columnsOf } from "../../../lib/acquisition/columns.ts";
import { candidateAt, type Domain } from "../../../lib/acquisition/domain.ts";
import { climb } from "../../../lib/acquisition/local-search.ts";
import { optimiseAcquisition } from "../../../lib/acquisition/optimise.ts";
import { type Box, trustBox, trustRadius } from "../../../lib/acquisition/trust-region.ts";
import { randomStream } from "../../../lib/random/philox.ts";
import { type CompiledSpace, compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter, ParameterValues } from "../../../lib/space/parameter.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";

const x: Parameter = { name: "x", type: "float", min: 0, max: 1, scale: "linear" };
const y: Parameter = { name: "y", type: "float", min: 0, max: 1, scale: "linear" };
const kind: Parameter = { name: "kind", type: "categorical", values: ["a", "b", "c"] };
const extra: Parameter = { name: "extra", type: "float", min: 0, max: 1, scale: "linear", when: { kind: ["c"] } };
const size: Parameter = { name: "size", type: "int", min: 1, max: 1000, scale: "log" };
const steps: Parameter = { name: "steps", type: "int", min: 1, max: 8, scale: "linear" };

/** −|z − target|², plus `bonus` of the configuration; columns that the target leaves out do not count. */
function hill(
  space: CompiledSpace,
  target: readonly (number | null)[],
  bonus: (values: ParameterValues) => number = () => 0,
): Acquisition {
  const value = (z: Float64Array): number =>
    bonus(space.decode(z)) - target.reduce<number>((sum, t, k) => sum + (t === null ? 0 : (z[k]! - t) ** 2), 0);
  return {
    value,
    valueAndGradient(z, gradient) {
      for (let k = 0; k < gradient.length; k++) gradient[k] = target[k] == null ? 0 : -2 * (z[k]! - target[k]!);
      return value(z);
    },
  };
}

function domainOf(
  parameters: Parameter[],
  constraints: string[],
  target: (number | null)[],
  bonus?: (values: ParameterValues) => number,
): Domain {
  const space = compileSpace({ parameters, constraints });
  return {
    space,
    columns: columnsOf(space),
    coordinates: modelCoordinates(space),
    acquisition: hill(space, target, bonus),
    scales: new Float64Array(parameters.length).fill(0.5),
  };
}

function cube(d: number): Box {
  return { lower: new Float64Array(d), upper: new Float64Array(d).fill(1) };
}

function best(domain: Domain, boxes: readonly Box[] = [cube(domain.columns.length)]): ParameterValues {
  const [first] = optimiseAcquisition(domain, { boxes, incumbents: [], trial: 3 }, 1);
  return domain.space.decode(first!.point);
}

describe("optimiseAcquisition", () => {
  it("follows gradients to the top", () => {
    const found = best(domainOf([x, y], [], [0.3, 0.81]));
    expect(found["x"]).toBeCloseTo(0.3, 5);
    expect(found["y"]).toBeCloseTo(0.81, 5);
  });

  it("finds the one good configuration of a mixed space", () => {
    const domain = domainOf(
      [x, kind, steps, size],
      [],
      [0.3, null, null, null],
      (values) =>
        (values["kind"] === "b" ? 1 : 0) -
        0.1 * Math.abs((values["steps"] as number) - 6) -
        0.01 * Math.abs((values["size"] as number) - 437),
    );
    expect(best(domain)).toEqual({ x: expect.closeTo(0.3, 4), kind: "b", steps: 6, size: 437 });
  });

  it("searches a branch that few points of the space belong to", () => {
    const domain = domainOf([x, kind, extra], [], [0.2, null, 0.9], ({ kind: k }) => (k === "c" ? 0.5 : 0.4));
    expect(best(domain)).toEqual({ x: expect.closeTo(0.2, 4), kind: "c", extra: expect.closeTo(0.9, 4) });
  });

  it("walks up to a parameter constraint, not over it", () => {
    const found = best(domainOf([x, y], ["x + y <= 1"], [0.9, 0.6]));
    const sum = (found["x"] as number) + (found["y"] as number);
    expect(sum).toBeLessThanOrEqual(1);
    expect(sum).toBeGreaterThan(0.99);
  });

  it("stays within the boxes", () => {
    const box = { lower: Float64Array.of(0.5, 0), upper: Float64Array.of(0.7, 0.2) };
    expect(best(domainOf([x, y], [], [0.3, 0.81]), [box])).toEqual({
      x: expect.closeTo(0.5, 6),
      y: expect.closeTo(0.2, 6),
    });
  });

  it("has nothing to offer when constraints rule everything out", () => {
    const domain = domainOf([x, y], ["x > 2"], [0.5, 0.5]);
    expect(optimiseAcquisition(domain, { boxes: [cube(2)], incumbents: [], trial: 1 }, 1)).toEqual([]);
  });

  it("returns its candidates best first", () => {
    const domain = domainOf([x, kind, steps], [], [0.3, null, 0.5]);
    const scores = optimiseAcquisition(domain, { boxes: [cube(3)], incumbents: [], trial: 1 }, 1).map((c) => c.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores.length).toBeGreaterThan(500);
  });
});

it("climbing never loses, and tries a sample of very many categories", () => {
  const many: Parameter = { name: "many", type: "categorical", values: Array.from({ length: 200 }, (_, i) => i) };
  const domain = domainOf([many], [], [null], ({ many: m }) => m as number);
  const start = candidateAt(domain, Float64Array.of(0.1), cube(1))!;
  const end = climb(domain, start, randomStream(1, 0));
  expect(end.score).toBeGreaterThan(start.score);
});

describe("the trust region", () => {
  it("starts at a fifth of the cube and is given up after five points a parameter", () => {
    expect(trustRadius(0, 4)).toBe(0.2);
    expect(trustRadius(24, 4)).toBeLessThanOrEqual(0.5);
    expect(trustRadius(26, 4)).toBe(Number.POSITIVE_INFINITY);
  });

  it("limits numeric columns with many levels where they are active", () => {
    const space = compileSpace({ parameters: [x, kind, steps, extra], constraints: [] });
    const box = (values: ParameterValues): Box => trustBox(space, columnsOf(space), space.encode(values), 0.2);
    const plain = box({ x: 0.1, kind: "a", steps: 4 });
    expect([...plain.lower]).toEqual([0, 0, 0, 0]);
    expect([...plain.upper]).toEqual([expect.closeTo(0.3, 12), 1, 1, 1]);
    const rich = box({ x: 0.1, kind: "c", steps: 4, extra: 0.6 });
    expect([rich.lower[3], rich.upper[3]]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.8, 12)]);
  });
});
