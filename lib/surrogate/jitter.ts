import { PegboxError } from "../errors/pegbox-error.ts";
import { choleskyInPlace } from "../linalg/cholesky.ts";

/**
 * What is added to the diagonal, in units of its mean, until the factor exists. Near-duplicate points make a kernel
 * matrix singular in double precision (ε ≈ 2e-16 · n · condition); 1e-4 is the last resort, a hundredth of the
 * deviation, and larger would be visible in the model.
 */
const LADDER = [0, 1e-10, 1e-8, 1e-6, 1e-4];

/**
 * Cholesky factor of a covariance matrix, with as little jitter as it takes.
 *
 * @param fill writes the lower triangle of the n × n covariance, row-major; called again before each attempt
 * @param matrix n × n; overwritten by the factor
 * @param scale mean of the covariance's diagonal
 * @returns the jitter that was added to the diagonal
 * @throws {PegboxError} `NOT_POSITIVE_DEFINITE` when the whole ladder was not enough (an entry is not finite).
 */
export function choleskyWithJitter(
  fill: (matrix: Float64Array) => void,
  matrix: Float64Array,
  n: number,
  scale: number,
): number {
  let failure: unknown;
  for (const step of LADDER) {
    const jitter = step * scale;
    fill(matrix);
    for (let i = 0; i < n; i++) matrix[i * n + i]! += jitter;
    try {
      choleskyInPlace(matrix, n);
      return jitter;
    } catch (error) {
      if (!(error instanceof PegboxError && error.code === "NOT_POSITIVE_DEFINITE")) throw error;
      failure = error;
    }
  }
  throw failure;
}
