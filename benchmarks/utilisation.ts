// How busy slots are, and what the workflow and the table charge for a trial: rounds and slots. `--help` lists the options.
import { parseArgs } from "node:util";
import { dynamoStore } from "../adapters/dynamodb/store.ts";
import { openSqliteStore } from "../adapters/sqlite/store.ts";
import type { StrategyName } from "../lib/study/spec.ts";
import { createTable } from "../test/conformance/dynamodb-table.ts";
import { provenance } from "./provenance.ts";
import { writeResults } from "./runner/results.ts";
import { type Cost, costOf } from "./simulation/cost.ts";
import { lognormalDurations } from "./simulation/durations.ts";
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

/** A strategy that goes on in rounds, and one whose slots take trial after trial; how many trials a slot each study has. */
const WAYS: readonly { readonly strategy: StrategyName; readonly each: number }[] = [
  // a round is as good as another
  { strategy: "evolution", each: 20 },
  // the end, when slots wait, is the same however long the study
  { strategy: "random", each: 100 },
];

/** Studies whose writes are counted: long enough for what each study takes once to count little. */
const COUNTED: readonly { readonly slots: number; readonly trials: number }[] = [
  { slots: 4, trials: 200 },
  { slots: 64, trials: 640 },
  { slots: 1000, trials: 3000 },
];

/** A study whose cost is compared: what a person may well run in an afternoon. */
const PRICED = { slots: 64, trials: 1000, sigma: 1 } as const;

interface Row {
  readonly strategy: StrategyName;
  readonly slots: number;
  readonly sigma: number;
  readonly trials: number;
  readonly epochs: number;
  readonly utilisation: number;
  readonly transitionsPerTrial: number;
  readonly mostEvents: number;
}

async function simulated(strategy: StrategyName, trials: number, slots: number, sigma: number): Promise<Simulated> {
  const store = openSqliteStore({ memory: true });
  try {
    const spec = simulatedSpec({ strategy, trials, parallel: slots });
    return await simulate(store, spec, lognormalDurations(MEAN_SECONDS, sigma));
  } finally {
    await store.close();
  }
}

async function busy(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const slots of SLOTS) {
    for (const sigma of SIGMAS) {
      for (const { strategy, each } of WAYS) {
        const trials = each * slots;
        const { epochs, utilisation, transitions, mostEvents } = await simulated(strategy, trials, slots, sigma);
        const transitionsPerTrial = transitions / trials;
        rows.push({ strategy, slots, sigma, trials, epochs, utilisation, transitionsPerTrial, mostEvents });
      }
    }
  }
  return rows;
}

interface Charged {
  readonly strategy: StrategyName;
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
    for (const { strategy } of WAYS) {
      const { client, units } = countingClient(endpoint);
      const table = await createTable(client);
      const before: Units = { ...units };
      const spec = simulatedSpec({ strategy, trials, parallel: slots });
      await simulate(dynamoStore({ client, table }), spec, lognormalDurations(MEAN_SECONDS, 1));
      const each = (of: keyof Units): number => (units[of] - before[of]) / trials;
      rows.push({ strategy, slots, trials, write: each("write"), read: each("read"), refused: each("refused") });
      client.destroy();
    }
  }
  return rows;
}

async function costs(rows: readonly Charged[]): Promise<Cost[]> {
  const { slots, trials, sigma } = PRICED;
  const ways = await Promise.all(
    WAYS.map(async ({ strategy }) => {
      const run = await simulated(strategy, trials, slots, sigma);
      const units = rows.find((row) => row.slots === slots && row.strategy === strategy);
      return { name: `Pegbox, ${strategy}`, run, units };
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
    writeResults(options.out, { ...provenance(options.date), utilisation: rows, units, priced: PRICED, usd });
  }
}

const round = (value: number): number => Number(value.toPrecision(3));

function mapped(parts: Omit<Cost, "name">, to: (value: number) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, to(value)]));
}

if (options.help) console.log(HELP);
else await run();
