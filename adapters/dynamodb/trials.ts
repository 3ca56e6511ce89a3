import type { Settlement, StudyStore } from "../../lib/store/study-store.ts";
import type { Range, Trial } from "../../lib/study/records.ts";
import type { Reason } from "../../lib/study/states.ts";
import { cancelled, noStudy, noTrial, paused, requeued, settled } from "../arrows.ts";
import { raiseBest, raiseBy } from "./best.ts";
import { BATCH_KEYS, type Item, inParallel } from "./connection.ts";
import { type Context, LANES } from "./context.ts";
import { type TrialItem, toTrial } from "./items.ts";
import { type Key, LAST_TRIAL, trialSk } from "./keys.ts";
import { tellSpent } from "./purse.ts";
import { rewriting } from "./rewriting.ts";

type Methods = Pick<
  StudyStore,
  "settleTrial" | "pauseTrial" | "requeueTrial" | "cancelTrials" | "improveBest" | "getTrial" | "readTrials"
>;

/** With the counts they are one transaction, of a hundred items and 4 MB at most: of the largest trials some 70 KB each. */
const CANCELLED_TOGETHER = 50;

/** Null for an unknown study or trial. */
export async function readTrial({ db, keys, shards }: Context, id: string, number: number): Promise<TrialItem | null> {
  const count = await shards(id);
  const item = count === null ? undefined : await db.get(keys.trial(id, count, number));
  return item === undefined ? null : toTrial(item);
}

/** What a trial is kept with as it ends: a replicate cannot be the best. */
export function scored(trial: Trial, score: number | null): Pick<TrialItem, "trial" | "score"> {
  return { trial, score: trial.source === "replicate" ? null : score };
}

interface Altered {
  readonly found: TrialItem;
  readonly changed: boolean;
}

type Alter = (
  id: string,
  number: number,
  at: number,
  arrow: (trial: Trial) => Trial | null,
  score?: number | null,
) => Promise<Altered>;

/** Reads a trial, runs the arrow, writes trial and counts (purse, event) in one transaction; 2 to 5 items, 2 write units each. */
function altering(context: Context): Alter {
  const { db, keys, shards } = context;

  async function keyOf(id: string, number: number): Promise<Key> {
    const count = await shards(id);
    if (count === null) throw noStudy(id);
    return keys.trial(id, count, number);
  }

  return async function alter(
    id: string,
    number: number,
    at: number,
    arrow: (trial: Trial) => Trial | null,
    score: number | null = null,
  ): Promise<Altered> {
    const key = await keyOf(id, number);
    const answer = await db.persist(`changing trial ${number} of study "${id}"`, async () => {
      const item = await db.get(key);
      if (item === undefined) throw noTrial(id, number);
      const before = toTrial(item);
      const trial = arrow(before.trial);
      if (trial === null) return { found: before, changed: false };
      const after = scored(trial, score);
      const held = await db.transact(rewriting(context, id, [{ key, before, after }], await context.capped(id), at));
      if (held.every(Boolean)) return { found: { ...before, ...after, rev: before.rev + 1 }, changed: true };
      if (!held[1]) context.forget(id);
      return null;
    });
    await tellSpent(context, id, at);
    return answer;
  };
}

/** @returns the arrow `settleTrial`, with all that is kept of the trial. */
export function settling(context: Context): (id: string, number: number, settlement: Settlement) => Promise<Altered> {
  const alter = altering(context);
  return async (id, number, settlement) => {
    const { score, at } = settlement;
    const altered = await alter(id, number, at, (trial) => settled(trial, settlement), score);
    await raiseBy(context, id, altered.found, at);
    return altered;
  };
}

export function trials(context: Context): Methods {
  const { db, keys, shards } = context;
  const alter = altering(context);
  const settle = settling(context);

  return {
    async settleTrial(id, number, settlement) {
      const { found, changed } = await settle(id, number, settlement);
      return { trial: found.trial, settled: changed };
    },

    async pauseTrial(id, number, pause) {
      const { found, changed } = await alter(id, number, pause.at, (trial) => paused(trial, pause));
      return { trial: found.trial, paused: changed };
    },

    async requeueTrial(id, number, requeue) {
      return (await alter(id, number, requeue.at, (trial) => requeued(trial, requeue))).changed;
    },

    async cancelTrials(id, numbers, reason, at) {
      const gone: number[] = [];
      for (let from = 0; from < numbers.length; from += CANCELLED_TOGETHER) {
        const some = numbers.slice(from, from + CANCELLED_TOGETHER);
        const cancelling = async () => cancel(id, some, reason, at);
        gone.push(...(await db.persist(`cancelling trials of study "${id}"`, cancelling)));
      }
      return gone;
    },

    async improveBest(id, best, at) {
      if ((await shards(id)) === null) throw noStudy(id);
      await raiseBest(context, id, best, at);
    },

    async getTrial(id, number) {
      return (await readTrial(context, id, number))?.trial ?? null;
    },

    /**
     * A range of one partition is one query (a read unit for 4 KB). Of 16 partitions: up to a hundred trials one batch
     * (a read unit for each trial), more a query for each partition.
     */
    async readTrials(id, { from, to }: Range) {
      const count = await shards(id);
      const last = Math.min(to, LAST_TRIAL);
      if (count === null || from > last) return [];
      const size = last - from + 1;
      const items =
        count > 1 && size <= BATCH_KEYS
          ? await db.batchGet(Array.from({ length: size }, (_, i) => keys.trial(id, count, from + i)))
          : await queries(id, count, from, last);
      return items.map((item) => toTrial(item).trial).sort((a, b) => a.number - b.number);
    },
  };

  /** Null where others have changed one of them meanwhile. */
  async function cancel(
    id: string,
    numbers: readonly number[],
    reason: Reason,
    at: number,
  ): Promise<readonly number[] | null> {
    const count = await shards(id);
    if (count === null) throw noStudy(id);
    const items = await db.batchGet(numbers.map((number) => keys.trial(id, count, number)));
    const found = new Map(items.map((item) => [toTrial(item).trial.number, toTrial(item)]));
    const changes = numbers.flatMap((number) => {
      const before = found.get(number);
      if (before === undefined) throw noTrial(id, number);
      const trial = cancelled(before.trial, reason, at);
      return trial === null ? [] : [{ key: keys.trial(id, count, number), before, after: scored(trial, null) }];
    });
    if (changes.length === 0) return [];
    const held = await db.transact(rewriting(context, id, changes, await context.capped(id), at));
    if (held.every(Boolean)) return changes.map(({ after }) => after.trial.number);
    if (!held[changes.length]) context.forget(id); // what it takes to be known of the counts is not so
    return null;
  }

  async function queries(id: string, count: number, from: number, to: number): Promise<readonly Item[]> {
    const partitions = Array.from({ length: count }, (_, shard) => keys.trials(id, shard));
    const range = { from: trialSk(from), to: trialSk(to) };
    return (await inParallel(partitions, LANES, (pk) => db.query(pk, range))).flat();
  }
}
