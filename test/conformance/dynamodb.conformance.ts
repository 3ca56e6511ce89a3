import { afterAll, beforeAll, expect, it } from "vitest";
import { reportKey } from "../../adapters/dynamodb/report-key.ts";
import { dynamoStore } from "../../adapters/dynamodb/store.ts";
import { storeContract } from "../store/contract.ts";
import { createTable, localClient } from "./dynamodb-table.ts";

const client = localClient();
let table = "";
let tenants = 0;

beforeAll(async () => {
  table = await createTable(client);
});
afterAll(() => client.destroy());

it("keeps one key for all who seal reports, whoever comes first", async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => reportKey(client, table)));
  expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(1);
  expect(keys[0]).toHaveLength(32);
});

storeContract("DynamoDB", async () => dynamoStore({ client, table, tenant: `tenant-${tenants++}` }));
