/**
 * The kernels' algorithms in their plainest form, on square row-major matrices, to hold them against; and the way into their
 * memory and out of it.
 */
import { memory, packedLength, scratch } from "../../../lib/linalg/kernels.ts";

/** Lower factor of A = L·Lᵀ; rows of a matrix that is not positive definite become NaN. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j]!;
    }
  }
  return l;
}

export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}

export function solveUpper(l: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}

/** (L·Lᵀ)⁻¹, column by column. */
export function inverse(l: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n);
    unit[j] = 1;
    const column = solveUpper(l, n, solveLower(l, n, unit));
    for (let i = 0; i < n; i++) out[i * n + j] = column[i]!;
  }
  return out;
}

export function pack(a: Float64Array, n: number): Float64Array {
  const packed = new Float64Array(packedLength(n));
  for (let i = 0; i < n; i++) packed.set(a.subarray(i * n, i * n + i + 1), packedLength(i));
  return packed;
}

/** Puts arrays into the kernels' memory. @returns their addresses */
export function place(...arrays: readonly Float64Array[]): number[] {
  const lengths = arrays.map(({ length }) => length + 16); // room that kernels may write behind the end
  let next = scratch(lengths.reduce((a, b) => a + b, 0));
  return arrays.map((array, i) => {
    const address = next;
    memory().set(array, address / 8);
    next += 8 * lengths[i]!;
    return address;
  });
}

export function read(address: number, length: number): Float64Array {
  return memory().slice(address / 8, address / 8 + length);
}
