// What the strategies find: every problem, strategy and seed, in this process. `--help` lists the options.
import { parseArgs } from "node:util";
import type { StrategyName } from "../lib/study/spec.ts";
import { CATALOGUE } from "./problems/catalogue.ts";
import type { Problem } from "./problems/problem.ts";
import { provenance } from "./provenance.ts";
import { measure } from "./runner/measure.ts";
import { type ProblemResults, type Results, writeResults } from "./runner/results.ts";
import { byFamily, byProblem, summary } from "./runner/tables.ts";

const STRATEGIES = [
  "bayesian",
  "cmaes",
  "evolution",
  "sobol",
  "random",
  "grid",
] as const satisfies readonly StrategyName[];

const HELP = `npm run bench -- optimize [options]

  --problems a,b      names or families (${[...new Set(CATALOGUE.map(({ family }) => family))].join(", ")}); default: all
  --strategies a,b    of ${STRATEGIES.join(", ")}; default: all
  --seeds N           seeds 1 … N; default: 1
  --first-seed N      begin with another one; default: 1
  --q N               trials asked for, run and told together; default: 1
  --trials N          instead of each problem's own budget
  --out FILE          write the results as JSON
  --date YYYY-MM-DD   to write into the file; default: today`;

const { values: options } = parseArgs({
  options: {
    problems: { type: "string" },
    strategies: { type: "string" },
    seeds: { type: "string", default: "1" },
    "first-seed": { type: "string", default: "1" },
    q: { type: "string", default: "1" },
    trials: { type: "string" },
    out: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    help: { type: "boolean", default: false },
  },
});

function chosen<Item>(
  wanted: string | undefined,
  all: readonly Item[],
  namesOf: (item: Item) => readonly string[],
): Item[] {
  if (wanted === undefined) return [...all];
  const names = wanted.split(",");
  const unknown = names.filter((name) => !all.some((item) => namesOf(item).includes(name)));
  if (unknown.length > 0) {
    const known = [...new Set(all.flatMap(namesOf))].join(", ");
    throw new Error(`expected some of ${known}; got ${unknown.join(", ")}`);
  }
  return all.filter((item) => namesOf(item).some((name) => names.includes(name)));
}

function count(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${option}: expected an integer >= 1, got ${text}`);
  return value;
}

function run(): void {
  const problems: readonly Problem[] = chosen(options.problems, CATALOGUE, ({ name, family }) => [name, family]);
  const firstSeed = count(options["first-seed"], "first-seed");
  const plan = {
    strategies: chosen(options.strategies, STRATEGIES, (name) => [name]),
    seeds: Array.from({ length: count(options.seeds, "seeds") }, (_, i) => firstSeed + i),
    batch: count(options.q, "q"),
    ...(options.trials === undefined ? {} : { trials: count(options.trials, "trials") }),
  };
  const measured: Record<string, ProblemResults> = {};
  for (const problem of problems) {
    measured[problem.name] = measure(problem, plan);
    process.stderr.write(`${problem.name} `);
  }
  process.stderr.write("\n");
  const results: Results = { ...provenance(options.date), batch: plan.batch, problems: measured };
  for (const table of [summary(results), byFamily(results), byProblem(results)]) console.table(table);
  if (options.out !== undefined) writeResults(options.out, results);
}

if (options.help) console.log(HELP);
else run();
