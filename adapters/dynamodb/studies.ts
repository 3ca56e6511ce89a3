import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { KEY_LIFE_MS, keyReused, noStudy } from "../arrows.ts";
import { inParallel } from "./connection.ts";
import { ABSENT, type Context, LANES } from "./context.ts";
import { newStudy, parsed, toStudy } from "./items.ts";
import { listed, listSkOf, NEWEST, SPEC, STATE, trialShards } from "./keys.ts";

type Methods = Pick<StudyStore, "createStudy" | "getStudy" | "listStudies" | "amendStudy">;

export function studies({ db, keys }: Context): Methods {
  async function find(id: string): Promise<Study | null> {
    return toStudy(await db.query(keys.study(id)));
  }

  async function study(id: string): Promise<Study> {
    const found = await find(id);
    if (found === null) throw noStudy(id);
    return found;
  }

  return {
    /** One transaction: the key, the specification and the state appear together. 3 items, each written twice over. */
    async createStudy(id, spec, at, key) {
      const pk = keys.study(id);
      const lists = [keys.list(), keys.listOfName(spec.name)] as const;
      const [specItem, stateItem] = newStudy(pk, lists, { id, spec, createdAt: at, shards: trialShards(spec.trials) });
      const puts = [specItem, stateItem].map((Item) => ({ Put: { TableName: db.table, Item, ...ABSENT } }));
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

    async amendStudy(id, { trials, parallel, budget, stopping }, at) {
      const pk = keys.study(id);
      await db.persist(`amending study "${id}"`, async () => {
        const item = await db.get({ pk, sk: SPEC });
        if (item === undefined) throw noStudy(id);
        const spec: StudySpec = { ...parsed<StudySpec>(item["spec"]), trials, parallel, budget, stopping };
        const version = item["version"] as number;
        const held = await db.transact([
          {
            Put: {
              TableName: db.table,
              Item: { ...item, spec: JSON.stringify(spec), version: version + 1 },
              ConditionExpression: "#version = :seen",
              ExpressionAttributeNames: { "#version": "version" },
              ExpressionAttributeValues: { ":seen": version },
            },
          },
          {
            Update: {
              TableName: db.table,
              Key: { pk, sk: STATE },
              UpdateExpression: "SET updatedAt = :at",
              ExpressionAttributeValues: { ":at": at },
            },
          },
        ]);
        return held.every(Boolean) ? true : null;
      });
      return study(id);
    },
  };
}
