import fc from "fast-check";
import { CholeskyDecomposition, EigenvalueDecomposition, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import {
  choleskyInPlace,
  choleskyInverse,
  logDeterminant,
  solveLower,
  solveLowerTransposed,
} from "../../../lib/linalg/cholesky.ts";
import { randomStream } from "../../../lib/random/philox.ts";

/** Sizes around the edges of pairs and of blocks of 64. */
const SIZES = [1, 2, 3, 4, 5, 7, 16, 33, 63, 64, 65, 66, 127, 128, 129, 150];

describe.each(SIZES)("a symmetric positive-definite matrix of size %d", (n) => {
  const a = positiveDefinite(n, n);
  const l = a.slice();
  choleskyInPlace(l, n);
  const b = Float64Array.from({ length: n }, (_, i) => Math.sqrt(i + 1) - 2);

  it("has the factor that ml-matrix finds, with zeros above the diagonal", () => {
    const expected = new CholeskyDecomposition(toMatrix(a, n)).lowerTriangularMatrix;
    expectClose(l, expected.to1DArray(), 1e-12);
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(l[i * n + j]).toBe(0);
  });

  it("is the product of its factor and the transpose", () => {
    const factor = toMatrix(l, n);
    expectClose(factor.mmul(factor.transpose()).to1DArray(), a, 1e-13);
  });

  it("reads the lower triangle only", () => {
    const lower = a.slice();
    for (let i = 0; i < n; i++) lower.fill(Number.NaN, i * n + i + 1, (i + 1) * n);
    choleskyInPlace(lower, n);
    expect(lower).toEqual(l);
  });

  it("is solved by the two triangular solutions, also in place", () => {
    const x = solveLowerTransposed(l, n, solveLower(l, n, b));
    expectClose(
      toMatrix(a, n)
        .mmul(Matrix.columnVector(Array.from(x)))
        .to1DArray(),
      b,
      1e-11,
    );
    const inPlace = b.slice();
    solveLowerTransposed(l, n, solveLower(l, n, inPlace, inPlace), inPlace);
    expect(inPlace).toEqual(x);
  });

  it("has the inverse that ml-matrix finds, exactly symmetric", () => {
    const found = choleskyInverse(l, n);
    expectClose(found, inverse(toMatrix(a, n)).to1DArray(), 1e-11);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(found[i * n + j]).toBe(found[j * n + i]);
    const out = new Float64Array(n * n).fill(Number.NaN);
    expect(choleskyInverse(l, n, out)).toBe(out);
    expect(out).toEqual(found);
  });

  it("has the determinant that its eigenvalues have", () => {
    const { realEigenvalues } = new EigenvalueDecomposition(toMatrix(a, n), { assumeSymmetric: true });
    const expected = realEigenvalues.reduce((sum, x) => sum + Math.log(x), 0);
    expect(Math.abs(logDeterminant(l, n) - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)));
  });
});

describe("choleskyInPlace", () => {
  it("factors any Gram matrix with a ridge", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (n, seed) => {
        const a = positiveDefinite(n, seed);
        const l = a.slice();
        choleskyInPlace(l, n);
        const factor = toMatrix(l, n);
        expectClose(factor.mmul(factor.transpose()).to1DArray(), a, 1e-13);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [[0], 1, 0, 0],
    [[1, 0, 0, Number.NaN], 2, 1, Number.NaN],
    [[1, 0, 2, 1], 2, 1, -3],
    [[Number.POSITIVE_INFINITY], 1, 0, Number.POSITIVE_INFINITY],
    [[4, 0, 0, 2, 5, 0, 2, 1, 1], 3, 2, 0],
  ])("names the pivot of %j that is not positive", (entries, n, pivot, value) => {
    const attempt = (): void => choleskyInPlace(Float64Array.from(entries), n);
    expect(attempt).toThrow(PegboxError);
    try {
      attempt();
    } catch (error) {
      expect((error as PegboxError).code).toBe("NOT_POSITIVE_DEFINITE");
      expect((error as PegboxError).details).toEqual({ pivot, value, n });
    }
  });
});

/** G·Gᵀ + I for G of normal numbers: condition of the order of n. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const stream = randomStream(seed, 0);
  const g = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) g.set(i, j, stream.normal());
  return Float64Array.from(g.mmul(g.transpose()).add(Matrix.eye(n)).to1DArray());
}

function toMatrix(a: Float64Array, n: number): Matrix {
  return Matrix.from1DArray(n, n, a);
}

/** Entries agree within `tolerance` times the largest of them. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  const scale = Math.max(...Array.from(expected, Math.abs));
  expect(found.length).toBe(expected.length);
  for (let k = 0; k < expected.length; k++) {
    if (!(Math.abs(found[k]! - expected[k]!) <= tolerance * scale)) expect([k, found[k]]).toEqual([k, expected[k]]);
  }
}
