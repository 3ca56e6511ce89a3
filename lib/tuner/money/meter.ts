import { type Issue, PegboxError } from "../../errors/pegbox-error.ts";
import type { BiggerRunner } from "../../store/study-store.ts";
import { attemptCost, type Meter, type Price } from "../../study/price/meter.ts";
import type { StudySpec } from "../../study/spec.ts";
import type { RunnerTarget } from "../ports.ts";

type Budget = Pick<StudySpec, "budget">;
/** What of a runner its costs depend on. */
export type RunnerCosts = Pick<RunnerTarget, "timeoutSeconds" | "graceSeconds" | "price" | "outlivesLimit" | "bigger">;

/**
 * By what an attempt of a study's trial is charged on a runner; null where no price is known. Who claims does not know yet whether
 * the trial needs a bigger runner: what the dearest may cost at most is set aside.
 */
export function meterOf(spec: Budget, runner: RunnerCosts): Meter | null {
  const price = priceOf(spec, runner);
  return price === null ? null : { ...price, reservedUsd: mostOf(spec, runner) };
}

/** Null where that has no limit. */
function mostOf(spec: Budget, runner: RunnerCosts): number | null {
  const price = priceOf(spec, runner);
  const seconds = longest(spec, runner);
  if (price === null || (seconds === null && price.usdPerSecond !== 0)) return null;
  const own = attemptCost(price, seconds ?? 0);
  const beyond = runner.bigger === undefined ? own : mostOf(spec, runner.bigger.runner);
  return beyond === null ? null : Math.max(own, beyond);
}

/** The runners that a trial goes on with each time that it has run out of memory, each with its meter. */
export function biggerThan(spec: Budget, { bigger }: RunnerCosts): readonly BiggerRunner[] {
  if (bigger === undefined) return [];
  const meter = meterOf(spec, bigger.runner);
  return [{ runner: bigger.id, ...(meter === null ? {} : { meter }) }, ...biggerThan(spec, bigger.runner)];
}

/** What the study file says of a slot, else what the runner is known to cost. */
export function priceOf({ budget }: Budget, { price }: RunnerCosts): Price | null {
  const { usdPerHour } = budget;
  if (usdPerHour === undefined) return price ?? null;
  return { usdPerSecond: usdPerHour / 3600, usdPerAttempt: 0 };
}

/** Seconds after which an attempt is ended; null without a limit. */
export function limitOf({ budget }: Budget, { timeoutSeconds }: RunnerCosts): number | null {
  const limit = Math.min(budget.trialTimeout ?? Number.POSITIVE_INFINITY, timeoutSeconds ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(limit) ? limit : null;
}

/**
 * Seconds that an attempt may run at most, however it ends. What outlives the time limit of the study runs on until the
 * runner's own.
 */
export function longest(
  { budget }: Budget,
  { timeoutSeconds, graceSeconds, outlivesLimit = false }: RunnerCosts,
): number | null {
  const { trialTimeout } = budget;
  const most = Number.POSITIVE_INFINITY;
  const limit = outlivesLimit && timeoutSeconds !== null ? timeoutSeconds : (trialTimeout ?? most);
  const seconds = Math.ceil(Math.min(limit, timeoutSeconds ?? most)) + graceSeconds;
  return Number.isFinite(seconds) ? seconds : null;
}

/** What keeps `budget.usd` from being kept: each thing that is missing, and what to add. */
export function capIssues(spec: Budget, runner: RunnerCosts, which = "this runner"): readonly Issue[] {
  if (spec.budget.usd === undefined) return [];
  const price = priceOf(spec, runner);
  const issues: Issue[] = [];
  if (price === null) {
    issues.push({
      path: "budget.usdPerHour",
      expected: `what an hour of one slot costs, for Pegbox knows no price of ${which}`,
      got: "nothing",
      hint: "for instance usdPerHour: 0.40; 0 where only what trials report as `cost` is to count",
    });
  }
  if (price?.usdPerSecond !== 0 && longest(spec, runner) === null) {
    issues.push({
      path: "budget.trialTimeout",
      expected: `a time limit, for ${which} has none of its own`,
      got: "nothing",
      hint: "for instance trialTimeout: 10m; a trial that may run for ever may cost any sum",
    });
  }
  const { bigger } = runner;
  if (issues.length > 0 || bigger === undefined) return issues;
  return capIssues(spec, bigger.runner, `${bigger.id}, which follows where that runs out of memory`);
}

/** @throws {PegboxError} `INVALID_STUDY` for a `budget.usd` that cannot be kept, with every issue. */
export function mustKeepCap(spec: Budget, runner: RunnerCosts): void {
  const issues = capIssues(spec, runner);
  if (issues.length === 0) return;
  throw new PegboxError("INVALID_STUDY", "budget.usd cannot be kept: what a trial costs at most is not known", {
    issues,
  });
}
