/** Beyond this a target tells nothing: its deviation is a thousand times that of all targets. */
const MOST_VARIANCE = 1e6;

/**
 * Variances of targets whose values have standard errors: half of what the target changes by from one standard error below
 * the value to one above, squared. That is (se · dz/dy)² where the output warp is straight, and stays sensible where it is
 * a matter of ranks. The warp is read off the targets themselves, linear in between and beyond.
 *
 * @param values n; null for no value, which has no standard error either
 * @param targets n; a monotone function of the values
 * @param standardErrors n, ≥ 0; null where none is known
 */
export function targetVariances(
  values: readonly (number | null)[],
  targets: Float64Array,
  standardErrors: readonly (number | null)[],
): Float64Array {
  const unit = values.reduce<number>((largest, value) => Math.max(largest, Math.abs(value ?? 0)), 0) || 1;
  const known = values.flatMap((value, i) => (value === null ? [] : [{ value: value / unit, target: targets[i]! }]));
  const warp = throughPoints(known);
  return Float64Array.from(values, (value, i) => {
    const error = standardErrors[i] ?? null;
    if (value === null || error === null) return 0;
    const change = (warp(value / unit + error / unit) - warp(value / unit - error / unit)) / 2;
    return Number.isFinite(change) ? Math.min(change * change, MOST_VARIANCE) : MOST_VARIANCE;
  });
}

/** Linear between points, and beyond the last ones as between the last two; level where there is only one. */
function throughPoints(
  points: readonly { readonly value: number; readonly target: number }[],
): (value: number) => number {
  const sorted = points
    .toSorted((a, b) => a.value - b.value)
    .filter(({ value }, i, all) => i === 0 || value !== all[i - 1]!.value);
  if (sorted.length < 2) return () => 0;
  return (value) => {
    const above = sorted.findIndex((point) => point.value >= value);
    const end = above < 0 ? sorted.length - 1 : Math.max(1, above);
    const [from, to] = [sorted[end - 1]!, sorted[end]!];
    return from.target + ((to.target - from.target) / (to.value - from.value)) * (value - from.value);
  };
}
