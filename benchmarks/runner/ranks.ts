import type { Cell } from "./results.ts";

/** A cell's rank among the strategies of the same problem and seed by final loss, 1 the best; equals share theirs. */
export function rankOf(cell: Cell, cells: readonly Cell[]): number {
  const rivals = cells.filter(({ problem, seed }) => problem === cell.problem && seed === cell.seed);
  const better = rivals.filter(({ loss }) => loss < cell.loss).length;
  const equal = rivals.filter(({ loss }) => loss === cell.loss).length;
  return better + (equal + 1) / 2;
}
