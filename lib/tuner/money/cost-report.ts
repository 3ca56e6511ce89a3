import { NANO, nanoUsd } from "../../study/price/money.ts";
import type { Trial } from "../../study/records.ts";
import type { RunnerSpec, StudySpec } from "../../study/spec.ts";
import type { TrialState } from "../../study/states.ts";
import type { StudyView } from "../../study/views.ts";
import type { Spread } from "./quote.ts";

/** What of a trial the report needs. */
export type CostedTrial = Pick<
  Trial,
  "state" | "decision" | "metrics" | "feasible" | "cost" | "startedAt" | "endedAt" | "runner"
>;

/** What some trials have cost. */
export interface Share {
  readonly trials: number;
  readonly usd: number;
}

/** What a study has cost so far, where it went, what it has bought, and what is to come. */
export interface CostReport {
  readonly usd: number;
  /** `budget.usd`; null without one. */
  readonly capUsd: number | null;
  /** By the state that they are in: what failures have cost, too. */
  readonly byState: Readonly<Partial<Record<TrialState, Share>>>;
  /** By what proposed them. */
  readonly byStrategy: Readonly<Record<string, Share>>;
  /** By what ran their last attempt; without those that have not begun. */
  readonly byRunner: Readonly<Record<string, Share>>;
  /** From the first usable result to the best, in per cent of the first; null where that has no sense. */
  readonly improvementPercent: number | null;
  /** Of that improvement; null without one. */
  readonly usdPerPercent: number | null;
  /** What one per cent more, of the best, may cost; null where it cannot be said. `basis` says from what it is estimated, or why not. */
  readonly nextPercent: { readonly usd: number | null; readonly basis: string };
  /** What the trials that are left take and cost, by those that have ended; null where none is left or too few have ended. */
  readonly rest: {
    readonly trials: number;
    readonly seconds: Spread;
    readonly usd: Spread;
    readonly basis: string;
  } | null;
}

/** Fewer say nothing of the spread of what is to come, and nothing of how the best goes on. */
const ENOUGH = 5;

/** What a study has cost, from what everyone sees of it. @param trials all of them, in order of number */
export function costReport(spec: StudySpec, view: StudyView, trials: readonly CostedTrial[]): CostReport {
  const { usd } = view.spend;
  const path = bestSoFar(spec, trials);
  const improvementPercent = improvement(path);
  return {
    usd,
    capUsd: spec.budget.usd ?? null,
    byState: shares(trials, ({ state }) => state),
    byStrategy: shares(trials, ({ decision }) => decision.strategy),
    byRunner: shares(trials.filter(hasBegun), ({ runner }) => runner ?? runnerName(spec.runner)),
    improvementPercent,
    usdPerPercent: improvementPercent === null || improvementPercent === 0 ? null : usd / improvementPercent,
    nextPercent: nextPercent(spec, path),
    rest: rest(spec, view, trials),
  };
}

const hasBegun = ({ startedAt }: CostedTrial): boolean => startedAt !== null;

/** The id of a registered runner; of what runs on a laptop, beside which the file may name one, its key. */
function runnerName({ function: module, command, http, lambda, batch, sagemaker, callback }: RunnerSpec): string {
  if (module !== undefined) return "function";
  if (command !== undefined) return "command";
  if (http !== undefined) return "http";
  return lambda ?? batch ?? sagemaker ?? callback ?? "external workers";
}

function shares<K extends string>(trials: readonly CostedTrial[], of: (trial: CostedTrial) => K): Record<K, Share> {
  const sums = {} as Record<K, Share>;
  for (const trial of trials) {
    const key = of(trial);
    const before = Object.hasOwn(sums, key) ? sums[key] : { trials: 0, usd: 0 };
    sums[key] = { trials: before.trials + 1, usd: (nanoUsd(before.usd) + nanoUsd(costOf(trial))) / NANO };
  }
  return sums;
}

const costOf = ({ cost }: CostedTrial): number => cost?.usd ?? 0;

/** How the best stood when so much was spent: after each trial that has ended, in that order. Lower is better. */
interface Step {
  readonly spent: number;
  /** Null before the first usable result. */
  readonly best: number | null;
}

