import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resident } from "../../../lib/linalg/kernels.ts";
import { GaussianProcess } from "../../../lib/surrogate/gaussian-process.ts";
import { fromLogarithms } from "../../../lib/surrogate/hyperparameters.ts";
import { negativeLogMarginalLikelihood } from "../../../lib/surrogate/marginal-likelihood.ts";
import { selectRows } from "../../../lib/surrogate/training-set.ts";
import { centralDifference, example, thetas, trainingSets } from "./examples.ts";

const hyperparameters = { lengthScales: Float64Array.from([0.3, 0.6]), signalVariance: 1.7, noiseVariance: 1e-3 };

/** A training set, hyperparameters, a point anywhere and another. */
const situations = trainingSets.chain((data) => {
  const d = data.hamming.length;
  const point = fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: d, maxLength: d })
    .map((us) => Float64Array.from(us, (u, k) => (data.hamming[k] === 1 ? Math.floor(u / 251) / 4 : u / 1000)));
  return fc.record({ data: fc.constant(data), theta: thetas(d), x: point, other: point });
});

it("agrees with scikit-learn on the example of reference/make.py", () => {
  const model = GaussianProcess.condition(example, hyperparameters);
  const { mean, deviation } = model.predict(Float64Array.from([0.3, 0.3]));
  expect(mean).toBeCloseTo(0.538315668938527, 12);
  expect(deviation ** 2).toBeCloseTo(0.4345799564469792, 12);
});

it("predicts the same mean alone, with the deviation and with gradients", () => {
  const model = GaussianProcess.condition(example, hyperparameters);
  const x = Float64Array.from([0.7, 0.2]);
  expect(model.mean(x)).toBe(model.predict(x).mean);
  expect(model.predictWithGradient(x)).toMatchObject(model.predict(x));
});

it("has more evidence than white noise by the difference of their likelihoods", () => {
  fc.assert(
    fc.property(situations, ({ data, theta }) => {
      const { targets } = data;
      const gradient = new Float64Array(theta.length);
      const likelihood = -negativeLogMarginalLikelihood(data)(theta, gradient);
      const whiteNoise = -0.5 * targets.reduce((sum, y) => sum + y * y + Math.log(2 * Math.PI), 0);
      const evidence = GaussianProcess.condition(data, fromLogarithms(theta)).logEvidence(targets);
      expect(evidence).toBeCloseTo(likelihood - whiteNoise, 6);
    }),
  );
});

it("passes through the targets, and is certain there, without noise", () => {
  const model = GaussianProcess.condition(example, { ...hyperparameters, noiseVariance: 1e-12 });
  for (let i = 0; i < example.n; i++) {
    const { mean, deviation } = model.predict(example.points.subarray(2 * i, 2 * i + 2));
    expect(mean).toBeCloseTo(example.targets[i]!, 9);
    expect(deviation).toBeLessThan(1e-5);
    expect(deviation).toBeGreaterThan(0);
  }
});

it("has the gradients that central differences have", () => {
  fc.assert(
    fc.property(situations, ({ data, theta, x }) => {
      const model = GaussianProcess.condition(data, fromLogarithms(theta));
      const { meanGradient, deviationGradient } = model.predictWithGradient(x);
      for (let k = 0; k < x.length; k++) {
        if (data.hamming[k] === 1) {
          expect([meanGradient[k], deviationGradient[k]]).toEqual([0, 0].map((zero) => expect.closeTo(zero, 15)));
          continue;
        }
        const mean = centralDifference((at) => model.mean(at), x, k, 1e-5);
        const deviation = centralDifference((at) => model.predict(at).deviation, x, k, 1e-5);
        expect(Math.abs(meanGradient[k]! - mean)).toBeLessThan(1e-5 * Math.max(1, Math.abs(mean)));
        expect(Math.abs(deviationGradient[k]! - deviation)).toBeLessThan(1e-4 * Math.max(1, Math.abs(deviation)));
      }
    }),
    { numRuns: 60 },
  );
});

it("does not depend on the order of the trials", () => {
  fc.assert(
    fc.property(situations, ({ data, theta, x }) => {
      const reversed = selectRows(
        data,
        Array.from({ length: data.n }, (_, i) => data.n - 1 - i),
      );
      const [a, b] = [data, reversed].map((rows) => GaussianProcess.condition(rows, fromLogarithms(theta)).predict(x));
      expect(a!.mean).toBeCloseTo(b!.mean, 8);
      expect(a!.deviation).toBeCloseTo(b!.deviation, 8);
    }),
    { numRuns: 60 },
  );
});

describe("a believed point", () => {
  it("leaves the mean where it was and never adds to the deviation", () => {
    fc.assert(
      fc.property(situations, ({ data, theta, x, other }) => {
        const model = GaussianProcess.condition(data, fromLogarithms(theta));
        const before = model.predict(x);
        const after = model.believe(other).predict(x);
        expect(after.mean).toBe(before.mean);
        expect(after.deviation).toBeLessThanOrEqual(before.deviation + 1e-12);
      }),
    );
  });

  it("counts as a measurement of the mean", () => {
    const at = Float64Array.from([0.3, 0.3]);
    const x = Float64Array.from([0.35, 0.4]);
    const model = GaussianProcess.condition(example, hyperparameters);
    const measured = GaussianProcess.condition(
      {
        n: 6,
        points: Float64Array.from([...example.points, ...at]),
        hamming: example.hamming,
        targets: Float64Array.from([...example.targets, model.mean(at)]),
        noiseShare: new Float64Array(6).fill(1),
      },
      hyperparameters,
    ).predict(x);
    const believed = model.believe(at).predict(x);
    expect(believed.mean).toBeCloseTo(measured.mean, 9);
    expect(believed.deviation).toBeCloseTo(measured.deviation, 9);
  });

  it("may lie on a measured one of a model without noise", () => {
    const model = GaussianProcess.condition(example, { ...hyperparameters, noiseVariance: 1e-12 });
    const twice = model.believe(example.points.subarray(0, 2)).believe(example.points.subarray(0, 2));
    expect(twice.predict(Float64Array.from([0.3, 0.3])).deviation).toBeGreaterThan(0);
  });
});

it("conditions on identical points without noise, by jitter", () => {
  const data = selectRows(example, [0, 0, 1, 2]);
  const model = GaussianProcess.condition(data, { ...hyperparameters, noiseVariance: 0 });
  expect(model.mean(example.points.subarray(0, 2))).toBeCloseTo(example.targets[0]!, 3);
});

it("predicts the same bytes after its place in the kernels' memory was taken", () => {
  const model = GaussianProcess.condition(example, hyperparameters);
  const x = Float64Array.from([0.7, 0.2]);
  const before = model.predictWithGradient(x);
  for (let i = 0; i < 10; i++) resident({}, 1e6, (room) => room.fill(Number.NaN));
  expect(model.predictWithGradient(x)).toEqual(before);
});
