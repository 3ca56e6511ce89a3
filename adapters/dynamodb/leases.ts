import type { Leasing, StudyStore } from "../../lib/store/study-store.ts";
import type { Trial } from "../../lib/study/records.ts";
import { EXPIRED_LIMIT, isExpired, isHeldBy, leased, noStudy, noTrial, renewed } from "../arrows.ts";
import { BATCH_KEYS, type Item, inParallel } from "./connection.ts";
import { ABSENT, type Context, LANES, setting, unchanged } from "./context.ts";
import { type TrialItem, toTrial } from "./items.ts";
import type { Key } from "./keys.ts";
import { affords } from "./purse.ts";
import { rewriting } from "./rewriting.ts";
import { turns } from "./turns.ts";

/** What is remembered of a client beside the trial that it begins. */
interface Known {
  readonly trials: readonly number[];
  /** 0 where there is no item. */
  readonly rev: number;
}

/**
 * Who runs what is remembered in one item a client, which is written in the transaction that starts a trial, in the place of a
 * slot's claim. Ends write nothing there: what an item lists beyond what its client still runs is left out when it is written
 * next, and an item that lists nothing else goes when expired leases are looked for.
 */
export function leases(context: Context): Pick<StudyStore, "leaseTrials" | "renewLease" | "readExpired"> {
  const { db, keys } = context;
  const nextTurn = turns(context);

  async function shardsOf(id: string): Promise<number> {
    const shards = await context.shards(id);
    if (shards === null) throw noStudy(id);
    return shards;
  }

  async function own(id: string, client: string): Promise<{ readonly given: readonly Trial[]; readonly rev: number }> {
    const item = await db.get(itemKey(id, client));
    const trials = await read(id, item === undefined ? [] : listed(item));
    return { given: trials.filter((trial) => isHeldBy(trial, client)), rev: item === undefined ? 0 : revision(item) };
  }

  const itemKey = (id: string, client: string): Key => ({ pk: keys.clients(id), sk: client });

  async function read(id: string, numbers: readonly number[]): Promise<readonly Trial[]> {
    const shards = await shardsOf(id);
    const found = numbers.map((number) => keys.trial(id, shards, number));
    const pages = Array.from({ length: Math.ceil(found.length / BATCH_KEYS) }, (_, i) =>
      found.slice(i * BATCH_KEYS, (i + 1) * BATCH_KEYS),
    );
    const items = (await inParallel(pages, LANES, (page) => db.batchGet(page))).flat();
    return items.map((item) => toTrial(item).trial).sort((a, b) => a.number - b.number);
  }

  /** @returns the started trial; `passed` when it is not PROPOSED; `overtaken` when the same client has asked meanwhile. */
  function start(
    id: string,
    key: Key,
    { trials, rev }: Known,
    leasing: Leasing,
  ): Promise<Trial | "passed" | "overtaken" | "unaffordable"> {
    return db.persist(`leasing ${key.sk} of study "${id}"`, async () => {
      const item = await db.get(key);
      if (item === undefined) return "passed";
      const before = toTrial(item);
      const trial = leased(before.trial, leasing);
      if (trial === null) return "passed";
      const Item = { ...itemKey(id, leasing.client), trials: [...trials, trial.number], rev: rev + 1 };
      const condition = rev === 0 ? ABSENT : unchanged(rev);
      const capped = await context.capped(id);
      const done = await db.transact([
        { Put: { TableName: db.table, Item, ...condition } },
        ...rewriting(context, id, [{ key, before, after: { trial, score: null } }], capped, leasing.at),
      ]);
      if (done.every(Boolean)) return trial;
      if (!done[0]) return "overtaken";
      if (!done[2]) context.forget(id);
      return (await affords(context, id, leasing)) ? null : "unaffordable";
    });
  }

  return {
    async leaseTrials(id, leasing) {
      const { client, count, starts } = leasing;
      let { given, rev } = await own(id, client);
      while (starts && given.length < count) {
        if (!(await affords(context, id, leasing))) break;
        const taken = await nextTurn(id);
        if (taken === null) break;
        if (taken.number === null) continue;
        const known = { trials: given.map(({ number }) => number), rev };
        const started = await start(id, keys.trial(id, taken.shards, taken.number), known, leasing);
        if (started === "unaffordable") break;
        if (started === "overtaken") ({ given, rev } = await own(id, client));
        else if (started !== "passed") {
          given = [...given, started];
          rev += 1;
        }
      }
      return given.slice(0, count);
    },

    async renewLease(id, number, renewal) {
      const key = keys.trial(id, await shardsOf(id), number);
      return db.persist(`renewing the lease of trial ${number} of study "${id}"`, async () => {
        const item = await db.get(key);
        if (item === undefined) throw noTrial(id, number);
        const before: TrialItem = toTrial(item);
        const after = renewed(before.trial, renewal);
        if (after === null) return before.trial;
        const written = await db.update({ Key: key, ...setting({ leaseUntil: after.leaseUntil }, before.rev) });
        return "item" in written ? after : null;
      });
    },

    async readExpired(id, at) {
      if ((await context.shards(id)) === null) return [];
      const items = await db.query(keys.clients(id));
      const open = (await read(id, items.flatMap(listed))).filter(({ state }) => state === "RUNNING");
      const byClient = new Map(items.map((item) => [item["sk"] as string, item]));
      const idle = [...byClient].filter(([client]) => !open.some((trial) => isHeldBy(trial, client)));
      await inParallel(idle, LANES, ([, item]) => forget(item));
      return open.filter((trial) => isExpired(trial, at)).slice(0, EXPIRED_LIMIT);
    },
  };

  /** Unless its client has begun a trial meanwhile. */
  function forget(item: Item): Promise<unknown> {
    const { pk, sk } = item as unknown as Key;
    return db.transact([{ Delete: { TableName: db.table, Key: { pk, sk }, ...unchanged(revision(item)) } }]);
  }
}

const revision = (item: Item): number => item["rev"] as number;
const listed = (item: Item): readonly number[] => item["trials"] as readonly number[];
