import type { Bill } from "../lib/store/study-store.ts";
import type { StudyEvent } from "../lib/study/events.ts";
import { forfeited, measuredCost } from "../lib/study/price/meter.ts";
import { NANO, nanoUsd } from "../lib/study/price/money.ts";
import type { Study, Trial } from "../lib/study/records.ts";
import type { StudySpec } from "../lib/study/spec.ts";

/**
 * The money of the arrows, as pure functions on records, in billionths of a dollar. An attempt that runs has its
 * reservation in the trial's meter; the study's `reserved` is their sum, `spent` that of the trials' costs.
 */

/** What an arrow adds to the study's sums. */
export interface Charge {
  readonly spent: number;
  readonly reserved: number;
}

export function chargeOf(before: Trial, after: Trial): Charge {
  return { spent: spentOn(after) - spentOn(before), reserved: reservedFor(after) - reservedFor(before) };
}

function spentOn({ cost }: Trial): number {
  return nanoUsd(cost?.usd ?? 0);
}

function reservedFor({ meter }: Trial): number {
  return nanoUsd(meter?.reservedUsd ?? 0);
}

/**
 * The trial without the meter of the attempt that runs, if one does, and charged.
 *
 * @param bill of the attempt with this `lease`; another than the one that runs was given up before
 */
export function charged(
  trial: Trial,
  bill: Bill & { readonly lease?: string | null | undefined; readonly at: number },
): Trial {
  const { meter, ...rest } = trial;
  const running = trial.state === "RUNNING" && trial.lease !== null ? trial.lease : null;
  const own = running !== null && (bill.lease === undefined || bill.lease === running);
  if (own && bill.abandoned !== true) {
    return withCost(rest, bill.costUsd ?? (meter === undefined ? null : measuredCost(meter, bill.at)));
  }
  const others = own ? rest : withCost(rest, beyondForfeit(trial, bill));
  if (meter === undefined || running === null) return others;
  const usd = forfeited(meter);
  return { ...withCost(others, usd), forfeits: [...(trial.forfeits ?? []), { lease: running, usd }] };
}

function withCost<T extends Pick<Trial, "cost">>(trial: T, usd: number | null): T {
  return usd === null ? trial : { ...trial, cost: { usd: (trial.cost?.usd ?? 0) + usd } };
}

/** What an attempt that was given up is charged with late: what it has cost more than it was charged with then. */
function beyondForfeit({ forfeits = [] }: Trial, { lease, costUsd }: Parameters<typeof charged>[1]): number | null {
  const forfeit = forfeits.find((given) => given.lease === lease);
  if (costUsd === null || forfeit === undefined) return costUsd;
  return costUsd > forfeit.usd ? costUsd - forfeit.usd : null;
}

/** Whether an attempt may start: what is spent, set aside and to be set aside for it fit under the cap. */
export function fits(capUsd: number, { spentUsd, reservedUsd }: Money, worstUsd: number): boolean {
  return nanoUsd(spentUsd) + nanoUsd(reservedUsd) + nanoUsd(worstUsd) <= nanoUsd(capUsd);
}

type Money = Pick<Study, "spentUsd" | "reservedUsd">;

/** Of a study with a cap: a bill that is more than was set aside. */
export function overrunEvent({ spent, reserved }: Charge, trial: number, at: number): StudyEvent | null {
  const over = spent + reserved;
  return spent > 0 && over > 0 ? { type: "overrun", at, trial, usd: over / NANO } : null;
}

/** Per cent of the cap that are told of. */
const TOLD_AT = [50, 80, 100] as const;

/** The highest of them that is reached; 0 where none is. @param spent, cap billionths of a dollar */
export function levelOf(spent: number, cap: number): number {
  return TOLD_AT.findLast((percent) => 100 * spent >= percent * cap) ?? 0;
}

type Spent = Extract<StudyEvent, { type: "spent" }>;

/** What is to be told when so many per cent have been told of. */
export function spentEvents(spent: number, cap: number, told: number, at: number): readonly Spent[] {
  const level = levelOf(spent, cap);
  return TOLD_AT.filter((percent) => percent > told && percent <= level).map((percent) => ({
    type: "spent",
    at,
    percent,
    usd: spent / NANO,
    capUsd: cap / NANO,
  }));
}

/** The cap of a study; null where it has none. */
export function capOf({ budget }: Pick<StudySpec, "budget">): number | null {
  return budget.usd === undefined ? null : nanoUsd(budget.usd);
}
