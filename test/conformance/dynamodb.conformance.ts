import { afterAll, beforeAll } from "vitest";
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

storeContract("DynamoDB", async () => dynamoStore({ client, table, tenant: `tenant-${tenants++}` }));
