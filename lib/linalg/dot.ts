/**
 * Inner products of contiguous rows: the one kernel under everything in this folder.
 *
 * Order of summation, part of what "same inputs, same bytes" means: the terms of even and of odd position are summed
 * apart, left to right, and the two sums are added. Two lanes are what 128-bit SIMD has, and they let a
 * processor overlap additions; a tile of rows changes which sums run side by side, never a sum's order.
 */

/** Σ a[i + k]·b[j + k] over 0 ≤ k < length. */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, length: number): number {
  let even = 0;
  let odd = 0;
  const paired = length & ~1;
  for (let k = 0; k < paired; k += 2) {
    even += a[i + k]! * b[j + k]!;
    odd += a[i + k + 1]! * b[j + k + 1]!;
  }
  if (paired < length) even += a[i + paired]! * b[j + paired]!;
  return even + odd;
}

/**
 * The four inner products of rows i0, i1 of a with rows j0, j1 of b, at twice the speed of four calls of `dot`: each
 * number that is loaded serves two products.
 *
 * @param out receives i0·j0, i0·j1, i1·j0, i1·j1
 */
export function dotTile(
  a: Float64Array,
  i0: number,
  i1: number,
  b: Float64Array,
  j0: number,
  j1: number,
  length: number,
  out: Float64Array,
): void {
  let even00 = 0;
  let even01 = 0;
  let even10 = 0;
  let even11 = 0;
  let odd00 = 0;
  let odd01 = 0;
  let odd10 = 0;
  let odd11 = 0;
  const paired = length & ~1;
  for (let k = 0; k < paired; k += 2) {
    const a0 = a[i0 + k]!;
    const a1 = a[i1 + k]!;
    const b0 = b[j0 + k]!;
    const b1 = b[j1 + k]!;
    even00 += a0 * b0;
    even01 += a0 * b1;
    even10 += a1 * b0;
    even11 += a1 * b1;
    const c0 = a[i0 + k + 1]!;
    const c1 = a[i1 + k + 1]!;
    const d0 = b[j0 + k + 1]!;
    const d1 = b[j1 + k + 1]!;
    odd00 += c0 * d0;
    odd01 += c0 * d1;
    odd10 += c1 * d0;
    odd11 += c1 * d1;
  }
  if (paired < length) {
    const a0 = a[i0 + paired]!;
    const a1 = a[i1 + paired]!;
    const b0 = b[j0 + paired]!;
    const b1 = b[j1 + paired]!;
    even00 += a0 * b0;
    even01 += a0 * b1;
    even10 += a1 * b0;
    even11 += a1 * b1;
  }
  out[0] = even00 + odd00;
  out[1] = even01 + odd01;
  out[2] = even10 + odd10;
  out[3] = even11 + odd11;
}
