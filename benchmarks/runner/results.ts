import { readFileSync, writeFileSync } from "node:fs";
import type { StrategyName } from "../../lib/study/spec.ts";
import type { Family } from "../problems/problem.ts";
import type { Provenance } from "../provenance.ts";
import { regret, type Scale } from "./scale.ts";
import type { TrialsNeeded } from "./trials-needed.ts";

/** How a study of a problem ended. */
export interface Outcome {
  /** In the problem's unit; Infinity where nothing feasible was found. */
  readonly loss: number;
  /** Mean normalised regret over the budget. */
  readonly auc: number;
}

export interface StrategyResults {
  /** What other searches need to have the median of the final losses. */
  readonly needed: TrialsNeeded;
  /** By seed. */
  readonly seeds: Readonly<Record<string, Outcome>>;
}

export interface ProblemResults extends Scale {
  readonly family: Family;
  readonly trials: number;
  readonly strategies: Readonly<Partial<Record<StrategyName, StrategyResults>>>;
}

/** What a run measured, and on what: the file in `benchmarks/results`. */
export interface Results extends Provenance {
  /** Trials that were asked for, run and told together. */
  readonly batch: number;
  /** By problem. */
  readonly problems: Readonly<Record<string, ProblemResults>>;
}

/** One study, with what it is compared by. */
export interface Cell extends Outcome {
  readonly problem: string;
  readonly family: Family;
  readonly strategy: StrategyName;
  readonly seed: string;
  readonly regret: number;
}

export function cellsOf({ problems }: Results): Cell[] {
  return Object.entries(problems).flatMap(([problem, { family, strategies, ...scale }]) =>
    Object.entries(strategies).flatMap(([strategy, { seeds }]) =>
      Object.entries(seeds).map(([seed, outcome]): Cell => {
        const key = { problem, family, strategy: strategy as StrategyName, seed };
        return { ...key, ...outcome, regret: regret(scale, outcome.loss) };
      }),
    ),
  );
}

/** Nine digits are enough to rank by and to read. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(9)) : value;
}

/** What any of the benchmarks measured, as JSON with the innermost objects on one line each, as the formatter leaves them; Infinity is null. */
export function writeResults<Measured extends Provenance>(path: string, results: Measured): void {
  const text = JSON.stringify(results, rounded, 2);
  const short = text.replace(/\{\s+([^{}]*[^{}\s])\s+\}/g, (_, inner) => `{ ${inner.replace(/\s*\n\s*/g, " ")} }`);
  writeFileSync(path, `${short}\n`);
}

export function readResults(path: string): Results {
  return JSON.parse(readFileSync(path, "utf8"), (key, value) =>
    key === "loss" && value === null ? Number.POSITIVE_INFINITY : value,
  ) as Results;
}
