import type { Study } from "../records.ts";
import type { StopReason } from "../stopping.ts";
import { dollars, nanoUsd } from "./money.ts";

type Money = Pick<Study, "spec" | "spentUsd" | "reservedUsd">;

/**
 * How many attempts of this worst case may start beside what runs, by `budget.usd`: any number without it, or where an
 * attempt costs nothing until it says so.
 */
export function affordable({ spec, spentUsd, reservedUsd }: Money, worstUsd: number): number {
  const { usd } = spec.budget;
  if (usd === undefined || worstUsd === 0) return Number.POSITIVE_INFINITY;
  const left = nanoUsd(usd) - nanoUsd(spentUsd) - nanoUsd(reservedUsd);
  return Math.max(0, Math.floor(left / nanoUsd(worstUsd)));
}

/** The end of a study that has spent its `budget.usd`. Null while it has not; what still runs may cost less than it might. */
export function capReached(study: Money): StopReason | null {
  const { usd } = study.spec.budget;
  return usd === undefined || nanoUsd(study.spentUsd) < nanoUsd(usd) ? null : overBudget(study);
}

/** The end of a study that cannot afford one attempt more. */
export function unaffordable(study: Money, worstUsd: number): StopReason {
  return overBudget(study, `; one trial more may cost up to ${dollars(worstUsd)}`);
}

function overBudget({ spec, spentUsd }: Money, why = ""): StopReason {
  const message = `${dollars(spentUsd)} of the ${dollars(spec.budget.usd ?? 0)} of budget.usd are spent${why}`;
  return { status: "STOPPED", reason: { code: BUDGET_USD, message } };
}

/** Code of the reason of a study that has no money left. */
export const BUDGET_USD = "BUDGET_USD";
