import fc from "fast-check";
import { expect, it } from "vitest";
import { FollowedPoints } from "../../../lib/surrogate/followed-points.ts";
import { GaussianProcess } from "../../../lib/surrogate/gaussian-process.ts";
import { fromLogarithms } from "../../../lib/surrogate/hyperparameters.ts";
import { example, thetas, trainingSets } from "./examples.ts";

it("predicts at its points what the model predicts, however much is believed", () => {
  fc.assert(
    fc.property(
      trainingSets.chain((data) => fc.tuple(fc.constant(data), thetas(data.hamming.length))),
      fc.integer({ min: 0, max: 12 }),
      ([data, theta], believed) => {
        const d = data.hamming.length;
        const hyperparameters = fromLogarithms(theta);
        const at = (i: number): Float64Array =>
          Float64Array.from({ length: d }, (_, k) =>
            data.hamming[k] === 1 ? ((i + k) % 4) / 4 : ((7 * i + 3 * k) % 11) / 11,
          );
        const points = Array.from({ length: 9 }, (_, i) => at(i));
        let model = GaussianProcess.condition(data, hyperparameters);
        const followed = new FollowedPoints(model, points);
        for (let i = 0; i < believed; i++) {
          model = model.believe(at(20 + i));
          followed.follow(model);
        }
        for (const x of [...points, at(50)]) {
          const { mean, deviation } = model.predict(x);
          expect(Math.abs(followed.predict(x).mean - mean)).toBeLessThan(1e-10 * Math.max(1, Math.abs(mean)));
          const variance = followed.predict(x).deviation ** 2;
          expect(Math.abs(variance - deviation ** 2)).toBeLessThan(1e-9 * hyperparameters.signalVariance);
          expect(followed.predictWithGradient(x)).toEqual(model.predictWithGradient(x));
        }
      },
    ),
    { numRuns: 60 },
  );
});

it("goes on beyond the room that it has at first", () => {
  const x = Float64Array.of(0.3, 0.3);
  let model = GaussianProcess.condition(example, {
    lengthScales: Float64Array.of(0.1, 0.1),
    signalVariance: 1,
    noiseVariance: 0.01,
  });
  const followed = new FollowedPoints(model, [x]);
  for (let i = 0; i < 200; i++) {
    model = model.believe(Float64Array.of((i % 14) / 14, (i % 15) / 15));
    followed.follow(model);
  }
  expect(followed.predict(x).deviation).toBeCloseTo(model.predict(x).deviation, 10);
});
