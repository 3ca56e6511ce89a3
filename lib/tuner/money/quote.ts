import { bracketSizes } from "../../fidelity/brackets.ts";
import { climbs } from "../../fidelity/rules.ts";
import { REDUCTION, rungsOf } from "../../fidelity/rungs.ts";
import { attemptCost, type Price } from "../../study/price/meter.ts";
import { dollars, nanoUsd } from "../../study/price/money.ts";
import type { FidelitySpec, StudySpec } from "../../study/spec.ts";
import { FINALISTS } from "../confirm.ts";
import { capIssues, limitOf, meterOf, priceOf, type RunnerCosts } from "./meter.ts";

/** A number that is not known yet: it is `expected`, and hardly below `low` or above `high`. */
export interface Spread {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** What a study may come to, said before anything is spent. */
export interface Quote {
  /** How many trials are expected to end, replicates included. */
  readonly trials: number;
  readonly seconds: Spread;
  readonly usd: Spread;
  /** What all of it rests on, in words. */
  readonly assumptions: readonly string[];
}

/**
 * What a trial takes of its time limit, where nothing else is known of it: limits are set so that hardly any trial meets them, at
 * a few times what most take. A hundredth is a trial whose limit nobody has thought about.
 */
const OF_THE_LIMIT: Spread = { low: 0.01, expected: 0.25, high: 1 };

/** Seconds of a trial without any limit: from one that computes a formula to one that trains for long. */
const WITHOUT_LIMIT: Spread = { low: 1, expected: 60, high: 3600 };

/**
 * Of what a study file sets: 10¹⁵ seconds are thirty million years, and no price or budget is as much in dollars. Who writes
 * more means "no limit", and products of a few such numbers are still finite.
 */
const MOST = 1e15;

/**
 * What a study may take and cost, from its file and what runs it: nothing has been measured yet, so that the spread is wide.
 *
 * @param slots that the runner has; absent: as many as a study asks for
 */
export function quote(file: StudySpec, runner: RunnerCosts & { readonly slots?: number }): Quote {
  const spec = { ...file, budget: within(file.budget) };
  const price = priceOf(spec, runner);
  const limit = limitOf(spec, runner);
  const worst = meterOf(spec, runner)?.reservedUsd ?? null;
  const whole = limit === null ? WITHOUT_LIMIT : scaled(OF_THE_LIMIT, limit);
  const one = trialOf(spec, whole);
  const cost = costOf(price, one, worst);
  const search = spec.strategy === "manual" ? Math.min(spec.trials, spec.enqueue.length) : spec.trials;
  const replicates = FINALISTS * (spec.replicates?.final ?? 0);
  const wanted = search + replicates;
  const slots = Math.max(1, Math.min(spec.parallel, runner.slots ?? spec.parallel, wanted));
  const trials = Math.min(wanted, affordable(spec, cost, worst), inTime(spec, one.seconds.expected, slots));
  const mayEndSoon = Object.values(spec.stopping).some((criterion) => criterion !== null);
  const least = mayEndSoon ? Math.min(1, wanted) : trials;
  const cap = spec.budget.usd ?? Number.POSITIVE_INFINITY;
  const time = (spec.budget.wallClock ?? Number.POSITIVE_INFINITY) + one.seconds.high;
  return {
    trials,
    seconds: ordered({
      low: Math.ceil(least / slots) * one.seconds.low,
      expected: Math.ceil(trials / slots) * one.seconds.expected,
      high: Math.min(Math.ceil(wanted / slots) * one.seconds.high, time),
    }),
    usd: ordered({
      low: Math.min(least * cost.low, cap),
      expected: Math.min(trials * cost.expected, cap),
      high: Math.min(wanted * cost.high, cap),
    }),
    assumptions: [
      limit === null
        ? "a trial has no time limit (budget.trialTimeout): it is taken to last from 1 s to an hour, a minute as expected"
        : `a trial takes from a hundredth of its time limit to all of it, a quarter as expected: of ${limit} s`,
      ...(spec.fidelity === undefined ? [] : ["two trials of three are cut short on each rung; at worst none is"]),
      `${slots === 1 ? "one trial runs at a time" : `${slots} trials run at a time`}, without a pause in between`,
      ...(spec.retries === 0 ? [] : [`at worst each attempt fails until its ${spec.retries} retries are used up`]),
      ...(replicates === 0 ? [] : [`${replicates} replicates of the best come on top`]),
      ...(mayEndSoon ? ["a stopping criterion may end it after its first trial"] : []),
      ...(trials < wanted ? [`${wanted} trials are asked for; what they may use ends it before`] : []),
      priceText(price),
      ...capIssues(spec, runner).map(
        ({ path, expected }) => `budget.usd cannot be kept: ${path}: expected ${expected}`,
      ),
    ],
  };
}

function within(budget: StudySpec["budget"]): StudySpec["budget"] {
  const most = (value: unknown): unknown => (typeof value === "number" ? Math.min(value, MOST) : value);
  return Object.fromEntries(Object.entries(budget).map(([key, value]) => [key, most(value)])) as typeof budget;
}

function priceText(price: Price | null): string {
  if (price === null) {
    return "no price is known of this runner, so that only what trials report will count (budget.usdPerHour sets one)";
  }
  const perAttempt = price.usdPerAttempt === 0 ? "" : `, and each attempt ${dollars(price.usdPerAttempt)}`;
  return `a slot costs ${dollars(price.usdPerSecond * 3600)} an hour${perAttempt}`;
}

/** Of one trial, whatever it comes to: seconds that it runs in all, and attempts. */
interface Effort {
  readonly seconds: Spread;
  readonly attempts: Spread;
}

/** @param whole seconds of one training to the end */
function trialOf(spec: StudySpec, whole: Spread): Effort {
  const { fidelity, retries } = spec;
  if (fidelity === undefined) {
    const attempts = { low: 1, expected: 1, high: 1 + retries };
    return { seconds: { ...whole, high: whole.high * attempts.high }, attempts };
  }
  const rungs = rungsOf(fidelity);
  const begun = beginning(fidelity, rungs.length);
  // of those on a rung one in REDUCTION climbs, and pays for the way between the two
  const reached = begun.map((_, i) =>
    begun.slice(0, i + 1).reduce((sum, part, from) => sum + part * REDUCTION ** (from - i), 0),
  );
  const share = rungs.reduce((sum, rung, i) => {
    const below = rungs[i - 1] ?? 0;
    return sum + (reached[i]! * (rung - below) + begun[i]! * below) / fidelity.max;
  }, 0);
  const attempts = climbs(fidelity)
    ? { low: 1, expected: reached.reduce((sum, part) => sum + part, 0), high: rungs.length + retries }
    : { low: 1, expected: 1, high: 1 + retries };
  return {
    // the time limit is an attempt's
    seconds: {
      low: whole.low * (rungs[0]! / fidelity.max),
      expected: whole.expected * share,
      high: whole.high * attempts.high,
    },
    attempts,
  };
}

/** Of all trials, how many begin on each rung, from the lowest. */
function beginning({ rule }: FidelitySpec, rungs: number): readonly number[] {
  const sizes = rule === "hyperband" ? bracketSizes(rungs) : Array.from({ length: rungs }, (_, i) => (i === 0 ? 1 : 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size) => size / total);
}

/** @param worst what an attempt may cost at most; null: without a limit */
function costOf(price: Price | null, { seconds, attempts }: Effort, worst: number | null): Spread {
  if (price === null) return { low: 0, expected: 0, high: 0 };
  // of what is expected, no billionths are rounded up
  const cost = (time: number, count: number): number =>
    count * price.usdPerAttempt + price.usdPerSecond * Math.max(time, count * (price.minSeconds ?? 0));
  return {
    low: cost(seconds.low, attempts.low),
    expected: cost(seconds.expected, attempts.expected),
    high: attempts.high * (worst ?? attemptCost(price, seconds.high / attempts.high)),
  };
}

/** How many trials of the expected cost end before one more might not fit under `budget.usd`. */
function affordable({ budget }: StudySpec, cost: Spread, worst: number | null): number {
  const { usd } = budget;
  if (usd === undefined || cost.expected === 0) return Number.POSITIVE_INFINITY;
  const left = nanoUsd(usd) - nanoUsd(worst ?? 0);
  if (left < 0) return 0;
  const each = nanoUsd(cost.expected);
  return each === 0 ? Number.POSITIVE_INFINITY : 1 + Math.floor(left / each);
}

/** How many trials begin within `budget.wallClock`. */
function inTime({ budget }: StudySpec, seconds: number, slots: number): number {
  const { wallClock } = budget;
  return wallClock === null || seconds === 0 ? Number.POSITIVE_INFINITY : slots * Math.ceil(wallClock / seconds);
}

function scaled({ low, expected, high }: Spread, by: number): Spread {
  return { low: low * by, expected: expected * by, high: high * by };
}

/** A limit may cut what is expected below what is least. */
function ordered({ low, expected, high }: Spread): Spread {
  const most = Math.max(high, 0);
  const middle = Math.min(expected, most);
  return { low: Math.min(low, middle), expected: middle, high: most };
}
