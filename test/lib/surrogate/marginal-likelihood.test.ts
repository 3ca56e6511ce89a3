import fc from "fast-check";
import { expect, it } from "vitest";
import { negativeLogMarginalLikelihood } from "../../../lib/surrogate/marginal-likelihood.ts";
import { centralDifference, example, thetas, trainingSets } from "./examples.ts";

it("agrees with scikit-learn on the example of reference/make.py", () => {
  const theta = Float64Array.from([2 * Math.log(0.3), 2 * Math.log(0.6), Math.log(1.7), Math.log(1e-3)]);
  const gradient = new Float64Array(4);
  expect(-negativeLogMarginalLikelihood(example)(theta, gradient)).toBeCloseTo(-7.339782168769959, 12);
  // By ln ℓ², which is half of scikit-learn's by ln ℓ.
  const expected = [0.5121412279609391 / 2, -1.2523355750241463 / 2, -0.484714859328805, 5.225179792346148e-4];
  expected.forEach((value, k) => {
    expect(-gradient[k]!).toBeCloseTo(value, 12);
  });
});

it("has the gradient that central differences have", () => {
  fc.assert(
    fc.property(
      trainingSets.chain((data) => fc.tuple(fc.constant(data), thetas(data.hamming.length))),
      ([data, theta]) => {
        const objective = negativeLogMarginalLikelihood(data);
        const gradient = new Float64Array(theta.length);
        const value = objective(theta, gradient);
        const scratch = new Float64Array(theta.length);
        for (let k = 0; k < theta.length; k++) {
          const expected = centralDifference((at) => objective(at, scratch), theta, k, 1e-4);
          expect(Math.abs(gradient[k]! - expected)).toBeLessThan(
            1e-6 * Math.max(1, Math.abs(expected), Math.abs(value)),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});
