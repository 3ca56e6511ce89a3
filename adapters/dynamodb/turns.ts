import type { Claim } from "../../lib/store/study-store.ts";
import type { Epoch } from "../../lib/study/records.ts";
import { noStudy, readyAt, readySize } from "../arrows.ts";
import type { Context } from "./context.ts";
import { type State, toEpoch } from "./items.ts";
import { EPOCH, STATE } from "./keys.ts";

export interface Turn {
  /** The trial whose turn it is; null where the next epoch has been opened meanwhile. */
  readonly number: number | null;
  readonly shards: number;
}

/**
 * Taking a turn is one atomic step on the study's state: who takes it, has the trial at that place to themselves.
 *
 * @returns takes the next turn of the open epoch; with `of`, only while that is of this generation and epoch. Null where there
 *   is none to take.
 */
export function turns({
  db,
  keys,
}: Context): (id: string, of?: Pick<Claim, "generation" | "epoch">) => Promise<Turn | null> {
  /** An open epoch changes only by what is added at its end, so that the last one read is as good as the item for all it has. */
  const epochs = new Map<string, Epoch>();

  /** @returns the trial at a place of the open epoch; null where another has been opened since the state was read. */
  async function readyIn(id: string, state: State, place: number): Promise<number | null> {
    const { epoch: number, ready, tail = null } = state;
    const opened = tail === null ? ready : ready - readySize([tail]);
    if (tail !== null && place >= opened) return readyAt([tail], place - opened);
    const known = epochs.get(id);
    const there = known?.number === number ? readyAt(known.ready, place) : null;
    if (there !== null) return there;
    const epoch = toEpoch(await db.get({ pk: keys.study(id), sk: EPOCH }), {});
    epochs.set(id, epoch);
    return epoch.number === number ? readyAt(epoch.ready, place) : null;
  }

  return async (id, of) => {
    const taken = await db.update({
      Key: { pk: keys.study(id), sk: STATE },
      UpdateExpression: "ADD #taken :one",
      ConditionExpression: `#status = :running AND #taken < #ready${of === undefined ? "" : " AND #generation = :generation AND #epoch = :epoch"}`,
      ExpressionAttributeNames: {
        ...{ "#taken": "taken", "#ready": "ready", "#status": "status" },
        ...(of === undefined ? {} : { "#generation": "generation", "#epoch": "epoch" }),
      },
      ExpressionAttributeValues: {
        ...{ ":one": 1, ":running": "RUNNING" },
        ...(of === undefined ? {} : { ":generation": of.generation, ":epoch": of.epoch }),
      },
    });
    if ("exists" in taken) {
      if (!taken.exists) throw noStudy(id);
      return null;
    }
    const state = taken.item as unknown as State & { readonly taken: number };
    return { number: await readyIn(id, state, state.taken - 1), shards: state.shards };
  };
}
