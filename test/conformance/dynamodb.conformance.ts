import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { dynamoStore } from "../../adapters/dynamodb/store.ts";
import { TABLE } from "../../adapters/dynamodb/table.ts";
import { storeContract } from "../store/contract.ts";

/** The contract on Amazon DynamoDB Local, or any endpoint that takes made-up credentials. */
const endpoint = process.env["PEGBOX_DYNAMODB_ENDPOINT"];
if (endpoint === undefined) throw new Error("expected PEGBOX_DYNAMODB_ENDPOINT=http://host:port, it is not set");

const table = `pegbox-${process.pid}-${Date.now()}`;
const client = new DynamoDBClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
let tenants = 0;

beforeAll(async () => {
  const { partitionKey, sortKey, index } = TABLE;
  const key = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
  const names = [partitionKey, sortKey, index.partitionKey, index.sortKey];
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: key(partitionKey, sortKey),
      GlobalSecondaryIndexes: [
        {
          IndexName: index.name,
          KeySchema: key(index.partitionKey, index.sortKey),
          Projection: { ProjectionType: index.projection },
        },
      ],
    }),
  );
});
afterAll(() => client.destroy());

storeContract("DynamoDB", async () => dynamoStore({ client, table, tenant: `tenant-${tenants++}` }));
