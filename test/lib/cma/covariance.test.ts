import { describe, expect, test } from "vitest";
import { type Covariance, DiagonalCovariance, FullCovariance } from "../../../lib/cma/covariance.ts";
import { randomStream } from "../../../lib/random/philox.ts";

const D = 7;
const stream = randomStream(3, 0);
const vector = (): Float64Array => Float64Array.from({ length: D }, () => stream.normal());

/** C·v by its parts: C½·(C½ᵀ·v), where C½ᵀ·v = C^−½·(C·v), so by columns of C½ instead. */
function matrixOf(covariance: Covariance): number[][] {
  const columns = Array.from({ length: D }, (_, j) =>
    covariance.shape(Float64Array.from({ length: D }, (_unused, k) => (k === j ? 1 : 0))),
  );
  return Array.from({ length: D }, (_, i) =>
    Array.from({ length: D }, (_unused, k) => columns.reduce((sum, column) => sum + column[i]! * column[k]!, 0)),
  );
}

describe.each([
  ["full", () => new FullCovariance(D, 1)],
  ["diagonal", () => new DiagonalCovariance(D)],
] as const)("a %s covariance", (kind, make) => {
  test("is what it learnt", () => {
    const covariance = make();
    const vectors = Array.from({ length: 12 }, vector);
    covariance.learn(
      0.5,
      vectors.map((v) => ({ weight: 0.1, vector: v })),
    );
    const matrix = matrixOf(covariance);
    for (let i = 0; i < D; i++) {
      for (let k = 0; k < D; k++) {
        const learnt = vectors.reduce((sum, v) => sum + 0.1 * v[i]! * v[k]!, i === k ? 0.5 : 0);
        expect(matrix[i]![k]).toBeCloseTo(kind === "diagonal" && i !== k ? 0 : learnt, 12);
      }
      expect(covariance.deviations()[i]! ** 2).toBeCloseTo(matrix[i]![i]!, 12);
    }
  });

  test("whitens a normal of its own to the same length", () => {
    const covariance = make();
    covariance.learn(1, [{ weight: 3, vector: vector() }]);
    const z = vector();
    const length = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    expect(length(covariance.whiten(covariance.shape(z)))).toBeCloseTo(length(z), 10);
  });

  test("is stretched along a coordinate", () => {
    const covariance = make();
    covariance.learn(1, [{ weight: 1, vector: vector() }]);
    const before = covariance.deviations();
    covariance.stretch(Float64Array.from({ length: D }, (_, k) => (k === 2 ? 3 : 1)));
    covariance.deviations().forEach((deviation, k) => {
      expect(deviation / before[k]!).toBeCloseTo(k === 2 ? 3 : 1, 12);
    });
  });

  test("knows how long its longest axis is for its shortest", () => {
    const covariance = make();
    covariance.learn(1, [{ weight: 99, vector: Float64Array.from({ length: D }, (_, k) => (k === 0 ? 1 : 0)) }]);
    expect(covariance.condition()).toBeCloseTo(100, 9);
  });
});
