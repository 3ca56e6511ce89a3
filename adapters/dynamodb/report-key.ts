import { randomBytes } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KEY_BYTES } from "../seal.ts";
import { connect } from "./connection.ts";
import { ABSENT } from "./context.ts";

/** A secret of the table as a whole, of no tenant. */
const KEY = { pk: "K#report", sk: "KEY" };

/**
 * The key that seals what trials report with. It lies in the table, which costs nothing while nothing runs: who needs it first
 * makes it, and all others find that one.
 */
export async function reportKey(client: DynamoDBClient, table: string): Promise<Uint8Array> {
  const db = connect(client, table, async () => {});
  const find = async (): Promise<Uint8Array | null> => {
    const item = await db.get(KEY);
    return item === undefined ? null : Buffer.from(item["key"] as string, "base64url");
  };
  const found = await find();
  if (found !== null) return found;
  const made = randomBytes(KEY_BYTES);
  const first = await db.put({ ...KEY, key: made.toString("base64url") }, ABSENT);
  return first ? made : ((await find()) ?? made);
}
