import { describe, expect, it } from "vitest";
import { randomStream } from "../../../lib/random/philox.ts";
import { fitGaussianProcess } from "../../../lib/surrogate/fit.ts";
import { standardise } from "../../../lib/surrogate/half-rank-warp.ts";
import { addPrior, flatPrior } from "../../../lib/surrogate/prior.ts";
import { representatives } from "../../../lib/surrogate/representatives.ts";
import type { TrainingSet } from "../../../lib/surrogate/training-set.ts";
import { centralDifference } from "./examples.ts";

/** n uniform points in d columns with the values of `f`, standardised. */
function sample(n: number, d: number, f: (x: Float64Array, noise: number) => number): TrainingSet {
  const stream = randomStream(11, 0);
  const points = Float64Array.from({ length: n * d }, () => stream.uniform());
  const values = Float64Array.from({ length: n }, (_, i) => f(points.subarray(i * d, (i + 1) * d), stream.normal()));
  return {
    n,
    points,
    hamming: new Uint8Array(d),
    targets: standardise(values),
    noiseShare: new Float64Array(n).fill(1),
  };
}

describe("fitGaussianProcess", () => {
  it("finds which column matters, and that there is no noise", () => {
    const { hyperparameters } = fitGaussianProcess(
      sample(40, 3, (x) => Math.sin(6 * x[0]!)),
      1,
    );
    const [relevant, ...others] = hyperparameters.lengthScales;
    for (const other of others) expect(other).toBeGreaterThan(5 * relevant!);
    expect(hyperparameters.noiseVariance).toBeLessThan(1e-4);
  });

  it("finds the noise", () => {
    const { hyperparameters } = fitGaussianProcess(
      sample(80, 2, (x, noise) => Math.sin(6 * x[0]!) + 0.35 * noise), // a fifth of the variance or so
      1,
    );
    expect(hyperparameters.noiseVariance).toBeGreaterThan(0.08);
    expect(hyperparameters.noiseVariance).toBeLessThan(0.4);
  });

  it("takes outputs that do not differ", () => {
    const model = fitGaussianProcess(
      sample(6, 2, () => 4),
      1,
    );
    expect(model.mean(Float64Array.of(0.5, 0.5))).toBe(0);
  });
});

it("the prior has the gradient of central differences, and is least at its centre", () => {
  const prior = flatPrior(3);
  const at = (theta: Float64Array): number => addPrior(prior, theta, new Float64Array(5));
  const theta = Float64Array.of(-1, 0.5, 2, 1, -6);
  const gradient = new Float64Array(5);
  addPrior(prior, theta, gradient);
  for (let k = 0; k < 5; k++) expect(gradient[k]).toBeCloseTo(centralDifference(at, theta, k, 1e-5), 8);
  expect(at(Float64Array.from(prior, ({ centre }) => centre))).toBe(0);
});

it("the prior expects longer scales where there are more parameters", () => {
  expect(flatPrior(16)[0]!.centre).toBeGreaterThan(flatPrior(4)[0]!.centre);
  expect(flatPrior(2)[0]!.centre).toBe(flatPrior(4)[0]!.centre);
});

describe("representatives", () => {
  const data = sample(50, 2, (x) => x[0]!);

  it("are all, where all may stay", () => {
    expect(representatives(data, 50)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it("contain the best and the latest, each once, in order", () => {
    const chosen = representatives(data, 20);
    expect(chosen).toHaveLength(20);
    expect([...new Set(chosen)].sort((a, b) => a - b)).toEqual(chosen);
    const best = Array.from({ length: 50 }, (_, i) => i).sort((a, b) => data.targets[b]! - data.targets[a]!);
    for (const row of [...best.slice(0, 6), 46, 47, 48, 49]) expect(chosen).toContain(row);
  });

  it("contain a point that lies apart", () => {
    const lonely = {
      ...data,
      points: data.points.map((u, at) => (at < 2 ? 9 : u)),
      targets: data.targets.map((y, i) => (i === 0 ? -9 : y)),
    };
    expect(representatives(lonely, 20)).toContain(0);
  });
});
