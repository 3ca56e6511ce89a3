import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisOf } from "../../../lib/space/axis.ts";
import { type OptimumPrior, optimumPrior } from "../../../lib/space/optimum-prior.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";

const rate: Parameter = { name: "rate", type: "float", min: 1e-5, max: 1, scale: "log", prior: [1e-3, 1e-2] };
const layers: Parameter = { name: "layers", type: "int", min: 1, max: 9, scale: "linear", prior: [3, 3] };
const kind: Parameter = { name: "kind", type: "categorical", values: ["a", "b", "c", 4], prior: { b: 3, 4: 0.5 } };

function of(parameter: Parameter): OptimumPrior {
  const prior = optimumPrior(parameter);
  if (prior === null) throw new Error("there is no prior");
  return prior;
}

it("is none without a word of it", () => {
  const { prior: _, ...plain } = rate as Extract<Parameter, { type: "float" }>;
  expect(optimumPrior(plain)).toBeNull();
});

describe("an interval", () => {
  it("is the central 80 % of a normal distribution in the parameter's scale", () => {
    const prior = of(rate);
    const value = (unit: number): number => axisOf(rate).fromUnit(unit) as number;
    expect(value(prior.mode)).toBeCloseTo(10 ** -2.5, 10);
    expect(value(prior.quantile(0.1))).toBeCloseTo(1e-3, 8);
    expect(value(prior.quantile(0.9))).toBeCloseTo(1e-2, 8);
    expect(prior.logDensity(prior.mode)).toBeCloseTo(0, 12);
    expect(prior.logDensity(0.4)).toBeCloseTo(-0.5 * 1.2815515655446004 ** 2, 12);
  });

  it("of a level is the step about it", () => {
    const prior = of(layers);
    expect([0.1, 0.3, 0.5, 0.7, 0.9].map((share) => axisOf(layers).fromUnit(prior.quantile(share - 0.001)))).toEqual([
      2, 3, 3, 3, 3,
    ]);
  });

  it("is cut off at the ends of the range", () => {
    const prior = of({ name: "x", type: "float", min: 0, max: 1, scale: "linear", prior: [0, 0.2] });
    expect(prior.mode).toBeCloseTo(0.1, 12);
    expect(prior.quantile(1e-9)).toBeGreaterThanOrEqual(0);
    expect(prior.quantile(1e-9)).toBeLessThan(1e-6);
    // a tenth of the whole distribution lies below the range, and the other nine make one now
    expect(prior.quantile(0.8 / 0.9)).toBeCloseTo(0.2, 6);
  });

  it("has the slope of its density, and quantiles in order within the range", () => {
    const ends = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    fc.assert(
      fc.property(ends, share, share, ([a, b], p, q) => {
        fc.pre(Math.abs(a - b) > 1e-3);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const prior = of({ name: "x", type: "float", min: 0, max: 1, scale: "linear", prior: [low, high] });
        const [below, above] = [prior.quantile(Math.min(p, q)), prior.quantile(Math.max(p, q))];
        expect(below).toBeGreaterThanOrEqual(0);
        expect(above).toBeLessThanOrEqual(1);
        expect(below).toBeLessThanOrEqual(above);
        const difference = (prior.logDensity(p + 1e-6) - prior.logDensity(p - 1e-6)) / 2e-6;
        expect(prior.slope(p) - difference).toBeLessThan(1e-3 * (1 + Math.abs(difference)));
        expect(prior.slope(p) - difference).toBeGreaterThan(-1e-3 * (1 + Math.abs(difference)));
      }),
    );
  });
});

describe("weights", () => {
  it("are relative, and 1 where nothing is said", () => {
    const prior = of(kind);
    expect([1, 3, 5, 7].map((eighths) => Math.exp(prior.logDensity(eighths / 8)))).toEqual([
      expect.closeTo(1 / 3, 12),
      1,
      expect.closeTo(1 / 3, 12),
      expect.closeTo(1 / 6, 12),
    ]);
    expect(prior.mode).toBe(3 / 8);
  });

  it("share out what is drawn", () => {
    const prior = of(kind);
    const drawn = Array.from({ length: 11 }, (_, i) => axisOf(kind).fromUnit(prior.quantile((i + 0.5) / 11)));
    expect(drawn).toEqual(["a", "a", "b", "b", "b", "b", "b", "b", "c", "c", 4]);
  });
});
