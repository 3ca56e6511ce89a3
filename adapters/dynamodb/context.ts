import type { StudyEvent } from "../../lib/study/events.ts";
import { noStudy } from "../arrows.ts";
import type { Action, Connection } from "./connection.ts";
import { fromEvent, type State, toState } from "./items.ts";
import { type Keys, STATE } from "./keys.ts";

/** How many requests one call has under way: below the 50 sockets that the SDK opens. */
export const LANES = 32;

/** What the parts of the store share. */
export interface Context {
  readonly db: Connection;
  readonly keys: Keys;
  /** @throws {PegboxError} `NOT_FOUND`. */
  state(id: string): Promise<State>;
  /** Over how many partitions the trials are spread; null for an unknown study. */
  shards(id: string): Promise<number | null>;
  /** Whether the study has a cap, as far as is known here: a transaction finds out, and `forget` makes it be read again. */
  capped(id: string): Promise<boolean>;
  forget(id: string): void;
  /** Writes an event beside what made it happen; nothing for null. */
  telling(id: string, event: StudyEvent | null, mark: string): readonly Action[];
}

export function context(db: Connection, keys: Keys): Context {
  const known = new Map<string, Pick<State, "shards" | "capped">>();

  async function read(id: string): Promise<State | null> {
    const item = await db.get({ pk: keys.study(id), sk: STATE });
    const state = item === undefined ? null : toState(item);
    if (state === null || state.deleted) return null;
    known.set(id, state);
    return state;
  }

  return {
    db,
    keys,
    async state(id) {
      const state = await read(id);
      if (state === null) throw noStudy(id);
      return state;
    },
    telling: (id, event, mark) =>
      event === null ? [] : [{ Put: { TableName: db.table, Item: fromEvent(keys.events(id), event, mark) } }],
    // fixed when a study is created, so that what was read once holds
    async shards(id) {
      return (known.get(id) ?? (await read(id)))?.shards ?? null;
    },
    async capped(id) {
      return (known.get(id) ?? (await read(id)))?.capped === true;
    },
    forget: (id) => void known.delete(id),
  };
}

/** The parts of an update that sets attributes, `rev` raised by one, if it still is what was read. */
export function setting(
  attributes: Readonly<Record<string, unknown>>,
  rev: number,
): {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
} {
  const all = Object.entries({ ...attributes, rev: rev + 1 });
  return {
    UpdateExpression: `SET ${all.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: "#rev = :seen",
    ExpressionAttributeNames: Object.fromEntries(all.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: { ...Object.fromEntries(all.map(([name, value]) => [`:${name}`, value])), ":seen": rev },
  };
}

/** The condition of an item that has been read. */
export function unchanged(rev: number): {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
} {
  return {
    ConditionExpression: "#rev = :seen",
    ExpressionAttributeNames: { "#rev": "rev" },
    ExpressionAttributeValues: { ":seen": rev },
  };
}

export const ABSENT = { ConditionExpression: "attribute_not_exists(pk)" } as const;
