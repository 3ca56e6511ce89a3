import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logExpectedImprovement } from "../../../lib/acquisition/log-ei.ts";
import { pureExploration } from "../../../lib/acquisition/pure-exploration.ts";
import { upperConfidenceBound } from "../../../lib/acquisition/ucb.ts";
import { GaussianProcess } from "../../../lib/surrogate/gaussian-process.ts";
import { centralDifference, example } from "../surrogate/examples.ts";

const model = GaussianProcess.condition(example, {
  lengthScales: Float64Array.from([0.3, 0.6]),
  signalVariance: 1.7,
  noiseVariance: 1e-3,
});
const points = fc
  .array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 2 })
  .map((us) => Float64Array.from(us, (u) => u / 1000));

it.each([
  ["log EI, little to gain", logExpectedImprovement(model, 2.5)],
  ["log EI, nothing to gain", logExpectedImprovement(model, 60)],
  ["UCB", upperConfidenceBound(model)],
  ["pure exploration, everywhere", pureExploration(model, -10)],
  ["pure exploration, mostly out of bounds", pureExploration(model, 3)],
])("%s has the gradient of central differences, and one value", (_, acquisition) => {
  fc.assert(
    fc.property(points, (x) => {
      const gradient = new Float64Array(2);
      const value = acquisition.valueAndGradient(x, gradient);
      expect(acquisition.value(x)).toBe(value);
      for (let k = 0; k < 2; k++) {
        const expected = centralDifference((at) => acquisition.value(at), x, k, 1e-6);
        expect(Math.abs(gradient[k]! - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
      }
    }),
  );
});

describe("log EI", () => {
  it("is the logarithm of the expected improvement", () => {
    const x = Float64Array.of(0.6, 0.3);
    const { mean, deviation } = model.predict(x);
    const best = 1.1;
    // Simpson's rule for ∫ max(0, f − best) N(f; μ, σ²) df.
    const steps = 20_000;
    const width = (8 * deviation) / steps;
    let integral = 0;
    for (let i = 0; i <= steps; i++) {
      const z = -4 + (8 * i) / steps;
      const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
      const density = Math.exp(-0.5 * z * z) / (deviation * Math.sqrt(2 * Math.PI));
      integral += (weight * width * Math.max(0, mean + z * deviation - best) * density) / 3;
    }
    expect(logExpectedImprovement(model, best).value(x)).toBeCloseTo(Math.log(integral), 3);
  });
});

it("pure exploration is the deviation where the optimum may be, and falls off elsewhere", () => {
  const x = Float64Array.of(0.1, 0.9);
  const { deviation, mean } = model.predict(x);
  expect(pureExploration(model, -10).value(x)).toBe(deviation);
  expect(pureExploration(model, mean + 0.5 * deviation + 1).value(x)).toBeCloseTo(deviation - 10, 12);
});
