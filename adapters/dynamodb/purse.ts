import type { Meter } from "../../lib/study/price/meter.ts";
import { nanoUsd } from "../../lib/study/price/money.ts";
import type { Study } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { type Charge, capOf, levelOf, spentEvents } from "../money.ts";
import type { Action, Item } from "./connection.ts";
import type { Context } from "./context.ts";
import { type Key, MONEY, pad } from "./keys.ts";

/**
 * The purse of a study with `budget.usd`: one item, so that what is left can be a condition of a claim. It holds `cap`,
 * `spent`, `left` = cap − spent − reserved (DynamoDB compares an attribute with a value, and adds none up in a condition),
 * and up to how many per cent have been `told` of; billionths of a dollar. All of it follows from the counts, which know
 * by `capped` that there is a purse to be kept with them.
 *
 * Beyond what a study without a cap takes, each transaction that claims or charges reads the purse and writes it: a read unit
 * and 2 write units, once a trial where a slot exchanges one for the next. All of a study's claims and charges meet there.
 */
export interface Purse {
  readonly cap: number;
  readonly spent: number;
  readonly left: number;
  readonly told: number;
}

export function purseKey({ keys }: Pick<Context, "keys">, id: string): Key {
  return { pk: keys.study(id), sk: MONEY };
}

export async function readPurse(context: Context, id: string): Promise<Purse | null> {
  return ((await context.db.get(purseKey(context, id))) as Purse | undefined) ?? null;
}

/** Whether the purse, where there is one, has room for an attempt. @param first what is taken from it before */
export async function affords(
  context: Context,
  id: string,
  { meter }: { readonly meter?: Meter },
  first: Charge = { spent: 0, reserved: 0 },
): Promise<boolean> {
  if (!(await context.capped(id))) return true;
  const worst = meter?.reservedUsd ?? null;
  const left = (await readPurse(context, id))?.left ?? 0;
  return worst !== null && nanoUsd(worst) + first.spent + first.reserved <= left;
}

/** A purse as it is made. @param reserved, spent billionths of a dollar */
export function newPurse(key: Key, cap: number, { spent, reserved }: Charge): Item & Key {
  return { ...key, cap, spent, left: cap - spent - reserved, told: levelOf(spent, cap) };
}

/** Takes a charge from the purse; where a claim is part of it, under the condition that as much is left. */
export function paying(context: Context, id: string, { spent, reserved }: Charge, isClaim: boolean): Action {
  return {
    Update: {
      TableName: context.db.table,
      Key: purseKey(context, id),
      UpdateExpression: "ADD #left :left, spent :spent",
      ConditionExpression: isClaim ? "#left >= :worst" : "attribute_exists(pk)",
      ExpressionAttributeNames: { "#left": "left" },
      ExpressionAttributeValues: {
        ":left": -spent - reserved,
        ":spent": spent,
        ...(isClaim ? { ":worst": spent + reserved } : {}),
      },
    },
  };
}

/**
 * Tells how many per cent are spent of a study with a cap, in a write of its own: what a transaction added up it does not say. A crash in between
 * is made good by the same call again, or by the next charge.
 */
export async function tellSpent(context: Context, id: string, at: number): Promise<void> {
  const { db } = context;
  if (!(await context.capped(id))) return;
  await db.persist(`telling what study "${id}" has spent`, async () => {
    const purse = await readPurse(context, id);
    if (purse === null) return true;
    const { cap, spent, told } = purse;
    const events = spentEvents(spent, cap, told, at);
    if (events.length === 0) return true;
    const held = await db.transact([
      {
        Update: {
          TableName: db.table,
          Key: purseKey(context, id),
          UpdateExpression: "SET told = :level",
          ConditionExpression: "told = :told AND cap = :cap",
          ExpressionAttributeValues: { ":level": levelOf(spent, cap), ":told": told, ":cap": cap },
        },
      },
      // sorts after what the charge itself has told
      ...events.flatMap((event) => context.telling(id, event, `V#${pad(cap, 16)}#${pad(event.percent, 3)}`)),
    ]);
    return held.every(Boolean) ? true : null;
  });
}

/**
 * What an amendment of the specification does to the purse: nothing; another cap; a purse that the counts, as they
 * stand now, fill; or none any more.
 */
export function amendingPurse(
  context: Context,
  { id, spec }: Study,
  next: StudySpec,
  counts: readonly { readonly key: Key; readonly item: Item | undefined }[],
  purse: Purse | null,
  at: number,
): readonly Action[] {
  const before = capOf(spec);
  const cap = capOf(next);
  if (cap === before) return [];
  const TableName = context.db.table;
  const Key = purseKey(context, id);
  if (cap === null) {
    const uncapped = counts.map(({ key }) => ({
      Update: { TableName, Key: key, UpdateExpression: "REMOVE capped", ConditionExpression: "capped = :yes" },
    }));
    const values = { ExpressionAttributeValues: { ":yes": true } };
    return [{ Delete: { TableName, Key } }, ...uncapped.map(({ Update }) => ({ Update: { ...Update, ...values } }))];
  }
  if (before !== null) {
    return [
      {
        Update: {
          TableName,
          Key,
          UpdateExpression: "SET cap = :cap, told = :told ADD #left :more",
          ConditionExpression: "cap = :before AND spent = :spent",
          ExpressionAttributeNames: { "#left": "left" },
          ExpressionAttributeValues: {
            ":cap": cap,
            ":told": levelOf(purse?.spent ?? 0, cap),
            ":more": cap - before,
            ":before": before,
            ":spent": purse?.spent ?? 0,
          },
        },
      },
    ];
  }
  const sum = (name: string): number => counts.reduce((total, { item }) => total + Number(item?.[name] ?? 0), 0);
  const charge = { spent: sum("nanoUsd"), reserved: sum("reservedNano") };
  return [
    { Put: { TableName, Item: newPurse(Key, cap, charge) } },
    ...counts.map((count) => capping(TableName, count, at)),
  ];
}

/** Marks a counts item as kept with a purse, if its sums are those that the purse was filled by. */
function capping(
  TableName: string,
  { key, item }: { readonly key: Key; readonly item: Item | undefined },
  at: number,
): Action {
  const sums = ["nanoUsd", "reservedNano"].map((name) => ({ name, value: item?.[name] }));
  const known = sums.filter(({ value }) => value !== undefined);
  return {
    Update: {
      TableName,
      Key: key,
      UpdateExpression: "SET capped = :yes, updatedAt = :at",
      ConditionExpression: [
        "attribute_not_exists(capped)",
        ...sums.map(({ name, value }) =>
          value === undefined ? `attribute_not_exists(${name})` : `${name} = :${name}`,
        ),
      ].join(" AND "),
      ExpressionAttributeValues: {
        ":yes": true,
        ":at": at,
        ...Object.fromEntries(known.map(({ name, value }) => [`:${name}`, value])),
      },
    },
  };
}
