// Random studies through random faults, each of them twice, many more of them than the tests run. `--help` lists the options.
import { isDeepStrictEqual, parseArgs } from "node:util";
import { faultyStudy, type Story } from "../test/local/faults/faulty-study.ts";
import { wrongWith } from "../test/local/faults/wrong-with.ts";
import { provenance } from "./provenance.ts";
import { writeResults } from "./runner/results.ts";

const HELP = `npm run bench -- faults [options]

  --studies N         default: 1000
  --first N           seed of the first, the next has the next; default: 1
  --out FILE          write the results as JSON
  --date YYYY-MM-DD   to write into the file; default: today`;

const { values: options } = parseArgs({
  options: {
    studies: { type: "string", default: "1000" },
    first: { type: "string", default: "1" },
    out: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    help: { type: "boolean", default: false },
  },
});

/** What the studies went through together. */
function tally(totals: Map<string, number>, story: Story): void {
  const add = (what: string, count: number): void => void totals.set(what, (totals.get(what) ?? 0) + count);
  add("studies", 1);
  add("trials", story.trials.length);
  add("executions, with slots that are such", story.executions.length);
  for (const [fault, count] of story.injected) add(`handlers: ${fault}`, count);
  for (const [stroke, count] of Object.entries(story.strokes)) add(`executions: ${stroke}`, count);
  add("invocations for several trials", story.shifts);
  add("results parked", story.parked);
  add("trials requeued", story.events.filter(({ type }) => type === "requeued").length);
  add("results kept of a lease of an earlier generation", story.zombies);
  add("failures", story.trials.filter(({ state }) => state === "FAILED").length);
}

async function run(): Promise<void> {
  const [studies, first] = [Number(options.studies), Number(options.first)];
  const totals = new Map<string, number>();
  const wrong: { readonly seed: number; readonly problems: readonly string[] }[] = [];
  const start = performance.now();
  for (let seed = first; seed < first + studies; seed++) {
    const story = await faultyStudy(seed);
    tally(totals, story);
    const repeated = isDeepStrictEqual(story, await faultyStudy(seed));
    const problems = [...wrongWith(story), ...(repeated ? [] : ["another story the second time"])];
    if (problems.length === 0) continue;
    wrong.push({ seed, problems });
    console.log(`seed ${seed}:`, story.shape, problems);
  }
  const seconds = (performance.now() - start) / 1000;
  console.table(Object.fromEntries(totals));
  console.log(`${wrong.length} of ${studies} studies went wrong; ${seconds.toFixed(0)} s`);
  if (options.out !== undefined) {
    const results = { studies, first, seconds, wrong, totals: Object.fromEntries(totals) };
    writeResults(options.out, { ...provenance(options.date), ...results });
  }
  if (wrong.length > 0) process.exitCode = 1;
}

if (options.help) console.log(HELP);
else await run();
