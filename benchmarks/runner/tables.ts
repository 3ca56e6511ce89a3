import type { StrategyName } from "../../lib/study/spec.ts";
import type { Comparison } from "./compare.ts";
import { rankOf } from "./ranks.ts";
import { type Cell, cellsOf, type ProblemResults, type Results } from "./results.ts";
import { mean, median, standardError } from "./statistics.ts";

export type Row = Readonly<Record<string, string | number>>;

/** A row for each strategy, the best mean regret first. */
export function summary(results: Results): Row[] {
  const cells = cellsOf(results);
  const problems = Object.values(results.problems);
  return strategiesOf(problems)
    .map((strategy) => ({ strategy, own: cells.filter((cell) => cell.strategy === strategy) }))
    .sort((a, b) => meanRegret(a.own) - meanRegret(b.own))
    .map(({ strategy, own }) => {
      const regrets = own.map(({ regret }) => regret);
      const needed = problems.flatMap(({ strategies }) => strategies[strategy]?.needed ?? []);
      return {
        strategy,
        cells: own.length,
        regret: `${mean(regrets).toFixed(3)} ± ${standardError(regrets).toFixed(3)}`,
        "median regret": median(regrets).toFixed(3),
        AUC: mean(own.map(({ auc }) => auc)).toFixed(3),
        "mean rank": mean(own.map((cell) => rankOf(cell, cells))).toFixed(2),
        "random needs": `${median(needed.map(({ random }) => random)).toFixed(1)} ×`,
        "grid needs": `${median(needed.map(({ grid }) => grid)).toFixed(1)} ×`,
      };
    });
}

/** Mean regret of each strategy in each family. */
export function byFamily(results: Results): Row[] {
  const cells = cellsOf(results);
  const strategies = strategiesOf(Object.values(results.problems));
  return [...new Set(cells.map(({ family }) => family))].map((family) =>
    regretsRow({ family }, strategies, (strategy) =>
      cells.filter((cell) => cell.family === family && cell.strategy === strategy),
    ),
  );
}

/** Mean regret of each strategy on each problem. */
export function byProblem(results: Results): Row[] {
  const cells = cellsOf(results);
  return Object.entries(results.problems).map(([problem, { trials, strategies }]) => {
    const names = Object.keys(strategies) as StrategyName[];
    const [first] = names;
    const needed = first === undefined ? undefined : strategies[first]?.needed;
    const row = regretsRow({ problem, trials }, names, (strategy) =>
      cells.filter((cell) => cell.problem === problem && cell.strategy === strategy),
    );
    return { ...row, [`random needs for ${first}'s`]: needed === undefined ? "" : `${needed.random.toFixed(1)} ×` };
  });
}

/** A change as a row of docs/ablations.md. */
export function comparisonRow({ cells, gain, gainError, aucGain, aucGainError, wins, losses }: Comparison): Row {
  const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
  return {
    cells,
    gain: `${signed(gain)} ± ${gainError.toFixed(3)}`,
    "gain in AUC": `${signed(aucGain)} ± ${aucGainError.toFixed(3)}`,
    "wins : losses": `${wins} : ${losses}`,
  };
}

function regretsRow(head: Row, strategies: readonly StrategyName[], cellsBy: (strategy: StrategyName) => Cell[]): Row {
  return {
    ...head,
    ...Object.fromEntries(strategies.map((strategy) => [strategy, meanRegret(cellsBy(strategy)).toFixed(3)])),
  };
}

function meanRegret(cells: readonly Cell[]): number {
  return mean(cells.map(({ regret }) => regret));
}

function strategiesOf(problems: readonly ProblemResults[]): StrategyName[] {
  return [...new Set(problems.flatMap(({ strategies }) => Object.keys(strategies)))] as StrategyName[];
}
