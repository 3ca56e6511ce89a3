import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Acquisition } from "../../../lib/acquisition/acquisition.ts";
import { logExpectedHypervolume } from "../../../lib/acquisition/expected-hypervolume.ts";
import { logFeasibility } from "../../../lib/acquisition/feasibility.ts";
import { logExpectedImprovement } from "../../../lib/acquisition/log-ei.ts";
import { scalarisedUpperBound } from "../../../lib/acquisition/scalarised-bound.ts";
import { shortfall } from "../../../lib/acquisition/shortfall.ts";
import { sumOf } from "../../../lib/acquisition/sum.ts";
import { normalCdf } from "../../../lib/math/normal.ts";
import { randomStream } from "../../../lib/random/philox.ts";
import { GaussianProcess } from "../../../lib/surrogate/gaussian-process.ts";
import { centralDifference, example } from "../surrogate/examples.ts";
import { hypervolume } from "./hypervolume.ts";

const model = (targets: readonly number[], scale: number): GaussianProcess =>
  GaussianProcess.condition(
    { ...example, targets: Float64Array.from(targets) },
    { lengthScales: Float64Array.of(scale, 0.6), signalVariance: 1.7, noiseVariance: 1e-3 },
  );
const models = [
  model([0.3, -1.2, 0.7, 1.1, -0.4], 0.3),
  model([-0.5, 1.4, 0.2, -1, 0.6], 0.4),
  model([0.9, 0.1, -0.3, -0.8, 0.2], 0.5),
];
const front = [
  [1.1, -1, -0.8],
  [0.7, 0.2, -0.3],
  [-0.4, 0.6, 0.2],
  [0.3, -0.5, 0.9],
];
const reference = [-2, -1.5, -1.7];
const constraints = [
  { model: models[1]!, threshold: 0.5, spread: 0 },
  { model: models[2]!, threshold: -6, spread: 0.1 },
];

const points = fc
  .array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 2 })
  .map((us) => Float64Array.from(us, (u) => u / 1000));

const acquisitions: [string, Acquisition][] = [1, 2, 3].flatMap((m): [string, Acquisition][] => {
  const cut = (vector: readonly number[]): number[] => vector.slice(0, m);
  const far = front.map((vector) => cut(vector).map((value) => value + 40));
  return [
    [`log EHVI of ${m}`, logExpectedHypervolume(models.slice(0, m), front.map(cut), cut(reference))],
    [`log EHVI of ${m}, nothing to gain`, logExpectedHypervolume(models.slice(0, m), far, cut(reference))],
    [`scalarised bound of ${m}`, scalarisedUpperBound(models.slice(0, m), cut(reference), [0.3, 1.2, 0.8])],
  ];
});

it.each<[string, Acquisition]>([
  ...acquisitions,
  ["log feasibility", logFeasibility(constraints)],
  ["log feasibility with curiosity", logFeasibility(constraints, 0.2)],
  ["no constraint", logFeasibility([])],
  ["what lacks of a level", shortfall(logFeasibility(constraints), -0.5)],
  ["a sum", sumOf([logExpectedImprovement(models[0]!, 1), logFeasibility(constraints)])],
])("%s has the gradient of central differences, and one value", (_, acquisition) => {
  fc.assert(
    fc.property(points, (x) => {
      const gradient = new Float64Array(2).fill(Number.NaN);
      const value = acquisition.valueAndGradient(x, gradient);
      expect(Math.abs(acquisition.value(x) - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
      for (let k = 0; k < 2; k++) {
        const [down, up] = [-1, 1].map((side) => {
          const beside = x.map((u, i) => (i === k ? u + side * 2e-6 : u));
          return (acquisition.value(beside) - value) / (side * 2e-6);
        });
        if (Math.abs(up! - down!) > 0.1 * Math.max(1, Math.abs(up!))) continue; // a kink: where another objective becomes the least
        const expected = centralDifference((at) => acquisition.value(at), x, k, 1e-6);
        expect(Math.abs(gradient[k]! - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
      }
    }),
  );
});

describe("log EHVI", () => {
  it("of one objective is log EI", () => {
    const x = Float64Array.of(0.6, 0.3);
    const ehvi = logExpectedHypervolume([models[0]!], [[1.1]], [-2]);
    expect(ehvi.value(x)).toBeCloseTo(logExpectedImprovement(models[0]!, 1.1).value(x), 12);
  });

  it.each([2, 3])("of %i objectives is the mean improvement of samples", (m) => {
    const x = Float64Array.of(0.6, 0.3);
    const cut = front.map((vector) => vector.slice(0, m));
    const from = reference.slice(0, m);
    const predictions = models.slice(0, m).map((one) => one.predict(x));
    const stream = randomStream(1, 99);
    const before = hypervolume(cut, from);
    const samples = 20_000;
    let sum = 0;
    let squares = 0;
    for (let s = 0; s < samples; s++) {
      const y = predictions.map(({ mean, deviation }) => mean + deviation * stream.normal());
      const gain = hypervolume([...cut, y], from) - before;
      sum += gain;
      squares += gain * gain;
    }
    const mean = sum / samples;
    const error = Math.sqrt((squares / samples - mean * mean) / samples);
    const expected = Math.exp(logExpectedHypervolume(models.slice(0, m), cut, from).value(x));
    expect(Math.abs(expected - mean)).toBeLessThan(4 * error);
  });

  it("keeps a slope where the improvement itself underflows", () => {
    const far = logExpectedHypervolume(models.slice(0, 2), [[90, 90]], [80, 80]);
    const gradient = new Float64Array(2);
    expect(Number.isFinite(far.valueAndGradient(Float64Array.of(0.6, 0.3), gradient))).toBe(true);
    expect(Math.hypot(...gradient)).toBeGreaterThan(1);
  });
});

it("log feasibility is the sum of the logarithms of both probabilities", () => {
  const x = Float64Array.of(0.2, 0.7);
  const [first, second] = constraints.map((constraint) => ({ ...constraint, ...constraint.model.predict(x) }));
  const p1 = normalCdf((first!.mean - 0.5) / first!.deviation);
  const p2 = normalCdf((second!.mean + 6) / Math.sqrt(second!.deviation ** 2 + 0.1));
  expect(logFeasibility(constraints).value(x)).toBeCloseTo(Math.log(p1) + Math.log(p2), 10);
});

it("the scalarised bound rewards the objective that is short of its share", () => {
  const x = Float64Array.of(0.2, 0.7);
  const bounds = models.map((one, k) => {
    const { mean, deviation } = one.predict(x);
    return mean + 0.5 * deviation - reference[k]!;
  });
  expect(scalarisedUpperBound(models, reference, [1, 1, 1]).value(x)).toBeCloseTo(Math.min(...bounds), 12);
  expect(scalarisedUpperBound(models, reference, [1e-3, 1, 1e-3]).value(x)).toBeCloseTo(bounds[1]!, 12);
});
