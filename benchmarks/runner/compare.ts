import type { StrategyName } from "../../lib/study/spec.ts";
import { type Cell, cellsOf, type Results } from "./results.ts";
import { mean, standardError } from "./statistics.ts";

/** A change against what it changes, on the studies that both have run. */
export interface Comparison {
  readonly cells: number;
  /** Mean drop of the final normalised regret, and its standard error over the cells. */
  readonly gain: number;
  readonly gainError: number;
  /** The same of the area under the curve. */
  readonly aucGain: number;
  readonly aucGainError: number;
  /** Cells whose final loss got lower, and higher. */
  readonly wins: number;
  readonly losses: number;
}

/** Losses closer than this part of the scale are equal. */
const TIE = 1e-9;

/**
 * Pairs the cells by problem and seed.
 *
 * @throws {Error} where the problems, their budgets or the batch are not the same: then nothing can be paired
 */
export function compare(base: Results, changed: Results, strategy: StrategyName): Comparison {
  if (base.batch !== changed.batch) throw new Error(`expected one batch size, got ${base.batch} and ${changed.batch}`);
  const pairs = cellsOf(base)
    .filter((cell) => cell.strategy === strategy)
    .flatMap((before) => {
      const after = cellsOf(changed).find(
        (cell) => cell.strategy === strategy && cell.problem === before.problem && cell.seed === before.seed,
      );
      return after === undefined ? [] : [{ before, after, tie: TIE * spanOf(base, changed, before) }];
    });
  if (pairs.length === 0) throw new Error(`expected studies by ${strategy} that both files have, got none`);
  const gains = pairs.map(({ before, after }) => before.regret - after.regret);
  const aucGains = pairs.map(({ before, after }) => before.auc - after.auc);
  return {
    cells: pairs.length,
    gain: mean(gains),
    gainError: standardError(gains),
    aucGain: mean(aucGains),
    aucGainError: standardError(aucGains),
    wins: pairs.filter(({ before, after, tie }) => after.loss < before.loss - tie).length,
    losses: pairs.filter(({ before, after, tie }) => after.loss > before.loss + tie).length,
  };
}

/** Between the optimum and ten random trials. */
function spanOf(base: Results, changed: Results, { problem }: Cell): number {
  const [a, b] = [base.problems[problem]!, changed.problems[problem]!];
  if (a.least !== b.least || a.reference !== b.reference || a.trials !== b.trials) {
    throw new Error(`expected ${problem} to be the same in both files: its scale or its budget differs`);
  }
  return a.reference - a.least;
}
