import { describe, expect, it } from "vitest";
import { OPTIMIZERS, type OptimizerSettings, type Step } from "../../examples/digits/optimizer.ts";

/** Two steps with the gradients 1 and 3 from the parameter 2. */
function twoSteps(make: (settings: OptimizerSettings, size: number) => Step, settings: OptimizerSettings): number {
  const learningRate = 0.1;
  const parameters = Float64Array.of(2);
  const step = make(settings, 1);
  step(parameters, Float64Array.of(1), learningRate);
  step(parameters, Float64Array.of(3), learningRate);
  return parameters[0]!;
}

describe("sgd", () => {
  it("walks down the gradient", () => {
    expect(twoSteps(OPTIMIZERS.sgd, { momentum: 0, weightDecay: 0 })).toBeCloseTo(2 - 0.1 - 0.3, 12);
  });

  it("keeps its momentum", () => {
    expect(twoSteps(OPTIMIZERS.sgd, { momentum: 0.5, weightDecay: 0 })).toBeCloseTo(2 - 0.1 - 0.35, 12);
  });

  it("decays the weights beside the gradient", () => {
    const first = 2 - 0.1 * (1 + 0.2 * 2);
    expect(twoSteps(OPTIMIZERS.sgd, { momentum: 0, weightDecay: 0.2 })).toBeCloseTo(
      first - 0.1 * (3 + 0.2 * first),
      12,
    );
  });
});

describe("adam", () => {
  // By hand from Algorithm 1: m̂₁/√ŝ₁ = 1; m₂ = 0.39, ŝ₂ = 0.009999 / 0.001999.
  const second = 0.39 / 0.19 / Math.sqrt(0.009999 / 0.001999);

  it("normalizes each step", () => {
    expect(twoSteps(OPTIMIZERS.adam, { momentum: 0, weightDecay: 0 })).toBeCloseTo(2 - 0.1 - 0.1 * second, 8);
  });

  it("decays the weights beside the normalized step, and reads no momentum", () => {
    const first = 2 - 0.1 * (1 + 0.2 * 2);
    expect(twoSteps(OPTIMIZERS.adam, { momentum: 0.9, weightDecay: 0.2 })).toBeCloseTo(
      first - 0.1 * (second + 0.2 * first),
      8,
    );
  });
});
