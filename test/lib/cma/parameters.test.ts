import { describe, expect, test } from "vitest";
import { cmaParameters, defaultSize } from "../../../lib/cma/parameters.ts";

/** From pycma 4.5.0 (`RecombinationWeights`, `CMAParameters`), which shares all of these with the tutorial but for c_σ. */
const PYCMA = [
  {
    d: 2,
    size: 6,
    effective: 2.0286114646100617,
    c1: 0.1548153998964136,
    cmu: 0.08559277942666424,
    cc: 0.6245545390268264,
    w1: 0.6370425712412168,
    negative: -2.207323654840602,
  },
  {
    d: 10,
    size: 10,
    effective: 3.1672992814107017,
    c1: 0.015283824524751714,
    cmu: 0.02355177665041747,
    cc: 0.29499038303562225,
    w1: 0.45627264690340597,
    negative: -1.648945714440647,
  },
  {
    d: 30,
    size: 14,
    effective: 4.287135066190704,
    c1: 0.002032567555409164,
    cmu: 0.005388360851908172,
    cc: 0.1208343808271565,
    w1: 0.36114811172448114,
    negative: -1.3772144463356373,
  },
] as const;

describe("the constants of CMA-ES", () => {
  test.each(PYCMA)("are pycma's for d = $d", ({ d, size, effective, c1, cmu, cc, w1, negative }) => {
    expect(defaultSize(d)).toBe(size);
    const parameters = cmaParameters(d, size, false);
    const near = (value: number, reference: number): void =>
      expect(Math.abs(value / reference - 1)).toBeLessThan(1e-13);
    near(parameters.effective, effective);
    near(parameters.rankOneRate, c1);
    near(parameters.rankMuRate, cmu);
    near(parameters.pathRate, cc);
    near(parameters.weights[0]!, w1);
    near(
      parameters.weights.filter((w) => w < 0).reduce((a, b) => a + b),
      negative,
    );
    near(parameters.stepPathRate, (effective + 2) / (d + effective + 5));
  });

  test.each([
    [1, 2],
    [1, 4],
    [3, 200],
    [1000, 24],
  ])("never take more from a covariance than there is: d = %i, λ = %i", (d, size) => {
    for (const separable of [false, true]) {
      const { weights, rankOneRate, rankMuRate } = cmaParameters(d, size, separable);
      expect(rankOneRate + rankMuRate).toBeLessThanOrEqual(1);
      const negative = weights.filter((w) => w < 0).reduce((a, b) => a - b, 0);
      // In the worst case all negative weight lies on one direction, scaled to length √d.
      expect(1 - rankOneRate - rankMuRate - rankMuRate * d * negative).toBeGreaterThanOrEqual(-1e-12);
      expect(weights.filter((w) => w > 0).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
  });
});
