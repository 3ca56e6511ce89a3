import { type Ranked, selectBest } from "./ranking.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";
import { violationsOf } from "./violation.ts";

/** Something, and what it measured where it is compared. */
export interface Compared<T> {
  readonly item: T;
  readonly number: number;
  readonly trial: Observation;
}

/** The `count` best in the order of `selectBest`, so with several objectives and within outcome constraints; failures are none. */
export function bestOnRung<T>(
  request: Pick<ProposeRequest, "objectives" | "outcomes">,
  compared: readonly Compared<T>[],
  count: number,
): T[] {
  return selectBest(ranked(request, compared), count).map(({ item }) => item);
}

/** The `count` best, and those that equal the last of them in all that they are compared by. */
export function bestWithEquals<T>(
  request: Pick<ProposeRequest, "objectives" | "outcomes">,
  compared: readonly Compared<T>[],
  count: number,
): T[] {
  const all = selectBest(ranked(request, compared), compared.length);
  const last = all[Math.min(count, all.length) - 1];
  const equals = (one: Ranked): boolean =>
    last !== undefined &&
    one.violation === last.violation &&
    (one.violation > 0 || one.costs.every((cost, k) => cost === last.costs[k]));
  return all.filter((one, i) => i < count || equals(one)).map(({ item }) => item);
}

function ranked<T>(
  { objectives, outcomes }: Pick<ProposeRequest, "objectives" | "outcomes">,
  compared: readonly Compared<T>[],
): (Ranked & { readonly item: T })[] {
  const measured = compared.flatMap(({ item, number, trial }) =>
    trial.values === null ? [] : [{ item, number, trial, values: trial.values }],
  );
  const violation = violationsOf({ ...(outcomes && { outcomes }), history: measured.map(({ trial }) => trial) });
  return measured.map(({ item, number, trial, values }) => ({
    item,
    number,
    costs: values.map((value, k) => (objectives[k]!.goal === "minimize" ? value : -value)),
    violation: violation(trial),
  }));
}
