// How busy slots are, and what the workflow and the table charge for a trial: rounds and slots. `--help` lists the options.
import { parseArgs } from "node:util";
import { dynamoStore } from "../adapters/dynamodb/store.ts";
import { openSqliteStore } from "../adapters/sqlite/store.ts";
import type { StrategyName, StudySpec } from "../lib/study/spec.ts";
import { createTable } from "../test/conformance/dynamodb-table.ts";
import { intercept } from "../test/local/studies.ts";
import { provenance } from "./provenance.ts";
import { writeResults } from "./runner/results.ts";
import { type Cost, costOf } from "./simulation/cost.ts";
import { lognormalDurations } from "./simulation/durations.ts";
import { type ShortTrials, type ShortTrialsOptions, shortTrials } from "./simulation/short-trials.ts";
import { type Simulated, simulate } from "./simulation/simulate.ts";
import { simulatedSpec } from "./simulation/spec.ts";
import { countingClient, type Units } from "./simulation/write-units.ts";

const HELP = `npm run bench -- utilisation [options]

  PEGBOX_DYNAMODB_ENDPOINT=http://host:port   of Amazon DynamoDB Local, to count the units of the table; without it they are left out

  --out FILE          write the results as JSON
  --date YYYY-MM-DD   to write into the file; default: today`;

const { values: options } = parseArgs({
  options: {
    out: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    help: { type: "boolean", default: false },
  },
});

const SLOTS = [8, 64, 1000];
const SIGMAS = [0.5, 1];
const MEAN_SECONDS = 60;

/** How the trials of a study come to its slots. */
interface Way {
  readonly name: string;
  readonly strategy: StrategyName;
  /** Trials a slot of each study. */
  readonly each: number;
  /** Studies over which the means are taken, with seeds from 1 on. */
  readonly studies: number;
}

const WAYS: readonly Way[] = [
  // a study of one trial a slot is a round, and a round is as good as another
  { name: "rounds", strategy: "random", each: 1, studies: 20 },
  { name: "slots, proposals as results come", strategy: "evolution", each: 30, studies: 1 },
  // the end, when slots wait, is the same however long the study
  { name: "slots, all proposed before", strategy: "random", each: 100, studies: 1 },
];

/** How the trials of one study come to its slots; in rounds they do where they take the same time. */
const COUNTED_WAYS: readonly (Pick<Way, "name" | "strategy"> & { readonly sigma: number })[] = [
  { name: "rounds", strategy: "evolution", sigma: 0 },
  ...WAYS.slice(1).map(({ name, strategy }) => ({ name, strategy, sigma: 1 })),
];

/** Studies whose writes are counted: long enough for what each study takes once to count little. */
const COUNTED: readonly { readonly slots: number; readonly trials: number }[] = [
  { slots: 4, trials: 200 },
  // what each trial reads of those before it
  { slots: 4, trials: 1000 },
  { slots: 64, trials: 640 },
  { slots: 1000, trials: 10_000 },
];

/** A study whose cost is compared: what a person may well run in an afternoon. */
const PRICED = { slots: 64, trials: 1000 } as const;

interface Row {
  readonly way: string;
  readonly slots: number;
  readonly sigma: number;
  readonly trials: number;
  readonly utilisation: number;
  readonly transitionsPerTrial: number;
  readonly mostEvents: number;
}

async function simulated(spec: StudySpec, sigma: number): Promise<Simulated> {
  const store = openSqliteStore({ memory: true });
  try {
    // other trials, other times
    const durations = lognormalDurations(MEAN_SECONDS, sigma);
    return await simulate(store, spec, (trial) => durations(trial + spec.seed * spec.trials));
  } finally {
    await store.close();
  }
}

async function row({ name, strategy, each, studies }: Way, slots: number, sigma: number): Promise<Row> {
  const trials = each * slots;
  const runs: Simulated[] = [];
  for (let seed = 1; seed <= studies; seed++) {
    runs.push(await simulated(simulatedSpec({ strategy, trials, parallel: slots, seed }), sigma));
  }
  const sum = (of: (run: Simulated) => number): number => runs.reduce((total, run) => total + of(run), 0);
  return {
    ...{ way: name, slots, sigma, trials },
    utilisation: sum(({ busySeconds }) => busySeconds) / sum((run) => run.busySeconds / run.utilisation),
    transitionsPerTrial: sum(({ transitions }) => transitions) / (studies * trials),
    mostEvents: Math.max(...runs.map(({ mostEvents }) => mostEvents)),
  };
}

async function busy(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const slots of SLOTS) {
    for (const sigma of SIGMAS) for (const way of WAYS) rows.push(await row(way, slots, sigma));
  }
  return rows;
}

