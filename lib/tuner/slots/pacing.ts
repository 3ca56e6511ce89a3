import { climbs } from "../../fidelity/rules.ts";
import { pow } from "../../math/pow.ts";
import type { StudyStore } from "../../store/study-store.ts";
import type { Strategy } from "../../strategy/strategy.ts";
import type { Study, Trial } from "../../study/records.ts";
import type { Reason } from "../../study/states.ts";
import type { Pace } from "../../workflow/limits.ts";
import { refillStep } from "./buffer.ts";

/** Durations are those of the last so many rounds' trials, and of no fewer trials than this. */
const RECENT_ROUNDS = 4;
const RECENT_TRIALS = 32;

/** Share of the slots' time that rounds may waste; less is not worth results that come in the order of chance. */
const WORTH_WAITING = 0.8;

/**
 * What a refill takes, in seconds: half a second to propose from a thousand trials of 20 parameters, and as much for a function to
 * start. Where refills are due sooner than that, slots would wait for proposals, and those come with one result more at
 * most: then a round, which proposes for all slots at once, costs less.
 */
const REFILL_SECONDS = 1;

export interface Pacing {
  readonly pace: Pace;
  /** Null where there is nothing to choose. */
  readonly reason: Reason | null;
}

/**
 * Whether the slots of the next epoch wait for one another after each trial. A strategy that learns nothing never waits; a study
 * that is asked for its regret, or for who trains further, always does, for a plan alone can tell. Otherwise rounds are run
 * until it is known that the slowest trial of each keeps the others waiting: until the mean of the last durations is below
 * 80 % of the expected longest of as many draws from them as there are slots.
 */
export async function pacingOf(
  study: Study,
  strategy: Strategy,
  { slots, remaining }: { readonly slots: number; readonly remaining: number },
  store: StudyStore,
): Promise<Pacing> {
  const { spec, created } = study;
  const climbing = spec.fidelity !== undefined && climbs(spec.fidelity);
  if (spec.stopping.regret !== null || climbing) return { pace: "rounds", reason: null };
  if (!strategy.adaptive) return { pace: "ahead", reason: null };
  if (slots === 1) return { pace: "rounds", reason: null };
  if (remaining <= slots) return rounds("no more trials remain than there are slots");
  const from = Math.max(1, created + 1 - Math.max(RECENT_ROUNDS * slots, RECENT_TRIALS));
  const seconds = (await store.readTrials(study.id, { from, to: created })).flatMap(secondsOf);
  if (seconds.length < slots) return rounds("too few trials have ended to tell how uneven they are");

  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
  const interval = (mean * refillStep(slots)) / slots;
  if (interval < REFILL_SECONDS) {
    return rounds(`trials take ${rounded(mean)} s in the mean: proposals could not keep up with ${slots} slots`);
  }
  const longest = expectedLongest(seconds, slots);
  const used = mean / longest;
  const share = `${Math.round(100 * used)} % of the slots' time`;
  if (used >= WORTH_WAITING) return rounds(`rounds use ${share}`);
  const why = `trials take ${rounded(mean)} s in the mean, the longest of ${slots} ${rounded(longest)} s`;
  return { pace: "refilled", reason: { code: "SLOTS", message: `rounds would use ${share}: ${why}` } };
}

function rounds(message: string): Pacing {
  return { pace: "rounds", reason: { code: "ROUNDS", message } };
}

/** What a trial took that ended at its first attempt; with a later one, it also waited. */
function secondsOf({ state, attempts, startedAt, endedAt }: Trial): readonly number[] {
  if (state === "CANCELLED" || attempts !== 1 || startedAt === null || endedAt === null) return [];
  return [Math.max(0, endedAt - startedAt) / 1000];
}

/** Mean of the largest of `count` independent draws from the values: Σ x₍ᵢ₎ [(i/m)^count − ((i−1)/m)^count], x₍ᵢ₎ ascending. */
function expectedLongest(values: readonly number[], count: number): number {
  const m = values.length;
  return values
    .toSorted((a, b) => a - b)
    .reduce((sum, value, i) => sum + value * (pow((i + 1) / m, count) - pow(i / m, count)), 0);
}

function rounded(seconds: number): number {
  return Number(seconds.toPrecision(3));
}
