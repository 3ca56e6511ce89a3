import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearOutputs, marginOutputs } from "../../../lib/surrogate/linear-outputs.ts";

const moments = (values: Float64Array): [number, number] => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
};

describe("linear outputs", () => {
  it("keep distances, but for catastrophes, which come to Tukey's fence", () => {
    const [a, b, c, d, outlier] = linearOutputs([1, 2, 3, 4, -1e6]).targets;
    expect(c! - b!).toBeCloseTo(b! - a!, 12);
    expect(d! - c!).toBeCloseTo(b! - a!, 12);
    expect((a! - outlier!) / (b! - a!)).toBeCloseTo(3, 12); // quartiles 1 and 3: the fence is at −2
  });

  it("put trials without a value below all others", () => {
    const [worst, , failed] = linearOutputs([1, 5, null]).targets;
    expect(failed).toBeLessThan(worst!);
  });

  it("have mean 0 and deviation 1, or are all 0, whatever their magnitude", () => {
    const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(1e300, -1e300, 1e-300, 1.7e308));
    fc.assert(
      fc.property(fc.array(fc.option(value), { minLength: 1 }), (values) => {
        const [mean, deviation] = moments(linearOutputs(values).targets);
        expect(Math.abs(mean)).toBeLessThan(1e-9);
        expect(Math.abs(deviation * (deviation - 1))).toBeLessThan(1e-9);
      }),
    );
  });
});

describe("their unit", () => {
  it("is what a difference of 1 between targets means, outside of catastrophes", () => {
    const value = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(
        fc.array(fc.option(value), { minLength: 1 }),
        fc.integer({ min: -300, max: 300 }),
        (values, power) => {
          const { targets, unit } = linearOutputs(values.map((v) => (v === null ? null : v * 10 ** power)));
          const good = values
            .flatMap((v, i) => (v === null ? [] : [{ v, target: targets[i]! }]))
            .sort((a, b) => b.v - a.v);
          const upper = good.slice(0, Math.ceil(good.length / 2)); // never beyond the fence
          for (const { v, target } of upper) {
            expect((unit / 10 ** power) * (upper[0]!.target - target)).toBeCloseTo(upper[0]!.v - v, 6);
          }
        },
      ),
    );
  });

  it.each([[[]], [[null]], [[3, 3, null]]])("is 0 for %j", (values) => {
    expect(linearOutputs(values).unit).toBe(0);
  });
});

describe("margins", () => {
  it("keep their side of the threshold", () => {
    const margin = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(-1e300, 1e300, -1e7, 1e7, 1e-9));
    fc.assert(
      fc.property(fc.array(margin, { minLength: 1, maxLength: 20 }), (values) => {
        const { targets, threshold } = marginOutputs(Float64Array.from(values));
        targets.forEach((target, i) => {
          const above = target - threshold;
          if (Math.abs(above) > 1e-9) expect(above > 0).toBe(values[i]! >= 0);
        });
        expect(Number.isFinite(threshold)).toBe(true);
      }),
      { examples: [[[1e-9, -1e300, 1e-9]]] }, // whose ratio is no double
    );
  });

  it("are not flattened by an outlier", () => {
    const { targets, threshold } = marginOutputs(Float64Array.from([-2, -1, 1, 2, 3, 1e9]));
    expect(targets[4]! - targets[0]!).toBeGreaterThan(1);
    expect(targets[1]!).toBeLessThan(threshold);
    expect(targets[2]!).toBeGreaterThan(threshold);
  });

  it("that do not differ say which side they are on", () => {
    expect(marginOutputs(Float64Array.of(3, 3))).toEqual({ targets: Float64Array.of(0, 0), threshold: -1 });
    expect(marginOutputs(Float64Array.of(-3, -3))).toEqual({ targets: Float64Array.of(0, 0), threshold: 1 });
    expect(marginOutputs(Float64Array.of(0))).toEqual({ targets: Float64Array.of(0), threshold: -1 });
  });
});
