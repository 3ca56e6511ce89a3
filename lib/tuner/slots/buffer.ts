import { strategyFor } from "../../strategy/registry.ts";
import type { Study } from "../../study/records.ts";
import { endedCount } from "../../study/stopping.ts";
import { trialsOf } from "../../workflow/limits.ts";

/**
 * Of this many refills one is asked for each time that a slot's worth of trials has ended: after every trial of up to eight slots,
 * so that each proposal knows all results but the latest one or two; after more of many slots, for a refill learns all anew.
 */
const REFILLS_PER_ROUND = 8;

/** After how many ended trials proposals are asked for. */
export function refillStep(slots: number): number {
  return Math.ceil(slots / REFILLS_PER_ROUND);
}

/**
 * Trials that are open together in a refilled epoch: one for each slot, those that end until the next refill is asked for, and
 * as many again that end while it is at work. A deeper buffer would keep proposals waiting that know less.
 */
export function openTogether(slots: number): number {
  return slots + 2 * refillStep(slots);
}

/**
 * Whether the open epoch is refilled as its trials end: of strategies that learn, only those have more than a trial for each
 * slot. Not once the study is asked for its regret, for a plan alone can tell; nor one that runs replicates.
 */
export function isRefilled({ spec, epoch }: Study): boolean {
  const several = epoch.trialsPerSlot > 1 && epoch.confirms === undefined;
  return several && spec.stopping.regret === null && strategyFor(spec.strategy).adaptive;
}

/**
 * How many trials the open epoch may still be given: what its execution has room for, and of the study's budget all that its own
 * trials leave, each of which will end unless it was cancelled.
 */
export function roomOf({ spec, created, counts, replicates, imported, epoch }: Study): number {
  const ready = epoch.ready.reduce((size, { from, to }) => size + to - from + 1, 0);
  const budget = spec.trials - (created - counts.cancelled - endedCount(replicates) - imported);
  return Math.min(budget, trialsOf(epoch.slots, epoch.trialsPerSlot) - ready);
}
