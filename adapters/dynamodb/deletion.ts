import type { StudyStore } from "../../lib/store/study-store.ts";
import { deletable } from "../arrows.ts";
import { type Item, inParallel } from "./connection.ts";
import { type Context, LANES, setting } from "./context.ts";
import { toState } from "./items.ts";
import { CLAIM_SHARDS, type Key, SPEC, STATE } from "./keys.ts";

/**
 * 1. The state is marked: from now on there is no such study.
 * 2. Trials, their history, measurements, claims, leases and events go, and the key that made the study; then what the study itself is.
 * 3. The marked state goes last: as long as it stands, the same call again finds what is left.
 *
 * A write unit an item, and a query for each 16th of each epoch's claims.
 */
export function deletion({ db, keys }: Context): Pick<StudyStore, "deleteStudy"> {
  /** @returns the state, marked. */
  function mark(id: string): Promise<Item | "none"> {
    const key = { pk: keys.study(id), sk: STATE };
    return db.persist(`deleting study "${id}"`, async () => {
      const item = await db.get(key);
      if (item === undefined) return "none";
      const { rev, status, deleted } = toState(item);
      if (deleted) return item;
      deletable(id, status);
      const written = await db.update({ Key: key, ...setting({ deleted: true }, rev) });
      return "item" in written ? written.item : null;
    });
  }

  async function clear(partitions: readonly string[], keeps: readonly string[] = []): Promise<void> {
    await inParallel(partitions, LANES, async (pk) => {
      const items = (await db.query(pk)) as unknown as readonly Key[];
      await inParallel(items, LANES, async (item) => keeps.includes(item.sk) || db.remove(item));
    });
  }

  /** After a day another study may have been made by the same key. */
  async function forgetKey(id: string, value: unknown): Promise<void> {
    if (typeof value !== "string") return;
    const key = keys.idempotency(value);
    if ((await db.get(key))?.["study"] === id) await db.remove(key);
  }

  return {
    async deleteStudy(id) {
      const marked = await mark(id);
      if (marked === "none") return false;
      const { shards, epoch } = toState(marked);
      for (const partition of [keys.trials, keys.measurements]) {
        await clear(Array.from({ length: shards }, (_, shard) => partition(id, shard)));
      }
      const claims = (number: number): string[] =>
        Array.from({ length: CLAIM_SHARDS }, (_, shard) => keys.claims(id, number, shard));
      for (let number = 1; number <= epoch; number++) await clear(claims(number));
      await clear([keys.events(id), keys.clients(id), keys.ledger(id)]);
      const pk = keys.study(id);
      await forgetKey(id, (await db.get({ pk, sk: SPEC }))?.["key"]);
      await clear([pk], [STATE]);
      await db.remove({ pk, sk: STATE });
      return true;
    },
  };
}
