import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Best, Range, Trial } from "../../lib/study/records.ts";
import type { TrialState } from "../../lib/study/states.ts";
import { doneCount } from "../../lib/study/stopping.ts";
import { cancelled, countOf, noStudy, noTrial, paused, replicateEnd, requeued, settled } from "../arrows.ts";
import { type Charge, chargeOf, overrunEvent } from "../money.ts";
import { bestEvent, trialEvent } from "../story.ts";
import { type Action, BATCH_KEYS, type Item, inParallel } from "./connection.ts";
import { type Context, LANES, unchanged } from "./context.ts";
import { fromTrial, replicatesIn, type TrialItem, toCounts, toImported, toReplicates, toTrial } from "./items.ts";
import { BEST, COUNTS, type Key, LAST_TRIAL, pad, trialSk } from "./keys.ts";
import { paying, tellSpent } from "./purse.ts";
import { rank } from "./rank.ts";

type Methods = Pick<
  StudyStore,
  "settleTrial" | "pauseTrial" | "requeueTrial" | "cancelTrial" | "improveBest" | "getTrial" | "readTrials"
>;

/** What is known of a trial that changes; `capped` is what its study is thought to be: the counts know, and refuse the other. */
interface Change {
  readonly before: TrialItem;
  readonly after: Omit<TrialItem, "rev">;
  readonly capped: boolean;
}

/** The trial as it becomes, if it has not changed since it was read, and the counts with it; of a fault, an event too. */
export function rewriting(
  context: Context,
  id: string,
  key: Key,
  { before, after, capped }: Change,
  at: number,
): readonly Action[] {
  const { db, telling } = context;
  const { rev } = before;
  const mark = `${key.sk}#${pad(rev, 10)}`;
  const charge = chargeOf(before.trial, after.trial);
  const Item = fromTrial(key, { ...after, rev: rev + 1 });
  return [
    { Put: { TableName: db.table, Item, ...unchanged(rev) } },
    ...counting(context, id, { from: before.trial.state, to: after.trial, charge, capped, mark }, at),
    ...telling(id, trialEvent(before.trial, after.trial, at), `T#${mark}`),
  ];
}

interface Counted {
  readonly from: TrialState;
  readonly to: Trial;
  readonly charge: Charge;
  readonly capped: boolean;
  /** Tells what may happen to one trial at one instant apart. */
  readonly mark: string;
  /** @default 0 */
  readonly imported?: number;
}

/** The counts, which know whether there is a cap; with one, the purse, and what is to be told of an overrun. */
export function counting(context: Context, id: string, counted: Counted, at: number): readonly Action[] {
  const { db, keys, telling } = context;
  const { to, charge, capped, mark } = counted;
  const Update = { TableName: db.table, Key: keys.counts(id, to.number), ...recount(counted, at) };
  if (!capped) return [{ Update }];
  const isClaim = to.state === "RUNNING";
  const isFree = charge.spent === 0 && charge.reserved === 0;
  return [
    { Update },
    ...(isClaim || !isFree ? [paying(context, id, charge, isClaim)] : []),
    ...telling(id, overrunEvent(charge, to.number, at), `U#${mark}`),
  ];
}

/** PROPOSED is not counted: it is what is left (`toCounts`). */
function recount(
  { from, to, charge, capped, imported = 0 }: Counted,
  at: number,
): Omit<NonNullable<Action["Update"]>, "TableName" | "Key"> {
  const end = replicateEnd(to);
  const changes: (readonly [name: string, by: number])[] = [
    [countOf(from), -1],
    [countOf(to.state), 1],
    ["nanoUsd", charge.spent],
    ["reservedNano", charge.reserved],
    ["imported", imported],
    ...(end === null ? [] : [[replicatesIn(end), 1] as const]),
  ];
  const counted = changes.filter(([name, by]) => name !== "proposed" && by !== 0);
  return {
    UpdateExpression: `SET updatedAt = :at ADD ${counted.map(([name]) => `#${name} :${name}`).join(", ")}`,
    ConditionExpression: capped ? "capped = :yes" : "attribute_not_exists(capped)",
    ExpressionAttributeNames: Object.fromEntries(counted.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...{ ":at": at, ...(capped ? { ":yes": true } : {}) },
      ...Object.fromEntries(counted.map(([name, by]) => [`:${name}`, by])),
    },
  };
}

/**
 * `best` follows the trial in a write of its own. A crash in between is made good by the same result told again, or
 * by `improveBest`.
 */