/** Empty with several objectives: there is no best. */
function bestSoFar({ metrics }: StudySpec, trials: readonly CostedTrial[]): readonly Step[] {
  const [objective, another] = metrics;
  if (objective === undefined || another !== undefined) return [];
  const ended = trials.filter(({ endedAt }) => endedAt !== null);
  const steps: Step[] = [];
  for (const trial of ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) {
    const { spent, best } = steps.at(-1) ?? { spent: 0, best: null };
    const value = trial.state === "SUCCEEDED" && trial.feasible ? (trial.metrics?.[objective.name] ?? null) : null;
    const score = value === null ? null : objective.goal === "minimize" ? value : -value;
    const better = score !== null && (best === null || score < best);
    steps.push({ spent: spent + costOf(trial), best: better ? score : best });
  }
  return steps;
}

function improvement(path: readonly Step[]): number | null {
  const first = path.find(({ best }) => best !== null)?.best ?? null;
  const last = path.at(-1)?.best ?? null;
  return first === null || last === null ? null : percent(first, last);
}

/** By how many per cent of its size a score has fallen; null for one of no size. */
function percent(from: number, to: number): number | null {
  return from === 0 ? null : (100 * (from - to)) / Math.abs(from);
}

/**
 * What the second half of the money has bought says what the next will, at best: what is easily found is found first. Money that
 * trials cost which have not ended is in neither half.
 */
function nextPercent({ metrics }: StudySpec, path: readonly Step[]): CostReport["nextPercent"] {
  const none = (basis: string) => ({ usd: null, basis });
  if (metrics.length > 1) return none("with several objectives there is no best to improve");
  const last = path.at(-1);
  if (last === undefined || path.length < 2 * ENOUGH) return none(`fewer than ${2 * ENOUGH} trials have ended`);
  if (last.spent === 0) return none("nothing is known to have been spent");
  const half = path.findLast(({ spent }) => spent <= last.spent / 2);
  if (half === undefined || half.best === null || last.best === null) {
    return none("the first half of the money has no usable result");
  }
  const gain = percent(half.best, last.best);
  if (gain === null) return none("the best was 0 already, of which there are no per cent");
  const paid = last.spent - half.spent;
  if (gain === 0) return none(`the last ${money(paid)} have not improved the best`);
  return {
    usd: paid / gain,
    basis: `the last ${money(paid)} have improved the best by ${Number(gain.toPrecision(2))} %; the next per cent is seldom cheaper`,
  };
}

const money = (usd: number): string => `${Number(usd.toPrecision(3))} USD`;

/**
 * The sum of m values more, of a kind of which n were seen with mean x̄ and deviation s: m·x̄ ± 2·s·√(m + m²/n), the error
 * of the mean included; nearly two deviations of a sum that is nearly normal (its prediction interval).
 */
function sumOfMore(values: readonly number[], more: number): Spread {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const expected = more * mean;
  const margin = 2 * Math.sqrt(variance * (more + more ** 2 / n));
  return { low: Math.max(0, expected - margin), expected, high: expected + margin };
}

function rest(spec: StudySpec, view: StudyView, trials: readonly CostedTrial[]): CostReport["rest"] {
  const ended = trials.filter(({ startedAt, endedAt }) => startedAt !== null && endedAt !== null);
  const left = Math.max(0, spec.trials - ended.length);
  if (OVER.has(view.status) || left === 0 || ended.length < ENOUGH) return null;
  const slots = Math.min(spec.parallel, left);
  const seconds = sumOfMore(ended.map(secondsOf), left);
  const usd = sumOfMore(ended.map(costOf), left);
  const room = spec.budget.usd === undefined ? Number.POSITIVE_INFINITY : Math.max(0, spec.budget.usd - view.spend.usd);
  const within = (value: number): number => Math.min(value, room);
  return {
    trials: left,
    seconds: { low: seconds.low / slots, expected: seconds.expected / slots, high: seconds.high / slots },
    usd: { low: within(usd.low), expected: within(usd.expected), high: within(usd.high) },
    basis: `the ${ended.length} trials that have ended, of which the others are taken to be like`,
  };
}

const OVER: ReadonlySet<string> = new Set(["STOPPED", "COMPLETED", "FAILED"]);

/** From the first start to the end: a trial that waited for another attempt has waited in this too. */
function secondsOf({ startedAt, endedAt }: CostedTrial): number {
  return ((endedAt ?? 0) - (startedAt ?? 0)) / 1000;
}
