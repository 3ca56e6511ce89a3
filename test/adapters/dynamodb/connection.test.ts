import { Readable } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dynamoClient } from "../../../adapters/dynamodb/client.ts";
import { connect, inParallel } from "../../../adapters/dynamodb/connection.ts";

/** What DynamoDB Local never says, but DynamoDB does when writers meet. */
interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const OK: Answer = { status: 200, body: {} };
const refusal = (type: string, more: Record<string, unknown> = {}): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...more },
});
const cancelled = (...codes: string[]): Answer =>
  refusal("TransactionCanceledException", { CancellationReasons: codes.map((Code) => ({ Code })) });

/** A connection to a service that answers as the script says, its last answer for ever. */
function scripted(...script: Answer[]) {
  const pauses: number[] = [];
  const requests: Record<string, unknown>[] = [];
  const client = dynamoClient({
    region: "us-east-1",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    requestHandler: {
      handle: async (request: { readonly body: Uint8Array }) => {
        const { status, body } = script[Math.min(requests.length, script.length - 1)] ?? OK;
        requests.push(JSON.parse(new TextDecoder().decode(request.body)) as Record<string, unknown>);
        const headers = { "content-type": "application/x-amz-json-1.0" };
        return { response: { statusCode: status, headers, body: Readable.from([JSON.stringify(body)]) } };
      },
    },
  });
  const db = connect(client, "table", async (attempt) => {
    pauses.push(attempt);
  });
  return { db, pauses, requests };
}

const ACTIONS = [1, 2].map((n) => ({ Put: { TableName: "table", Item: { pk: `p${n}`, sk: "s" } } }));

describe("a transaction", () => {
  it("is tried again when it met another, after a pause that grows, under a token of its own", async () => {
    const { db, pauses, requests } = scripted(
      cancelled("TransactionConflict", "None"),
      cancelled("None", "ThrottlingError"),
      OK,
    );
    expect(await db.transact(ACTIONS)).toEqual([true, true]);
    expect(pauses).toEqual([1, 2]);
    expect(new Set(requests.map((request) => request["ClientRequestToken"])).size).toBe(3);
  });

  it("says which condition did not hold, also when another met it too", async () => {
    const { db, pauses } = scripted(cancelled("ConditionalCheckFailed", "TransactionConflict"));
    expect(await db.transact(ACTIONS)).toEqual([false, true]);
    expect(pauses).toEqual([]);
  });

  it("gives up after sixteen attempts", async () => {
    const { db, requests } = scripted(cancelled("TransactionConflict", "None"));
    await expect(db.transact(ACTIONS)).rejects.toThrow("16 attempts");
    expect(requests).toHaveLength(16);
  });

  it("is not tried again when it is wrong", async () => {
    const { db, requests } = scripted(cancelled("ValidationError", "None"));
    await expect(db.transact(ACTIONS)).rejects.toMatchObject({ name: "TransactionCanceledException" });
    expect(requests).toHaveLength(1);
  });
});

describe("a single write", () => {
  it("waits for a transaction on its item to end", async () => {
    const { db, pauses } = scripted(refusal("TransactionConflictException"), OK);
    expect(await db.put({ pk: "p", sk: "s" })).toBe(true);
    expect(pauses).toEqual([1]);
  });

  it("says whether what its condition refused exists", async () => {
    const there = scripted(refusal("ConditionalCheckFailedException", { Item: { pk: { S: "p" } } }));
    expect(await there.db.update({ Key: { pk: "p", sk: "s" } })).toEqual({ exists: true });
    const missing = scripted(refusal("ConditionalCheckFailedException"));
    expect(await missing.db.update({ Key: { pk: "p", sk: "s" } })).toEqual({ exists: false });
    expect(await missing.db.put({ pk: "p", sk: "s" })).toBe(false);
  });

  it("passes on what it does not expect", async () => {
    const { db } = scripted(refusal("ResourceNotFoundException"));
    await expect(db.put({ pk: "p", sk: "s" })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(db.update({ Key: { pk: "p", sk: "s" } })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(db.transact(ACTIONS)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a call that is throttled", () => {
  const throttled = refusal("ThrottlingException");
  afterEach(() => vi.useRealTimers());

  /** Waits pass at once; the answer, and the seconds that they would have taken at most. */
  async function withoutWaiting<T>(call: () => Promise<T>) {
    vi.useFakeTimers({ toFake: ["setTimeout", "Date"] });
    vi.spyOn(Math, "random").mockReturnValue(1);
    const begun = Date.now();
    const answer = call().catch((error: Error) => error.name);
    await vi.runAllTimersAsync();
    return { answer: await answer, seconds: (Date.now() - begun) / 1000 };
  }

  it("is made again four times, and leaves a handler of 29 seconds time for the rest", async () => {
    const { db, requests } = scripted(...Array<Answer>(4).fill(throttled), OK);
    const { answer, seconds } = await withoutWaiting(() => db.put({ pk: "p", sk: "s" }));
    expect([answer, requests.length]).toEqual([true, 5]);
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(20);
  });

  it("fails after the fifth, for the workflow to call again", async () => {
    const { db, requests } = scripted(throttled);
    const { answer } = await withoutWaiting(() => db.get({ pk: "p", sk: "s" }));
    expect([answer, requests.length]).toEqual(["ThrottlingException", 5]);
  });
});

describe("reads", () => {
  it("ask again for keys that a batch left out", async () => {
    const item = (pk: string) => ({ pk: { S: pk }, sk: { S: "s" } });
    const { db, requests } = scripted(
      {
        status: 200,
        body: { Responses: { table: [item("a")] }, UnprocessedKeys: { table: { Keys: [item("b")] } } },
      },
      { status: 200, body: { Responses: { table: [item("b")] }, UnprocessedKeys: {} } },
    );
    const items = await db.batchGet(["a", "b"].map((pk) => ({ pk, sk: "s" })));
    expect(items.map(({ pk }) => pk)).toEqual(["a", "b"]);
    expect(requests[1]).toMatchObject({ RequestItems: { table: { Keys: [item("b")], ConsistentRead: true } } });
  });

  it("follow the pages of a query", async () => {
    const key = { pk: { S: "p" }, sk: { S: "1" } };
    const { db, requests } = scripted(
      { status: 200, body: { Items: [key], LastEvaluatedKey: key } },
      { status: 200, body: { Items: [{ ...key, sk: { S: "2" } }] } },
    );
    expect((await db.query("p")).map(({ sk }) => sk)).toEqual(["1", "2"]);
    expect(requests.map((request) => request["ExclusiveStartKey"])).toEqual([undefined, key]);
  });
});

it("parallel work is limited, complete and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), async (items, limit) => {
      let now = 0;
      let most = 0;
      const answers = await inParallel(items, limit, async (item) => {
        most = Math.max(most, ++now);
        await Promise.resolve();
        now -= 1;
        return item * 2;
      });
      expect(answers).toEqual(items.map((item) => item * 2));
      expect(most).toBe(Math.min(limit, items.length));
    }),
  );
});
