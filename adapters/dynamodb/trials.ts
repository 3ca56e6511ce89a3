import type { Settlement, StudyStore } from "../../lib/store/study-store.ts";
import type { Range, Trial } from "../../lib/study/records.ts";
import type { Reason } from "../../lib/study/states.ts";
import { cancelled, noStudy, noTrial, paused, requeued, settled } from "../arrows.ts";
import { raiseBest, raiseBy } from "./best.ts";
import { BATCH_KEYS, inParallel } from "./connection.ts";
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

/** The trials of these numbers that exist, in no order: batches of a hundred, a read unit for each trial. */
export async function readNumbers(
  { db, keys, shards }: Context,
  id: string,
  numbers: readonly number[],
): Promise<readonly Trial[]> {
  const count = await shards(id);
  if (count === null) return [];
  const batches = Array.from({ length: Math.ceil(numbers.length / BATCH_KEYS) }, (_, i) =>
    numbers.slice(i * BATCH_KEYS, (i + 1) * BATCH_KEYS).map((number) => keys.trial(id, count, number)),
  );
  return (await inParallel(batches, LANES, (batch) => db.batchGet(batch))).flat().map((item) => toTrial(item).trial);
}

/**
 * The trials of a range that exist, in order of number. Of one partition it is one query (a read unit for 4 KB). Of 16
 * partitions: up to a hundred trials one batch (a read unit for each trial), more a query for each partition.
 */
export async function readRange(context: Context, id: string, { from, to }: Range): Promise<readonly Trial[]> {
  const { db, keys, shards } = context;
  const count = await shards(id);
  const last = Math.min(to, LAST_TRIAL);
  if (count === null || from > last) return [];
  const size = last - from + 1;
  const partitions = Array.from({ length: count }, (_, shard) => keys.trials(id, shard));
  const range = { from: trialSk(from), to: trialSk(last) };
  const trials =
    count > 1 && size <= BATCH_KEYS
      ? await readNumbers(context, id, numbersIn({ from, to: last }))
      : (await inParallel(partitions, LANES, (pk) => db.query(pk, range))).flat().map((item) => toTrial(item).trial);
  return [...trials].sort((a, b) => a.number - b.number);
}

const numbersIn = ({ from, to }: Range): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

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

    readTrials: (id, range) => readRange(context, id, range),
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
}
