import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type { Key } from "./keys.ts";
import { TABLE } from "./table.ts";

const { index } = TABLE;

export type Item = Readonly<Record<string, unknown>>;
export type Action = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** BatchGetItem takes a hundred keys. */
export const BATCH_KEYS = 100;

/**
 * Attempts at a write that other writers keep cancelling. With waits of half a second in the mean they stretch over
 * six seconds: longer than a thousand slots need to pass sixteen items one after another.
 */
const ATTEMPTS = 16;

/** The calls that the store makes, for one table; what DynamoDB throttles the SDK itself retries. */
export interface Connection {
  readonly table: string;
  get(key: Key): Promise<Item | undefined>;
  /** Items of a partition, in order of sort key; `from` and `to` included. */
  query(pk: string, range?: { readonly from: string; readonly to: string }): Promise<readonly Item[]>;
  /** At most `limit` items of a partition above the sort key `after`, in order. */
  following(pk: string, after: string, limit: number): Promise<readonly Item[]>;
  /** At most `limit` sort keys of the index below `before`, the highest first. */
  list(pk: string, before: string, limit: number): Promise<readonly string[]>;
  batchGet(keys: readonly Key[]): Promise<readonly Item[]>;
  /** @returns false when the condition does not hold. */
  put(item: Item & Key, condition?: Pick<UpdateCommandInput, Condition>): Promise<boolean>;
  /** @returns the new item, or what stood against the condition: `exists`. */
  update(input: Omit<UpdateCommandInput, "TableName">): Promise<{ readonly item: Item } | { readonly exists: boolean }>;
  /** @returns whether there was one. */
  remove(key: Key): Promise<boolean>;
  /** @returns for each action whether its condition held; nothing is written unless all did. */
  transact(actions: readonly Action[]): Promise<readonly boolean[]>;
  /** Repeats an attempt until it answers anything but null: others write what it reads. */
  persist<T>(what: string, attempt: () => Promise<T | null>): Promise<T>;
}

type Condition = "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues";

/** Waits before attempt 1, 2, … of a write that met another. */
export type Pause = (attempt: number) => Promise<void>;

export function connect(client: DynamoDBClient, table: string, pause: Pause): Connection {
  const documents = DynamoDBDocumentClient.from(client);

  async function persist<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
    for (let count = 0; count < ATTEMPTS; count++) {
      if (count > 0) await pause(count);
      const answer = await attempt();
      if (answer !== null) return answer;
    }
    throw new Error(`${what}: other writers came first in ${ATTEMPTS} attempts`);
  }

  /** A write to an item that is part of a transaction under way is refused; it waits for its turn. */
  function inTurn<T>(what: string, write: () => Promise<T>): Promise<T> {
    return persist(what, async () => {
      try {
        return await write();
      } catch (error) {
        if (named(error, "TransactionConflictException")) return null;
        throw error;
      }
    });
  }

  async function pages(input: Omit<QueryCommandInput, "TableName">, enough = Infinity): Promise<readonly Item[]> {
    const items: Item[] = [];
    let start: QueryCommandInput["ExclusiveStartKey"];
    do {
      const page = await documents.send(new QueryCommand({ ...input, TableName: table, ExclusiveStartKey: start }));
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < enough);
    return items;
  }

  return {
    table,
    persist,

    async get(key) {
      const { pk, sk } = key;
      return (await documents.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }))).Item;
    },

    query(pk, range) {
      const between = range === undefined ? "" : " AND sk BETWEEN :from AND :to";
      const bounds = range === undefined ? {} : { ":from": range.from, ":to": range.to };
      return pages({
        KeyConditionExpression: `pk = :pk${between}`,
        ExpressionAttributeValues: { ":pk": pk, ...bounds },
        ConsistentRead: true,
      });
    },

    async following(pk, after, limit) {
      const items = await pages(
        {
          // a key condition may not compare with the empty string
          KeyConditionExpression: after === "" ? "pk = :pk" : "pk = :pk AND sk > :after",
          ExpressionAttributeValues: { ":pk": pk, ...(after === "" ? {} : { ":after": after }) },
          ConsistentRead: true,
          Limit: limit,
        },
        limit,
      );
      return items.slice(0, limit);
    },

    async list(pk, before, limit) {
      const items = await pages(
        {
          IndexName: index.name,
          KeyConditionExpression: `${index.partitionKey} = :pk AND ${index.sortKey} < :before`,
          ExpressionAttributeValues: { ":pk": pk, ":before": before },
          ScanIndexForward: false,
          Limit: limit,
        },
        limit,
      );
      return items.slice(0, limit).map((item) => item[index.sortKey] as string);
    },

    async batchGet(keys) {
      const items: Item[] = [];
      let rest: Key[] = [...keys];
      await persist(`reading ${keys.length} items of ${table}`, async () => {
        const answer = await documents.send(
          new BatchGetCommand({ RequestItems: { [table]: { Keys: rest, ConsistentRead: true } } }),
        );
        items.push(...(answer.Responses?.[table] ?? []));
        rest = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as Key[];
        return rest.length === 0 ? true : null;
      });
      return items;
    },

    put(item, condition = {}) {
      return inTurn(item.sk, async () => {
        try {
          await documents.send(new PutCommand({ TableName: table, Item: item, ...condition }));
          return true;
        } catch (error) {
          if (named(error, "ConditionalCheckFailedException")) return false;
          throw error;
        }
      });
    },

    update(input) {
      return inTurn(String(input.Key?.["pk"]), async () => {
        try {
          const command = new UpdateCommand({
            ...input,
            TableName: table,
            ReturnValues: "ALL_NEW",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          });
          return { item: (await documents.send(command)).Attributes ?? {} };
        } catch (error) {
          if (!named(error, "ConditionalCheckFailedException")) throw error;
          return { exists: (error as { readonly Item?: unknown }).Item !== undefined };
        }
      });
    },

    remove(key) {
      return inTurn(key.sk, async () => {
        const { pk, sk } = key;
        const command = new DeleteCommand({ TableName: table, Key: { pk, sk }, ReturnValues: "ALL_OLD" });
        return (await documents.send(command)).Attributes !== undefined;
      });
    },

    transact(actions) {
      return persist(`a transaction of ${actions.length} items of ${table}`, async () => {
        try {
          await documents.send(new TransactWriteCommand({ TransactItems: [...actions] }));
          return actions.map(() => true);
        } catch (error) {
          return verdicts(error);
        }
      });
    },
  };
}

/** Reasons for which a transaction is cancelled though nothing is wrong with it. */
const TRANSIENT = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/** Which conditions held; null when the transaction was cancelled for others' sake, and is to be tried again. */
function verdicts(error: unknown): readonly boolean[] | null {
  if (!named(error, "TransactionCanceledException")) throw error;
  const { CancellationReasons } = error as { readonly CancellationReasons?: readonly { readonly Code?: string }[] };
  const codes = (CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
  if (codes.includes("ConditionalCheckFailed")) return codes.map((code) => code !== "ConditionalCheckFailed");
  if (codes.some((code) => TRANSIENT.has(code))) return null;
  throw error;
}

function named(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** Runs `work` on every item, `limit` of them at a time. Answers stand in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers = new Array<R>(items.length);
  const rest = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return answers;
}
