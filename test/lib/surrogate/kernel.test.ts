import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choleskyInPlace } from "../../../lib/linalg/cholesky.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";
import { matern52, squaredDistances } from "../../../lib/surrogate/kernel.ts";
import { mixedSpaces } from "../spaces.ts";

describe("matern52", () => {
  const at = (squared: number): [number, number] => {
    const values = Float64Array.of(squared);
    const slopes = new Float64Array(1);
    matern52(values, values, slopes);
    return [values[0]!, slopes[0]!];
  };

  it("is 1 at distance 0, with a finite slope", () => {
    expect(at(0)).toEqual([1, -5 / 6]);
  });

  it("has the value of its formula at distance 1", () => {
    const u = Math.sqrt(5);
    expect(at(1)[0]).toBeCloseTo((1 + u + 5 / 3) * Math.exp(-u), 14);
  });

  it("has the slope of a central difference", () => {
    for (const squared of [0.01, 0.3, 2, 20]) {
      expect(at(squared)[1]).toBeCloseTo((at(squared + 1e-6)[0] - at(squared - 1e-6)[0]) / 2e-6, 8);
    }
  });
});

it("is positive semi-definite on mixed and conditional spaces", () => {
  fc.assert(
    fc.property(
      mixedSpaces,
      fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 60, maxLength: 60 }),
      (space, us) => {
        const compiled = compileSpace({ ...space, constraints: [] });
        const coordinates = modelCoordinates(compiled);
        const d = coordinates.dimension;
        const n = 12;
        const rows = new Float64Array(n * d);
        for (let i = 0; i < n; i++) {
          const point = Float64Array.from({ length: d }, (_, k) => us[(i * d + 7 * k + i) % us.length]!);
          rows.set(coordinates.locate(compiled.encode(compiled.decode(point))), i * d);
        }
        const weights = new Float64Array(d).fill(3);
        const matrix = new Float64Array(n * n);
        for (let i = 0; i < n; i++) {
          const row = matrix.subarray(i * n, (i + 1) * n);
          squaredDistances(rows, rows.subarray(i * d, (i + 1) * d), weights, coordinates.hamming, row);
          matern52(row, row, new Float64Array(n));
          row[i]! += 1e-9; // semi-definite, up to rounding
        }
        choleskyInPlace(matrix, n); // throws where it is not
      },
    ),
    { numRuns: 60 },
  );
});
