import { PegboxError } from "../errors/pegbox-error.ts";
import { kernels, memory, packedLength } from "../linalg/kernels.ts";

/**
 * What is added to the diagonal, in units of its mean, until the factor exists. Near-duplicate points make a kernel
 * matrix singular in double precision (ε ≈ 2e-16 · n · condition); 1e-4 is the last resort, a hundredth of the
 * deviation, and larger would be visible in the model.
 */
const LADDER = [0, 1e-10, 1e-8, 1e-6, 1e-4];

/** Rows of a factor of n: the kernels take four at a time; rows beyond n are those of the identity. */
export function paddedRows(n: number): number {
  return (n + 3) & ~3;
}

/**
 * Cholesky factor of a covariance matrix with noise, with as little jitter as it takes.
 *
 * @param covariance address of K, packed, n rows
 * @param factor address of room for `paddedRows(n)` packed rows; receives the factor
 * @param noise n; added to the diagonal
 * @param scale mean of the diagonal
 * @returns the jitter that was added to the diagonal
 * @throws {PegboxError} `NOT_POSITIVE_DEFINITE` with `{ pivot, value, n }` when the whole ladder was not enough (an entry
 *   is not finite).
 */
export function choleskyWithJitter(
  covariance: number,
  factor: number,
  n: number,
  noise: Float64Array,
  scale: number,
): number {
  const padded = paddedRows(n);
  const numbers = memory();
  const [from, to] = [covariance / 8, factor / 8];
  let pivot = 0;
  for (const step of LADDER) {
    const jitter = step * scale;
    numbers.copyWithin(to, from, from + packedLength(n));
    numbers.fill(0, to + packedLength(n), to + packedLength(padded));
    for (let i = 0; i < n; i++) numbers[to + packedLength(i + 1) - 1]! += noise[i]! + jitter;
    for (let i = n; i < padded; i++) numbers[to + packedLength(i + 1) - 1] = 1;
    pivot = kernels().cholesky(factor, padded);
    if (pivot === padded) return jitter;
  }
  const value = numbers[to + packedLength(pivot + 1) - 1]!;
  throw new PegboxError(
    "NOT_POSITIVE_DEFINITE",
    `Cholesky factor of a ${n} × ${n} matrix: expected pivot ${pivot} to be positive and finite, got ${value}`,
    { details: { pivot, value, n } },
  );
}
