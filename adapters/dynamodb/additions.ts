import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Trial } from "../../lib/study/records.ts";
import { broughtIn, createdWith, KEY_LIFE_MS, keyReused, mayAdd, proposed, readySize, readyWith } from "../arrows.ts";
import { chargeOf } from "../money.ts";
import { raiseBest } from "./best.ts";
import type { Action } from "./connection.ts";
import { ABSENT, type Context, setting } from "./context.ts";
import { fromEpoch, fromTrial, toEpoch, toTrial } from "./items.ts";
import { EPOCH, STATE, trialSk } from "./keys.ts";
import { tellSpent } from "./purse.ts";
import { counting } from "./rewriting.ts";

type Addition = Parameters<StudyStore["addTrial"]>[1];
/** What is there of the trial now. */
interface Added {
  readonly trial: Trial;
  readonly score: number | null;
  readonly outcome: NonNullable<Awaited<ReturnType<StudyStore["addTrial"]>>>["outcome"];
}

/**
 * What the file enqueues is put first, as by `addProposals`; one transaction then adds the person's trial, makes ready what is
 * to be, and remembers the key: 3 to 5 items, 2 write units each.
 */
export function additions(context: Context): Pick<StudyStore, "addTrial"> {
  const { db, keys, state } = context;

  async function remembered(id: string, shards: number, { key, at }: Addition): Promise<Added | null> {
    const memory = key === undefined ? undefined : await db.get(keys.idempotency(key.value));
    if (memory === undefined || (memory["expiresAt"] as number) <= at) return null;
    if (memory["hash"] !== key?.hash) throw keyReused(key?.value ?? "");
    const item = await db.get(keys.trial(id, shards, memory["trial"] as number));
    return item === undefined ? null : { ...toTrial(item), outcome: "repeated" };
  }

  function remembering(id: string, trial: number, { key, at }: Addition): readonly Action[] {
    if (key === undefined) return [];
    const expiresAt = at + KEY_LIFE_MS;
    const memory = { hash: key.hash, study: id, trial, expiresAt, ttl: Math.ceil(expiresAt / 1000) };
    return [
      {
        Put: {
          TableName: db.table,
          Item: { ...keys.idempotency(key.value), ...memory },
          ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
          ExpressionAttributeValues: { ":now": at },
        },
      },
    ];
  }

  /** Of one that is finished: the counts, which a PROPOSED one is not among. */
  function counts(id: string, before: Trial, trial: Trial, capped: boolean, at: number): readonly Action[] {
    if (trial.state === "PROPOSED") return [];
    const charge = chargeOf(before, trial);
    return counting(
      context,
      id,
      { moves: [{ from: "PROPOSED", to: trial, charge, mark: trialSk(trial.number) }], capped, imported: 1 },
      at,
    );
  }

  return {
    async addTrial(id, addition) {
      const { proposals, settlement, at } = addition;
      const pk = keys.study(id);
      const answer = await db.persist<{ readonly answer: Added | null }>(
        `adding a trial to study "${id}"`,
        async () => {
          const found = await state(id);
          const again = await remembered(id, found.shards, addition);
          if (again !== null) return { answer: again };
          if (!mayAdd(found, addition)) return { answer: null };
          const last = proposals.at(-1)!;
          const key = keys.trial(id, found.shards, last.number);
          const standing = await db.get(key);
          const trial = settlement === undefined ? proposed(last) : broughtIn(last, settlement);
          for (const before of proposals.slice(0, -1)) {
            const item = fromTrial(keys.trial(id, found.shards, before.number), {
              ...{ rev: 1, trial: proposed(before), score: null },
            });
            await db.put(item, ABSENT);
          }
          const epoch = toEpoch(await db.get({ pk, sk: EPOCH }), found);
          if (epoch.number !== found.epoch) return null;
          const isNew = standing === undefined;
          const ready = readyWith(epoch.ready, isNew && settlement !== undefined ? proposals.slice(0, -1) : proposals);
          const added = (found.added ?? 0) + (isNew ? 1 : 0);
          const created = createdWith(found.created, proposals);
          const grown = { created, added, ready: readySize(ready), tail: null, updatedAt: at };
          const item = fromTrial(key, { rev: 1, trial, score: settlement?.score ?? null });
          const held = await db.transact([
            { Put: { TableName: db.table, Item: fromEpoch(pk, { ...epoch, ready }) } },
            { Update: { TableName: db.table, Key: { pk, sk: STATE }, ...setting(grown, found.rev) } },
            ...(isNew ? [{ Put: { TableName: db.table, Item: item, ...ABSENT } }] : []),
            ...(isNew ? counts(id, proposed(last), trial, found.capped === true, at) : []),
            ...(isNew ? remembering(id, trial.number, addition) : []),
          ]);
          if (!held.every(Boolean)) return null;
          const score = settlement?.score ?? null;
          return {
            answer: isNew ? { trial, score, outcome: "added" } : { ...toTrial(standing), outcome: "taken" },
          };
        },
      );
      if (answer.answer !== null) await raise(id, answer.answer, at);
      await tellSpent(context, id, at);
      return answer.answer === null ? null : { trial: answer.answer.trial, outcome: answer.answer.outcome };
    },
  };

  /** Also where the key has added it before, for a crash may have come in between: with the score that it was added with. */
  async function raise(id: string, { trial, score, outcome }: Added, at: number): Promise<void> {
    if (outcome === "taken" || score === null) return;
    const { number, parameters, metrics } = trial;
    await raiseBest(context, id, { trial: number, parameters, metrics: metrics ?? {}, score }, at);
  }
}
