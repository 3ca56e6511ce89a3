import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, it } from "vitest";
import { solveGeneral } from "../../../lib/linalg/gauss.ts";
import { randomStream } from "../../../lib/random/philox.ts";

it("solves for any number of right-hand sides", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }), fc.nat(), (n, columns, seed) => {
      const stream = randomStream(seed, 0);
      const a = Float64Array.from({ length: n * n }, stream.normal);
      const b = Float64Array.from({ length: n * columns }, stream.normal);
      const x = b.slice();
      expect(solveGeneral(a.slice(), n, x, columns)).toBe(true);
      const solution = Matrix.from1DArray(n, columns, x);
      const product = Matrix.from1DArray(n, n, a).mmul(solution);
      const residual = product.sub(Matrix.from1DArray(n, columns, b)).norm("max");
      expect(residual).toBeLessThan(1e-12 * Math.max(1, solution.norm("max"))); // backward stable, whatever the condition
    }),
  );
});

it("needs its pivoting: a zero in the first place", () => {
  const x = Float64Array.of(3, 5);
  expect(solveGeneral(Float64Array.of(0, 1, 1, 0), 2, x, 1)).toBe(true);
  expect(Array.from(x)).toEqual([5, 3]);
});

it.each([
  [[0], 1],
  [[1, 2, 2, 4], 2],
  [[Number.NaN], 1],
  [[Number.POSITIVE_INFINITY], 1],
])("says no to the singular or broken matrix %j", (entries, n) => {
  expect(solveGeneral(Float64Array.from(entries), n, new Float64Array(n), 1)).toBe(false);
});
