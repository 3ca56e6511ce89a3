import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { claim, success } from "../../store/fixtures.ts";

/** A process that claims and settles trials of study "s" until none is left, and prints their numbers. */
const [directory = "", slot = ""] = process.argv.slice(2);
const store = openSqliteStore({ directory });
const numbers: number[] = [];
for (let seq = 0; (await store.getStudy("s")) !== null; seq++) {
  const trial = await store.claimTrial("s", claim({ slot: Number(slot), seq }));
  if (trial === null) break;
  await store.settleTrial("s", trial.number, success(trial.number, { lease: trial.lease }));
  numbers.push(trial.number);
}
await store.close();
process.stdout.write(JSON.stringify(numbers));