/** Trials of a second, each slot a hundred of them, on a function that takes one at a time or several. */
const SHORT = { meanSeconds: 1, each: 100, slots: [8, 64], claimSeconds: [0, 0.2] } as const;

interface ShortRow extends ShortTrialsOptions, Omit<ShortTrials, "transitions"> {
  readonly slots: number;
  readonly sigma: number;
  readonly transitionsPerTrial: number;
}

async function short(): Promise<ShortRow[]> {
  const rows: ShortRow[] = [];
  for (const slots of SHORT.slots) {
    const trials = SHORT.each * slots;
    const spec = simulatedSpec({ strategy: "random", trials, parallel: slots });
    for (const sigma of SIGMAS) {
      for (const claimSeconds of SHORT.claimSeconds) {
        for (const shifts of [false, true]) {
          const durations = lognormalDurations(SHORT.meanSeconds, sigma);
          const { transitions, ...rest } = await shortTrials(spec, durations, { shifts, claimSeconds });
          rows.push({ slots, sigma, claimSeconds, shifts, transitionsPerTrial: transitions / trials, ...rest });
        }
      }
    }
  }
  return rows;
}

interface Charged {
  readonly way: string;
  readonly slots: number;
  readonly trials: number;
  /** Per trial. */
  readonly write: number;
  readonly read: number;
  readonly refused: number;
}

async function charged(endpoint: string): Promise<Charged[]> {
  const rows: Charged[] = [];
  for (const { slots, trials } of COUNTED) {
    for (const { name, strategy, sigma } of COUNTED_WAYS) {
      const { client, units } = countingClient(endpoint);
      const table = await createTable(client);
      const before: Units = { ...units };
      const spec = simulatedSpec({ strategy, trials, parallel: slots });
      // Who runs trials here looks every second whether they are still wanted, a read unit each; on AWS nobody does.
      let looks = 0;
      const store = intercept(dynamoStore({ client, table }), (method, call) => {
        if (method === "getTrial") looks++;
        return call();
      });
      await simulate(store, spec, lognormalDurations(MEAN_SECONDS, sigma));
      const each = (of: keyof Units): number => (units[of] - before[of]) / trials;
      rows.push({
        ...{ way: name, slots, trials },
        ...{ write: each("write"), read: each("read") - looks / trials, refused: each("refused") },
      });
      client.destroy();
    }
  }
  return rows;
}

async function costs(rows: readonly Charged[]): Promise<Cost[]> {
  const { slots, trials } = PRICED;
  const ways = await Promise.all(
    COUNTED_WAYS.map(async ({ name, strategy, sigma }) => {
      const run = await simulated(simulatedSpec({ strategy, trials, parallel: slots }), sigma);
      return { name: `Pegbox, ${name}`, run, units: rows.find((each) => each.slots === slots && each.way === name) };
    }),
  );
  return costOf(ways, { trials, slots });
}

async function run(): Promise<void> {
  const rows = await busy();
  console.table(
    rows.map(({ utilisation, transitionsPerTrial, mostEvents, ...rest }) => ({
      ...rest,
      "utilisation %": round(100 * utilisation),
      "transitions/trial": round(transitionsPerTrial),
      "events of the longest history": mostEvents,
    })),
  );
  const shortRows = await short();
  console.log(`trials of ${SHORT.meanSeconds} s in the mean, by themselves and in shifts`);
  console.table(
    shortRows.map(({ utilisation, transitionsPerTrial, tailSeconds, ...rest }) => ({
      ...rest,
      "utilisation %": round(100 * utilisation),
      "transitions/trial": round(transitionsPerTrial),
      "s with slots free in the end": round(tailSeconds),
    })),
  );
  const endpoint = process.env["PEGBOX_DYNAMODB_ENDPOINT"];
  if (endpoint === undefined) {
    console.log("the table's units are left out: set PEGBOX_DYNAMODB_ENDPOINT to Amazon DynamoDB Local");
    return;
  }
  const units = await charged(endpoint);
  console.log("units of the table, a trial of ten parameters");
  console.table(
    units.map(({ write, read, refused, ...rest }) => ({
      ...{ ...rest, write: round(write), read: round(read), "refused writes": round(refused) },
    })),
  );
  const usd = await costs(units);
  console.log(`USD of ${PRICED.trials} trials of ${MEAN_SECONDS} s on ${PRICED.slots} slots`);
  console.table(usd.map(({ name, ...parts }) => ({ name, ...mapped(parts, round) })));
  if (options.out !== undefined) {
    writeResults(options.out, {
      ...provenance(options.date),
      utilisation: rows,
      shortTrials: shortRows,
      units,
      priced: PRICED,
      usd,
    });
  }
}

const round = (value: number): number => Number(value.toPrecision(3));

function mapped(parts: Omit<Cost, "name">, to: (value: number) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, to(value)]));
}

if (options.help) console.log(HELP);
else await run();
