import type { Trial } from "./records.ts";
import type { Objective } from "./spec.ts";

interface Candidate {
  readonly trial: Trial;
  /** Objective values, negated where maximised: lower is better in each. */
  readonly costs: readonly number[];
}

/**
 * The trials that no other dominates: feasible successes for which no other is at least as good in every objective and
 * better in one. With one objective, the best and its equals. Equal trials are all kept. In order of number.
 *
 * Sorted by the first objective, ties by the next, a trial can be dominated only by one before it, and then also by an
 * undominated one (Kung, Luccio & Preparata, J. ACM 22(4), 1975, §2): n log n + n · m for a front of m.
 */
export function optimalTrials(trials: readonly Trial[], objectives: readonly Objective[]): readonly Trial[] {
  const candidates = trials.flatMap((trial) => candidateOf(trial, objectives));
  candidates.sort((a, b) => compareCosts(a.costs, b.costs));
  const front: Candidate[] = [];
  for (const candidate of candidates) {
    if (!front.some(({ costs }) => dominates(costs, candidate.costs))) front.push(candidate);
  }
  return front.map(({ trial }) => trial).sort((a, b) => a.number - b.number);
}

function candidateOf(trial: Trial, objectives: readonly Objective[]): readonly Candidate[] {
  const { metrics } = trial;
  if (trial.state !== "SUCCEEDED" || trial.feasible !== true || metrics === null) return [];
  const costs = objectives.flatMap(({ name, goal }) => {
    const value = Object.hasOwn(metrics, name) ? metrics[name] : null;
    return typeof value === "number" ? [goal === "minimize" ? value : -value] : [];
  });
  return costs.length === objectives.length ? [{ trial, costs }] : [];
}

function compareCosts(a: readonly number[], b: readonly number[]): number {
  for (const [index, cost] of a.entries()) {
    const difference = cost - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  const noWorse = a.every((cost, index) => cost <= (b[index] ?? Number.NaN));
  return noWorse && a.some((cost, index) => cost < (b[index] ?? Number.NaN));
}
