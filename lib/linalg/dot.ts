/** Σ a[i + k]·b[j + k] over 0 ≤ k < length. Terms of even and of odd position are summed apart, as the kernels do. */
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
