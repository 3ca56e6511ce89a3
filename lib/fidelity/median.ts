/** What a trial measured at a step; of a cost the lower is the better, +∞ where there was nothing to measure. */
export interface CostAt {
  readonly step: number;
  readonly cost: number;
}

/** Fewer others have no median that says anything: `grace_population` of Syne Tune's rule. */
const LEAST_OTHERS = 5;

/**
 * The median rule of Vizier (Golovin et al. 2017, "Google Vizier: a service for black-box optimization", §3.2.2), and of
 * SageMaker: a trial ends at a step where the best that it has measured is strictly worse than the median of what others had
 * measured in the mean up to that step.
 *
 * @param own in order of step, not empty; the last is the step at which it is judged
 * @param others in order of step; those that have not come as far do not count
 */
export function endsBelowMedian(own: readonly CostAt[], others: readonly (readonly CostAt[])[]): boolean {
  const { step } = own.at(-1)!;
  const means = others
    .filter((curve) => (curve.at(-1)?.step ?? 0) >= step)
    .map((curve) => meanOf(curve.filter((point) => point.step <= step)))
    .filter((mean) => mean !== null);
  if (means.length < LEAST_OTHERS) return false;
  return Math.min(...own.map(({ cost }) => cost)) > medianOf(means);
}

function meanOf(points: readonly CostAt[]): number | null {
  return points.length === 0 ? null : points.reduce((sum, { cost }) => sum + cost, 0) / points.length;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
