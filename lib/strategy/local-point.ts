import { localQuadraticMinimum } from "../minimize/local-quadratic.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Evidence } from "./evidence.ts";
import type { Unseen } from "./unseen.ts";

/** In the variance of the targets: with more noise than this, the last digits of a minimum are luck. */
const NOISY = 0.02;

/**
 * The point that a quadratic through the raw values holds to be the best near the best trial: the end game of an exact,
 * smooth objective of continuous parameters, which the model does not know to be quadratic there.
 *
 * @param noise σ_n² of the model
 * @returns null for other objectives, and where the quadratic is not to be trusted or has nothing new
 */
export function localPoint(
  space: CompiledSpace,
  evidence: Evidence,
  noise: number,
  unseen: Unseen,
): Float64Array | null {
  const smooth = space.dimensions.every(({ kind, parameter }) => kind === "continuous" && parameter.when === undefined);
  if (!smooth || noise >= NOISY || evidence.data.knownVariance !== undefined) return null;
  const minimum = localQuadraticMinimum(
    evidence.points.filter((_, i) => evidence.measured[i]),
    evidence.values.filter((value) => value !== null).map((value) => -value),
  );
  const point = minimum === null ? null : space.settle(minimum);
  return point !== null && unseen.admits(space.decode(point)) ? point : null;
}
