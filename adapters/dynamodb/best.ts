import type { Best } from "../../lib/study/records.ts";
import { doneCount } from "../../lib/study/stopping.ts";
import { bestEvent } from "../story.ts";
import type { Context } from "./context.ts";
import { type TrialItem, toCounts, toImported, toReplicates } from "./items.ts";
import { BEST, COUNTS, trialSk } from "./keys.ts";
import { rank } from "./rank.ts";

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

/** Of a trial that has ended, also where it had before. */
export async function raiseBy(context: Context, id: string, { trial, score }: TrialItem, at: number): Promise<void> {
  if (score === null) return;
  const { number, parameters, metrics, endedAt } = trial;
  await raiseBest(context, id, { trial: number, parameters, metrics: metrics ?? {}, score }, endedAt ?? at);
}
