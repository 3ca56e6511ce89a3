import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { isMapping, itemBytes } from "./item-bytes.ts";

/** A write unit is a write of this many bytes, or part of it; in a transaction it takes two (DynamoDB, "Read/write capacity mode"). */
const UNIT_BYTES = 1024;

export interface Units {
  write: number;
  read: number;
  /** Writes that a condition, or another's transaction, refused: billed as if they had been made, and counted in `write` too. */
  refused: number;
}

type Item = Readonly<Record<string, unknown>>;
interface Write {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
}

/**
 * A client that counts the units which its calls take: of writes by the sizes of the items, for DynamoDB Local says 4 of a
 * transaction of three small items where the service takes 6; of reads as it says.
 */
export function countingClient(endpoint: string): { readonly client: DynamoDBClient; readonly units: Units } {
  const settings = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const client = new DynamoDBClient(settings);
  const looking = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  const units: Units = { write: 0, read: 0, refused: 0 };

  /** What a write leaves behind; of one that is gone, or was refused, at least a unit. */
  async function unitsOf({ TableName, Item, Key }: Write): Promise<number> {
    const found = Item ?? (Key === undefined ? {} : (await looking.send(new GetCommand({ TableName, Key }))).Item);
    return Math.max(1, Math.ceil(itemBytes(found ?? {}) / UNIT_BYTES));
  }

  async function written(input: object): Promise<number> {
    const { TransactItems } = input as { readonly TransactItems?: readonly Readonly<Record<string, Write>>[] };
    if (TransactItems === undefined) return unitsOf(input as Write);
    const each = await Promise.all(TransactItems.flatMap(Object.values).map((write) => unitsOf(write as Write)));
    return 2 * each.reduce((sum, count) => sum + count, 0);
  }

  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        if (!/^(Put|Update|Delete|TransactWrite)Item/.test(commandName)) {
          const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
          units.read += capacityOf(answer.output);
          return answer;
        }
        try {
          return await next(args);
        } catch (error) {
          units.refused++;
          throw error;
        } finally {
          const taken = await written(args.input);
          units.write += taken;
        }
      },
    { step: "initialize", name: "countUnits" },
  );
  return { client, units };
}

function capacityOf(output: unknown): number {
  if (!isMapping(output)) return 0;
  const all = [output["ConsumedCapacity"] ?? []].flat() as readonly { readonly CapacityUnits?: number }[];
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
