import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { TABLE } from "../../adapters/dynamodb/table.ts";

/** A client of Amazon DynamoDB Local, or of any endpoint that takes made-up credentials. */
export function localClient(): DynamoDBClient {
  const endpoint = process.env["PEGBOX_DYNAMODB_ENDPOINT"];
  if (endpoint === undefined) throw new Error("expected PEGBOX_DYNAMODB_ENDPOINT=http://host:port, it is not set");
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
}

/** @returns the name of a new table, made as `TABLE` says. */
export async function createTable(client: DynamoDBClient): Promise<string> {
  const name = `pegbox-${process.pid}-${Date.now()}`;
  const { partitionKey, sortKey, index } = TABLE;
  const key = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
  const attributes = [partitionKey, sortKey, index.partitionKey, index.sortKey];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
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
  return name;
}
