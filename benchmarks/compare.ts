// Two files of results, cell by cell: npm run bench -- compare BASE.json CHANGED.json [--strategy bayesian]
import { parseArgs } from "node:util";
import type { StrategyName } from "../lib/study/spec.ts";
import { compare } from "./runner/compare.ts";
import { readResults } from "./runner/results.ts";
import { comparisonRow } from "./runner/tables.ts";

const { values, positionals } = parseArgs({
  options: { strategy: { type: "string", default: "bayesian" } },
  allowPositionals: true,
});
const [base, changed] = positionals;
if (base === undefined || changed === undefined) throw new Error("expected two files: BASE.json CHANGED.json");
console.table([comparisonRow(compare(readResults(base), readResults(changed), values.strategy as StrategyName))]);
