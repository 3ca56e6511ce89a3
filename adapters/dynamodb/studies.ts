import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study } from "../../lib/study/records.ts";
import { amended, KEY_LIFE_MS, keyReused, noStudy } from "../arrows.ts";
import { inParallel } from "./connection.ts";
import { ABSENT, type Context, LANES } from "./context.ts";
import { isWhole, newStudy, toStudy } from "./items.ts";
import { listed, listSkOf, NEWEST, pad, SPEC, STATE, trialShards } from "./keys.ts";

type Methods = Pick<StudyStore, "createStudy" | "getStudy" | "listStudies" | "amendStudy">;

export function studies({ db, keys, telling }: Context): Methods {
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

  return {
    /** One transaction: the key, the specification, the state and the event appear together. 4 items, each written twice over. */
    async createStudy(id, spec, at, key) {
      const pk = keys.study(id);
      const lists = [keys.list(), keys.listOfName(spec.name)] as const;
      const added = { id, spec, createdAt: at, shards: trialShards(spec.trials), key: key?.value ?? null };
      const items = newStudy(pk, lists, added).map((Item) => ({ Put: { TableName: db.table, Item, ...ABSENT } }));
      const puts = [...items, ...telling(id, { type: "created", at }, "C")];
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
        const held = await db.transact([
          {
            Update: {
              TableName: db.table,
              Key: { pk, sk: SPEC },
              UpdateExpression: "SET #spec = :spec, #version = :next",
              ConditionExpression: "#version = :seen",
              ExpressionAttributeNames: { "#spec": "spec", "#version": "version" },
              ExpressionAttributeValues: {
                ":spec": JSON.stringify({ ...found.spec, ...spec }),
                ":next": version + 1,
                ":seen": version,
              },
            },
          },
          {
            Update: {
              TableName: db.table,
              Key: { pk, sk: STATE },
              UpdateExpression: "SET updatedAt = :at",
              ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(deleted)",
              ExpressionAttributeValues: { ":at": at },
            },
          },
          ...telling(id, { type: "amended", at, reason, changes }, `A#${pad(version, 10)}`),
        ]);
        return held.every(Boolean) ? "amended" : null;
      });
      return outcome === "amended" ? study(id) : null;
    },
  };
}