export async function raiseBest({ db, keys, telling }: Context, id: string, best: Best, at: number): Promise<void> {
  const pk = keys.study(id);
  const mine = rank(best.score, best.trial);
  const items = await db.query(pk, { from: BEST, to: `${COUNTS}~` });
  const standing = items.find((item) => item["sk"] === BEST)?.["rank"] as string | undefined;
  if (standing !== undefined && standing <= mine) return;
  const shards = items.filter((item) => item["sk"] !== BEST);
  const endedAtBest = doneCount({
    counts: toCounts(shards, 0),
    replicates: toReplicates(shards),
    imported: toImported(shards),
  });
  const item = {
    ...{ pk, sk: BEST, rank: mine, trial: best.trial, updatedAt: at, endedAtBest },
    score: JSON.stringify(best.score),
    parameters: JSON.stringify(best.parameters),
    metrics: JSON.stringify(best.metrics),
  };
  await db.transact([
    {
      Put: {
        TableName: db.table,
        Item: item,
        ConditionExpression: "attribute_not_exists(pk) OR #rank > :rank",
        ExpressionAttributeNames: { "#rank": "rank" },
        ExpressionAttributeValues: { ":rank": mine },
      },
    },
    ...telling(id, bestEvent(best, at), `B#${trialSk(best.trial)}`),
  ]);
}

export function trials(context: Context): Methods {
  const { db, keys, shards } = context;

  async function keyOf(id: string, number: number): Promise<Key> {
    const count = await shards(id);
    if (count === null) throw noStudy(id);
    return keys.trial(id, count, number);
  }

  /** Reads a trial, runs the arrow, writes trial and counts (purse, event) in one transaction; 2 to 5 items, 2 write units each. */
  async function alter(
    id: string,
    number: number,
    at: number,
    arrow: (trial: Trial) => Trial | null,
    score: number | null = null,
  ): Promise<{ readonly found: TrialItem; readonly changed: boolean }> {
    const key = await keyOf(id, number);
    const answer = await db.persist(`changing trial ${number} of study "${id}"`, async () => {
      const item = await db.get(key);
      if (item === undefined) throw noTrial(id, number);
      const before = toTrial(item);
      const trial = arrow(before.trial);
      if (trial === null) return { found: before, changed: false };
      const after = { rev: before.rev + 1, trial, score: trial.source === "replicate" ? null : score };
      const capped = await context.capped(id);
      const held = await db.transact(rewriting(context, id, key, { before, after, capped }, at));
      if (held.every(Boolean)) return { found: after, changed: true };
      if (!held[1]) context.forget(id);
      return null;
    });
    if (await context.capped(id)) await tellSpent(context, id, at);
    return answer;
  }

  return {
    async settleTrial(id, number, settlement) {
      const { score, at } = settlement;
      const { found, changed } = await alter(id, number, at, (trial) => settled(trial, settlement), score);
      const { trial } = found;
      if (found.score !== null) {
        const { parameters, metrics, endedAt } = trial;
        const best = { trial: number, parameters, metrics: metrics ?? {}, score: found.score };
        await raiseBest(context, id, best, endedAt ?? at);
      }
      return { trial, settled: changed };
    },

    async pauseTrial(id, number, pause) {
      const { found, changed } = await alter(id, number, pause.at, (trial) => paused(trial, pause));
      return { trial: found.trial, paused: changed };
    },

    async requeueTrial(id, number, requeue) {
      return (await alter(id, number, requeue.at, (trial) => requeued(trial, requeue))).changed;
    },

    async cancelTrial(id, number, reason, at) {
      return (await alter(id, number, at, (trial) => cancelled(trial, reason, at))).changed;
    },

    async improveBest(id, best, at) {
      if ((await shards(id)) === null) throw noStudy(id);
      await raiseBest(context, id, best, at);
    },

    async getTrial(id, number) {
      const count = await shards(id);
      const item = count === null ? undefined : await db.get(keys.trial(id, count, number));
      return item === undefined ? null : toTrial(item).trial;
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

  async function queries(id: string, count: number, from: number, to: number): Promise<readonly Item[]> {
    const partitions = Array.from({ length: count }, (_, shard) => keys.trials(id, shard));
    const range = { from: trialSk(from), to: trialSk(to) };
    return (await inParallel(partitions, LANES, (pk) => db.query(pk, range))).flat();
  }
}
