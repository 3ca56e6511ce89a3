import type { Trial } from "../../lib/study/records.ts";
import type { TrialState } from "../../lib/study/states.ts";
import { countOf, replicateEnd } from "../arrows.ts";
import { type Charge, chargeOf, overrunEvent } from "../money.ts";
import { trialEvent } from "../story.ts";
import type { Action } from "./connection.ts";
import { type Context, unchanged } from "./context.ts";
import { fromTrial, replicatesIn, type TrialItem } from "./items.ts";
import { type Key, pad } from "./keys.ts";
import { paying } from "./purse.ts";

/** What is known of a trial that changes. */
interface Change {
  readonly key: Key;
  readonly before: TrialItem;
  readonly after: Omit<TrialItem, "rev">;
}

/** Trials as they become, if none has changed since it was read, and then the counts with them; of faults, events too. */
export function rewriting(
  context: Context,
  id: string,
  changes: readonly Change[],
  capped: boolean,
  at: number,
): readonly Action[] {
  const { db, telling } = context;
  const moves = changes.map(({ key, before, after }) => ({
    ...{ from: before.trial.state, to: after.trial },
    charge: chargeOf(before.trial, after.trial),
    mark: `${key.sk}#${pad(before.rev, 10)}`,
  }));
  return [
    ...changes.map(({ key, before, after }) => {
      const Item = fromTrial(key, { ...before, ...after, rev: before.rev + 1 });
      return { Put: { TableName: db.table, Item, ...unchanged(before.rev) } };
    }),
    ...counting(context, id, { moves, capped }, at),
    ...changes.flatMap(({ before, after }, i) =>
      telling(id, trialEvent(before.trial, after.trial, at), `T#${moves[i]?.mark}`),
    ),
  ];
}

interface Move {
  readonly from: TrialState;
  readonly to: Trial;
  readonly charge: Charge;
  /** Tells what may happen to one trial at one instant apart. */
  readonly mark: string;
}

interface Counted {
  /** Of different trials. */
  readonly moves: readonly Move[];
  readonly capped: boolean;
  /** @default 0 */
  readonly imported?: number;
}

/** The counts, which know whether there is a cap; with one, the purse, and what is to be told of an overrun. */
export function counting(context: Context, id: string, counted: Counted, at: number): readonly Action[] {
  const { db, keys, telling } = context;
  const { moves, capped } = counted;
  const Key = keys.counts(id, moves[0]?.to.number ?? 0);
  const Update = { TableName: db.table, Key, ...recount(counted, at) };
  if (!capped) return [{ Update }];
  const charge = sumOf(moves);
  const isClaim = moves.some(({ to }) => to.state === "RUNNING");
  const isFree = charge.spent === 0 && charge.reserved === 0;
  return [
    { Update },
    ...(isClaim || !isFree ? [paying(context, id, charge, isClaim)] : []),
    ...moves.flatMap((move) => telling(id, overrunEvent(move.charge, move.to.number, at), `U#${move.mark}`)),
  ];
}

function sumOf(moves: readonly Move[]): Charge {
  const sum = (of: keyof Charge): number => moves.reduce((total, { charge }) => total + charge[of], 0);
  return { spent: sum("spent"), reserved: sum("reserved") };
}

/** PROPOSED is not counted: it is what is left (`toCounts`). */
function recount(
  { moves, capped, imported = 0 }: Counted,
  at: number,
): Omit<NonNullable<Action["Update"]>, "TableName" | "Key"> {
  const charge = sumOf(moves);
  const changes = new Map<string, number>([
    ["nanoUsd", charge.spent],
    ["reservedNano", charge.reserved],
    ["imported", imported],
  ]);
  const add = (name: string, by: number): void => void changes.set(name, (changes.get(name) ?? 0) + by);
  for (const { from, to } of moves) {
    add(countOf(from), -1);
    add(countOf(to.state), 1);
    const end = replicateEnd(to);
    if (end !== null) add(replicatesIn(end), 1);
  }
  const counted = [...changes].filter(([name, by]) => name !== "proposed" && by !== 0);
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
