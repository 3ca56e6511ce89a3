import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { amended, KEY_LIFE_MS, keyReused, noStudy } from "../arrows.ts";
import { capOf } from "../money.ts";
import { type Action, inParallel } from "./connection.ts";
import { ABSENT, type Context, LANES } from "./context.ts";
import { isWhole, newStudy, toStudy } from "./items.ts";
import { COUNT_SHARDS, type Key, listed, listSkOf, NEWEST, pad, SPEC, STATE, trialShards } from "./keys.ts";
import { amendingPurse, newPurse, purseKey, readPurse } from "./purse.ts";

type Methods = Pick<StudyStore, "createStudy" | "getStudy" | "listStudies" | "amendStudy">;

export function studies(context: Context): Methods {
  const { db, keys, telling } = context;

  /** The purse of a new study, and its counts, which are to know of it from their first change on. */
  function capped(id: string, spec: StudySpec, at: number): readonly Action[] {
    const cap = capOf(spec);
    if (cap === null) return [];
    const purse = newPurse(purseKey(context, id), cap, { spent: 0, reserved: 0 });
    const counts = countKeys(id).map((key) => ({ ...key, capped: true, updatedAt: at }));
    return [purse, ...counts].map((Item) => ({ Put: { TableName: db.table, Item, ...ABSENT } }));
  }

  function countKeys(id: string): readonly Key[] {
    return Array.from({ length: COUNT_SHARDS }, (_, shard) => keys.counts(id, shard));
  }

  /** Items are read one after the other: an epoch that was opened or added to in between is read again. */
  async function find(id: string): Promise<Study | null> {
    const found = await db.persist(`reading study "${id}"`, async () => {
      const items = await db.query(keys.study(id));
      return isWhole(items) ? { study: toStudy(items) } : null;
    });
    return found.study;
  }

  async function study(id: string): Promise<Study> {
    const found = await find(id);
    if (found === null) throw noStudy(id);
    return found;
  }

  async function purseActions(found: Study, next: StudySpec, at: number): Promise<readonly Action[]> {
    if (capOf(found.spec) === capOf(next)) return [];
    const counts = await inParallel(countKeys(found.id), LANES, async (key) => ({ key, item: await db.get(key) }));
    return amendingPurse(context, found, next, counts, await readPurse(context, found.id), at);
  }

  return {
    /**
     * One transaction: the key, the specification, the state and the event appear together, and with a cap its purse and
     * all counts. 4 items, or 21, each written twice over.
     */
    async createStudy(id, spec, at, key) {
      const pk = keys.study(id);
      const lists = [keys.list(), keys.listOfName(spec.name)] as const;
      const added = { id, spec, createdAt: at, shards: trialShards(spec.trials), key: key?.value ?? null };
      const items = newStudy(pk, lists, added).map((Item) => ({ Put: { TableName: db.table, Item, ...ABSENT } }));
      const puts = [...items, ...capped(id, spec, at), ...telling(id, { type: "created", at }, "C")];
      if (key === undefined) {
        const held = await db.transact(puts);
        return { study: await study(id), created: held.every(Boolean) };
      }
      const expiresAt = at + KEY_LIFE_MS;
      const memory = {
        Put: {
          TableName: db.table,
          Item: {
            ...keys.idempotency(key.value),
            ...{ hash: key.hash, study: id, expiresAt, ttl: Math.ceil(expiresAt / 1000) },
          },
          ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
          ExpressionAttributeValues: { ":now": at },
        },
      };
      const held = await db.transact([memory, ...puts]);
      if (held[0]) return { study: await study(id), created: held.every(Boolean) };
      const first = await db.get(keys.idempotency(key.value));
      if (first?.["hash"] !== key.hash) throw keyReused(key.value);
      return { study: await study(first["study"] as string), created: false };
    },

    /** One strongly consistent query. */
    getStudy: find,

    /** One query of the index, and one of the table for each study of the page. */
    async listStudies({ limit, after, name }) {
      const pk = name === undefined ? keys.list() : keys.listOfName(name);
      const found = (await db.list(pk, listSkOf(after ?? NEWEST), limit + 1)).map(listed);
      const page = found.slice(0, limit);
      const items = await inParallel(page, LANES, ({ id }) => find(id));
      return {
        items: items.filter((item) => item !== null),
        next: found.length > limit ? (page.at(-1)?.token ?? null) : null,
      };
    },

    async amendStudy(id, { spec, reason, amendments, at }) {
      const pk = keys.study(id);
      const outcome = await db.persist(`amending study "${id}"`, async () => {
        const found = await study(id);
        const changes = amended(found.spec, spec);
        if (changes === null) return "amended";
        if (amendments !== undefined && amendments !== found.amendments) return "refused";
        const version = found.amendments + 1;
        const next = { ...found.spec, ...spec };
        const money = await purseActions(found, next, at);
        const mark = money.length === 0 ? "" : capOf(next) === null ? " REMOVE capped" : ", capped = :yes";
        const held = await db.transact([
          {
            Update: {
              TableName: db.table,
              Key: { pk, sk: SPEC },
              UpdateExpression: "SET #spec = :spec, #version = :next",
              ConditionExpression: "#version = :seen",
              ExpressionAttributeNames: { "#spec": "spec", "#version": "version" },
              ExpressionAttributeValues: {
                ":spec": JSON.stringify(next),
                ":next": version + 1,
                ":seen": version,
              },
            },
          },
          {
            Update: {
              TableName: db.table,
              Key: { pk, sk: STATE },
              UpdateExpression: `SET updatedAt = :at${mark}`,
              ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(deleted)",
              ExpressionAttributeValues: { ":at": at, ...(mark.startsWith(",") ? { ":yes": true } : {}) },
            },
          },
          ...money,
          ...telling(id, { type: "amended", at, reason, changes }, `A#${pad(version, 10)}`),
        ]);
        if (money.length > 0) context.forget(id);
        return held.every(Boolean) ? "amended" : null;
      });
      return outcome === "amended" ? study(id) : null;
    },
  };
}
