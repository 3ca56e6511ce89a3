import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kernels, packedLength } from "../../../lib/linalg/kernels.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";
import { squaredDistances } from "../../../lib/surrogate/kernel.ts";
import { columnStride, kernelColumns, writeColumns, writeWeights } from "../../../lib/surrogate/kernel-columns.ts";
import { place, read } from "../linalg/reference.ts";
import { mixedSpaces } from "../spaces.ts";
import { thetas, trainingSets } from "./examples.ts";

/** k and ∂k/∂(r²) by the formulas of lib/surrogate/kernel.ts. */
function matern52(squared: number): [number, number] {
  const u = Math.sqrt(5 * squared);
  return [(1 + u + (u * u) / 3) * Math.exp(-u), (-5 / 6) * (1 + u) * Math.exp(-u)];
}

function squaredDifference(a: number, b: number, hamming: number): number {
  return hamming === 0 ? (a - b) ** 2 : Number(a !== b);
}

/** Packed K and slopes of n points, as the kernels give them. */
function kernelMatrix(
  rows: Float64Array,
  n: number,
  hamming: Uint8Array,
  lengthScales: Float64Array,
  signal: number,
): [Float64Array, Float64Array] {
  const d = hamming.length;
  const columns = kernelColumns(hamming);
  const room = new Float64Array(d * columnStride(n));
  const weights = new Float64Array(d);
  writeColumns(columns, rows, n, lengthScales, room);
  writeWeights(columns, lengthScales, weights);
  const triangle = new Float64Array(packedLength(n)).fill(Number.NaN);
  const [x, w, values, slopes] = place(room, weights, triangle, triangle) as [number, number, number, number];
  kernels().covarianceMatrix(x, 8 * columnStride(n), n, columns.numeric, d, w, signal, values, slopes);
  return [read(values, triangle.length), read(slopes, triangle.length)];
}

describe("the kernel", () => {
  /** At squared distance r² = x², in one column. */
  const at = (x: number): [number, number] => {
    const [values, slopes] = kernelMatrix(Float64Array.of(0, x), 2, new Uint8Array(1), Float64Array.of(1), 1);
    return [values[1]!, slopes[1]!];
  };

  it("is 1 at distance 0, with a finite slope", () => {
    expect(at(0)).toEqual([1, -5 / 6]);
  });

  it("agrees with its formula from tiny distances to where it is 0", () => {
    for (let x = 1e-9; x < 300; x *= 1.3) {
      const [value, slope] = matern52(x * x);
      expect(Math.abs(at(x)[0] / value - 1)).toBeLessThan(1e-12);
      expect(Math.abs(at(x)[1] / slope - 1)).toBeLessThan(1e-12);
    }
    expect(at(1e6)[0]).toBeLessThan(1e-290);
    expect(at(Number.NaN)[0]).toBeNaN();
  });

  it("has the slope of a central difference", () => {
    for (const squared of [0.01, 0.3, 2, 20]) {
      const difference = (at(Math.sqrt(squared + 1e-6))[0] - at(Math.sqrt(squared - 1e-6))[0]) / 2e-6;
      expect(at(Math.sqrt(squared))[1]).toBeCloseTo(difference, 8);
    }
  });

  it("agrees with its formula for mixed columns in any order", () => {
    fc.assert(
      fc.property(
        trainingSets.chain((data) => fc.tuple(fc.constant(data), thetas(data.hamming.length))),
        ([{ n, points, hamming }, theta]) => {
          const d = hamming.length;
          const lengthScales = Float64Array.from({ length: d }, (_, k) => Math.exp(theta[k]! / 2));
          const signal = Math.exp(theta[d]!);
          const [values, slopes] = kernelMatrix(points, n, hamming, lengthScales, signal);
          for (let i = 0, p = 0; i < n; i++) {
            for (let j = 0; j <= i; j++, p++) {
              let squared = 0;
              for (let k = 0; k < d; k++) {
                squared +=
                  squaredDifference(points[i * d + k]!, points[j * d + k]!, hamming[k]!) / lengthScales[k]! ** 2;
              }
              const [value, slope] = matern52(squared);
              expect(Math.abs(values[p]! - signal * value)).toBeLessThan(1e-12 * signal);
              expect(Math.abs(slopes[p]! - signal * slope)).toBeLessThan(1e-12 * signal);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
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
        const [values] = kernelMatrix(rows, n, coordinates.hamming, new Float64Array(d).fill(0.6), 1);
        for (let i = 0; i < n; i++) values[packedLength(i + 1) - 1]! += 1e-9; // semi-definite, up to rounding
        const [l] = place(values) as [number];
        expect(kernels().cholesky(l, n)).toBe(n);
      },
    ),
    { numRuns: 60 },
  );
});

it("squaredDistances sums squares, and mismatches in categorical columns", () => {
  const out = new Float64Array(2);
  squaredDistances(Float64Array.of(0, 1, 3, 1), Float64Array.of(1, 1), Float64Array.of(2, 5), Uint8Array.of(0, 1), out);
  expect(Array.from(out)).toEqual([2, 8]);
  squaredDistances(Float64Array.of(0, 1, 3, 2), Float64Array.of(1, 1), Float64Array.of(2, 5), Uint8Array.of(0, 1), out);
  expect(Array.from(out)).toEqual([2, 13]);
});
