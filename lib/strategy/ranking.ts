/**
 * The order of NSGA-II: Deb, Pratap, Agarwal & Meyarivan 2002, "A fast and elitist multiobjective genetic algorithm", IEEE
 * Trans. Evol. Comput. 6(2). Feasible before infeasible (§VI, constrained domination), infeasible by how much they
 * break; among feasible, front after front (§III-A), and within a front the less crowded first (§III-B).
 */

/** A trial as selection sees it. */
export interface Ranked {
  readonly number: number;
  /** m; lower is better. */
  readonly costs: readonly number[];
  /** 0 where all outcome constraints hold. */
  readonly violation: number;
}

/** The best `count`, best first; of equals the earlier. */
export function selectBest<T extends Ranked>(trials: readonly T[], count: number): T[] {
  const selected: T[] = [];
  let rest = trials.filter(({ violation }) => violation === 0).sort(lexicographic);
  while (selected.length < count && rest.length > 0) {
    const front = firstFront(rest);
    selected.push(...leastCrowded(front));
    const taken = new Set(front);
    rest = rest.filter((trial) => !taken.has(trial));
  }
  const infeasible = trials
    .filter(({ violation }) => violation > 0)
    .toSorted((a, b) => a.violation - b.violation || a.number - b.number);
  return [...selected, ...infeasible].slice(0, count);
}

/** The trials that no other dominates. Equal ones are all kept. @param trials in lexicographic order */
function firstFront<T extends Ranked>(trials: readonly T[]): T[] {
  const front: T[] = [];
  // In this order a trial is dominated, if at all, by one of the front so far (Kung, Luccio & Preparata 1975).
  for (const trial of trials) {
    if (!front.some((other) => dominates(other.costs, trial.costs))) front.push(trial);
  }
  return front;
}

/** By crowding distance, the largest first: the ends of each objective, then those with the widest gaps about them. */
function leastCrowded<T extends Ranked>(front: readonly T[]): T[] {
  const distance = new Map(front.map((trial) => [trial, 0]));
  const objectives = front[0]!.costs.length;
  for (let k = 0; k < objectives; k++) {
    const along = front.toSorted((a, b) => a.costs[k]! - b.costs[k]! || a.number - b.number);
    const range = along.at(-1)!.costs[k]! - along[0]!.costs[k]!;
    if (range === 0) continue;
    along.forEach((trial, i) => {
      const [before, after] = [along[i - 1], along[i + 1]];
      const gap =
        before === undefined || after === undefined ? Number.POSITIVE_INFINITY : after.costs[k]! - before.costs[k]!;
      distance.set(trial, distance.get(trial)! + gap / range);
    });
  }
  return front.toSorted((a, b) =>
    distance.get(a) === distance.get(b) ? a.number - b.number : distance.get(b)! - distance.get(a)!,
  );
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, k) => cost <= b[k]!) && a.some((cost, k) => cost < b[k]!);
}

function lexicographic(a: Ranked, b: Ranked): number {
  for (let k = 0; k < a.costs.length; k++) if (a.costs[k] !== b.costs[k]) return a.costs[k]! - b.costs[k]!;
  return a.number - b.number;
}
