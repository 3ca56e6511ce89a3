import type { Promotion, Proposal, StudyStore } from "../../lib/store/study-store.ts";
import { addable, begun, type Control, createdWith, moved, opening, promoted, proposed, readySize } from "../arrows.ts";
import { confirmedEvent, movedEvent, pacedEvent } from "../story.ts";
import { inParallel } from "./connection.ts";
import { ABSENT, type Context, LANES, setting } from "./context.ts";
import { fromControl, fromEpoch, fromTrial, type State, toEpoch, toTrial } from "./items.ts";
import { EPOCH, pad, STATE } from "./keys.ts";
import { rewriting } from "./rewriting.ts";

type Methods = Pick<StudyStore, "beginGeneration" | "moveStudy" | "openEpoch" | "addProposals">;

/**
 * Reading the state and writing it under the condition that it has not changed; another writer means reading again.
 * With the event that tells of it: 2 items, 2 write units each.
 */
export function generations(context: Context): Methods {
  const { db, keys, state, telling } = context;

  /** @param arrow the new control, or the answer where nothing changes. */
  function alter(id: string, arrow: (state: State) => Control | boolean): Promise<boolean> {
    return db.persist(`changing study "${id}"`, async () => {
      const found = await state(id);
      const next = arrow(found);
      if (typeof next === "boolean") return next;
      const Key = { pk: keys.study(id), sk: STATE };
      const held = await db.transact([
        { Update: { TableName: db.table, Key, ...setting(fromControl(next), found.rev) } },
        ...telling(
          id,
          next.confirmation === found.confirmation ? null : confirmedEvent(next),
          `C#${pad(found.rev, 10)}`,
        ),
        ...telling(id, movedEvent(found, next), `S#${pad(found.rev, 10)}`),
      ]);
      return held.every(Boolean) ? true : null;
    });
  }

  function promote(id: string, shards: number, promotion: Promotion, at: number): Promise<boolean> {
    const key = keys.trial(id, shards, promotion.number);
    return db.persist(`promoting trial ${promotion.number} of study "${id}"`, async () => {
      const item = await db.get(key);
      if (item === undefined) return false;
      const before = toTrial(item);
      const trial = promoted(before.trial, promotion);
      if (trial === null) return false;
      const change = { key, before, after: { trial, score: null } };
      const held = await db.transact(rewriting(context, id, [change], await context.capped(id), at));
      if (held.every(Boolean)) return true;
      if (!held[1]) context.forget(id);
      return null;
    });
  }

  /** What a call that was cut short has left is met as "the number exists". */
  function put(id: string, shards: number, proposals: readonly Proposal[]): Promise<unknown> {
    return inParallel(proposals, LANES, (proposal) => {
      const trial = proposed(proposal);
      return db.put(fromTrial(keys.trial(id, shards, trial.number), { rev: 1, trial, score: null }), ABSENT);
    });
  }

  return {
    beginGeneration(id, begin) {
      let admitted = false;
      return alter(id, (found) => {
        const { next, ...answer } = begun(found, begin);
        admitted = answer.admitted;
        return next ?? admitted;
      }).then(() => admitted);
    },

    moveStudy(id, move) {
      return alter(id, (found) => moved(found, move) ?? false);
    },

    /**
     * One conditional put for each proposal and one transaction for each promotion, 32 at a time, and one that opens the
     * epoch. A call that is cut short in between leaves trials above `created`, which the next call meets as "the number
     * exists", and promoted ones that are ready in no epoch yet.
     */
    openEpoch(id, wanted) {
      const pk = keys.study(id);
      const { number, proposals, promotions = [], ready, slots, trialsPerSlot, confirms, at } = wanted;
      let added = false;
      return db.persist(`opening epoch ${number} of study "${id}"`, async () => {
        const found = await state(id);
        if (opening(id, found, wanted) === "isOpen") {
          const epoch = toEpoch(await db.get({ pk, sk: EPOCH }), found);
          return epoch.number === number ? epoch : null;
        }
        if (!added) {
          await put(id, found.shards, proposals);
          await inParallel(promotions, LANES, (promotion) => promote(id, found.shards, promotion, at));
          added = true;
        }
        const epoch = { number, ready, slots, trialsPerSlot, ...(confirms === undefined ? {} : { confirms }) };
        const opened = {
          ...{ epoch: number, taken: 0, ready: readySize(ready), tail: null, updatedAt: at },
          created: createdWith(found.created, proposals),
        };
        const held = await db.transact([
          { Put: { TableName: db.table, Item: fromEpoch(pk, epoch) } },
          { Update: { TableName: db.table, Key: { pk, sk: STATE }, ...setting(opened, found.rev) } },
          ...telling(id, pacedEvent(wanted), `S#${pad(found.rev, 10)}`),
        ]);
        return held.every(Boolean) ? toEpoch(fromEpoch(pk, epoch), {}) : null;
      });
    },

    /** One conditional put for each proposal, 32 at a time, and one update that makes them ready: of the state alone, a write unit. */
    addProposals(id, wanted) {
      const pk = keys.study(id);
      const { proposals, at } = wanted;
      let added = false;
      return db.persist(`adding to epoch ${wanted.epoch} of study "${id}"`, async () => {
        const found = await state(id);
        if (!addable(found, wanted)) return false;
        if (!added) await put(id, found.shards, proposals);
        added = true;
        const tail = { from: found.tail?.from ?? proposals[0]!.number, to: proposals.at(-1)!.number };
        const grown = {
          ...{ tail, ready: found.ready + proposals.length, updatedAt: at },
          created: createdWith(found.created, proposals),
        };
        const written = await db.update({ Key: { pk, sk: STATE }, ...setting(grown, found.rev) });
        return "item" in written ? true : null;
      });
    },
  };
}
