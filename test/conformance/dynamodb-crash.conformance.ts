import { type DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoStore } from "../../adapters/dynamodb/store.ts";
import type { Claim, StudyStore } from "../../lib/store/study-store.ts";
import type { Study, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { AMENDED, claim, failure, NOON, openNew, proposals, spec, success } from "../store/fixtures.ts";
import { createTable, localClient } from "./dynamodb-table.ts";

/** A process that dies at its n-th write: before DynamoDB has it, or before the answer comes back. */
interface Death {
  readonly write: number;
  readonly written: boolean;
}

class Crash extends Error {}

const REASON = { code: "R", message: "" };

function addThree(store: StudyStore): Promise<boolean> {
  return store.addProposals("s", { generation: 1, epoch: 2, created: 12, proposals: proposals(13, 3), at: NOON });
}

/** A trial of slot 0, or of `others.slot`, for the next. */
function exchange(store: StudyStore, number: number, others: Partial<Claim>): Promise<unknown> {
  const end = success(5, { lease: claim(others).lease, costUsd: 0 });
  return store.settleAndClaim("s", number, end, claim({ ...others, seq: 1 }));
}

/** Every arrow that writes more than one item, each with a repetition that completes it. */
const METER = { usdPerSecond: 0.25, usdPerAttempt: 0, reservedUsd: 2 };
const CAP = { wallClock: null, trialTimeout: null, usd: 8 };

type Step = (store: StudyStore) => Promise<unknown>;

const STEPS: readonly Step[] = [
  (store) => store.createStudy("s", spec(), NOON, { value: "k", hash: "h" }),
  (store) => store.beginGeneration("s", { generation: 1, execution: "x", at: NOON }),
  (store) => openNew(store, "s", 1, 1, 9),
  (store) => store.claimTrial("s", claim()),
  (store) => store.claimTrial("s", claim({ slot: 1 })),
  (store) => store.claimTrial("s", claim({ slot: 2 })),
  (store) => store.settleTrial("s", 9, success(3, { costUsd: 0.25 })),
  (store) => store.settleTrial("s", 1, success(2, { costUsd: 0.5 })),
  (store) => store.settleTrial("s", 2, failure("g1/e1/s1/0", { costUsd: 1 })),
  (store) => store.requeueTrial("s", 3, { countsAttempt: false, lost: true, reason: REASON, at: NOON }),
  (store) => store.cancelTrials("s", [8], REASON, NOON),
  (store) => store.amendStudy("s", { spec: { trials: 99 }, reason: AMENDED, at: NOON }),
  (store) => openNew(store, "s", 2, 10, 3),
  (store) => addThree(store),
  (store) => store.claimTrial("s", claim({ epoch: 2 })),
  async (store) => exchange(store, (await store.claimTrial("s", claim({ epoch: 2 })))?.number ?? 0, { epoch: 2 }),
  (store) => store.moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: REASON, at: NOON }),
];

/** The same with a cap from the first moment on, which is raised, taken away and given back on the way. */
const capTo = (budget: StudySpec["budget"]): Step => {
  return (store) => store.amendStudy("s", { spec: { budget }, reason: AMENDED, at: NOON });
};
const { usd: _, ...NO_CAP } = CAP;
const leaseOf = (slot: number): string => `g1/e1/s${slot}/0`;
/** A crash in the middle of a claim may have given it another than the next. */
const claimedBy = async (store: StudyStore, slot: number): Promise<number> =>
  (await store.claimTrial("s", claim({ slot, meter: METER })))?.number ?? 0;
const CAPPED_STEPS: readonly Step[] = [
  (store) => store.createStudy("s", spec({ budget: CAP }), NOON, { value: "k", hash: "h" }),
  (store) => store.beginGeneration("s", { generation: 1, execution: "x", at: NOON }),
  (store) => openNew(store, "s", 1, 1, 9),
  (store) => store.claimTrial("s", claim({ meter: METER })),
  (store) => store.claimTrial("s", claim({ slot: 1, meter: METER })),
  async (store) => store.settleTrial("s", await claimedBy(store, 0), success(2, { lease: leaseOf(0), costUsd: 5 })),
  (store) => store.claimTrial("s", claim({ slot: 2, meter: { ...METER, reservedUsd: 1 } })),
  capTo({ ...CAP, usd: 16 }),
  (store) => store.claimTrial("s", claim({ slot: 3, meter: METER })),
  async (store) => exchange(store, await claimedBy(store, 3), { slot: 3, meter: METER }),
  async (store) =>
    store.requeueTrial("s", await claimedBy(store, 2), {
      ...{ lease: leaseOf(2), abandoned: true, countsAttempt: true, lost: true, reason: REASON, at: NOON },
    }),
  capTo(NO_CAP),
  (store) => store.claimTrial("s", claim({ slot: 4, meter: METER })),
  capTo({ ...CAP, usd: 12 }),
  async (store) => store.settleTrial("s", await claimedBy(store, 1), failure(leaseOf(1), { costUsd: 3 })),
  (store) => store.claimTrial("s", claim({ slot: 5, meter: METER })),
];

describe("a process that dies at any of its writes", () => {
  const clients: DynamoDBClient[] = [];
  let table = "";
  let tenants = 0;

  beforeAll(async () => {
    table = await createTable(open(null));
  });
  afterAll(() => {
    for (const client of clients) client.destroy();
  });

  function open(death: Death | null): DynamoDBClient {
    const client = localClient();
    clients.push(client);
    let writes = 0;
    client.middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          if (!/Put|Update|Transact|Delete/.test(commandName)) return next(args);
          writes += 1;
          if (writes !== death?.write) return next(args);
          if (death.written) await next(args);
          throw new Crash(commandName);
        },
      { step: "initialize" },
    );
    return client;
  }

  /** @returns whether the process died. */
  async function live(tenant: string, death: Death | null, steps: readonly Step[] = STEPS): Promise<boolean> {
    const healthy = dynamoStore({ client: open(null), table, tenant });
    let store = dynamoStore({ client: open(death), table, tenant });
    let died = false;
    for (const step of steps) {
      try {
        await step(store);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        died = true;
        store = healthy;
        await step(store);
      }
    }
    return died;
  }

  async function remains(tenant: string): Promise<{ readonly study: Study; readonly trials: readonly Trial[] }> {
    const store = dynamoStore({ client: open(null), table, tenant });
    const study = await store.getStudy("s");
    if (study === null) throw new Error("expected the study to exist");
    return { study, trials: await store.readTrials("s", { from: 1, to: 99 }) };
  }

  it.each([false, true])("leaves what an undisturbed one leaves (written: %s)", async (written) => {
    const undisturbed = `tenant-${tenants++}`;
    expect(await live(undisturbed, null)).toBe(false);
    const expected = await remains(undisturbed);

    let write = 1;
    for (; ; write++) {
      const tenant = `tenant-${tenants++}`;
      if (!(await live(tenant, { write, written }))) break;
      const { study, trials } = await remains(tenant);
      const count = (state: Trial["state"]): number => trials.filter((trial) => trial.state === state).length;
      expect(study.counts, `counts after write ${write}`).toEqual({
        proposed: count("PROPOSED"),
        running: count("RUNNING"),
        paused: 0,
        succeeded: count("SUCCEEDED"),
        infeasible: 0,
        failed: count("FAILED"),
        stopped: 0,
        cancelled: count("CANCELLED"),
      });
      const { best, created, epoch, spec: amended, spentUsd, status } = study;
      expect({ best, created, epoch, spec: amended, status }, `after write ${write}`).toEqual({
        best: expected.study.best,
        created: expected.study.created,
        epoch: expected.study.epoch,
        spec: expected.study.spec,
        status: expected.study.status,
      });
      expect(spentUsd).toBe(trials.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0));
    }
    expect(write, "writes of an undisturbed process").toBeGreaterThan(STEPS.length);
  });

  it.each([false, true])("keeps money as an undisturbed one does (written: %s)", async (written) => {
    const all = { from: 1, to: 99 };
    const money = async (tenant: string): Promise<object> => {
      const store = dynamoStore({ client: open(null), table, tenant });
      const study = await store.getStudy("s");
      const trials = await store.readTrials("s", all);
      const events = (await store.readEvents("s", { limit: 99 })).items;
      const purse = await open(null).send(
        new GetItemCommand({ TableName: table, Key: { pk: { S: `S#${tenant}#s` }, sk: { S: "MONEY" } } }),
      );
      return {
        spent: study?.spentUsd,
        reserved: study?.reservedUsd,
        running: trials.filter(({ state }) => state === "RUNNING").length,
        left: purse.Item?.["left"]?.N,
        told: events.flatMap((event) =>
          event.type === "spent" ? [event.percent] : event.type === "overrun" ? [event.usd] : [],
        ),
      };
    };
    const undisturbed = `tenant-${tenants++}`;
    await live(undisturbed, null, CAPPED_STEPS);
    const expected = await money(undisturbed);
    expect(expected).toMatchObject({ spent: 9, reserved: 4, running: 2, left: "-1000000000" });
    for (let write = 1; ; write++) {
      const tenant = `tenant-${tenants++}`;
      if (!(await live(tenant, { write, written }, CAPPED_STEPS))) break;
      expect(await money(tenant), `after write ${write}`).toEqual(expected);
    }
  });

  it.each([false, true])(
    "while it deletes leaves nothing that another call does not delete (written: %s)",
    async (written) => {
      for (let write = 1; ; write++) {
        const tenant = `tenant-${tenants++}`;
        await live(tenant, null);
        const healthy = dynamoStore({ client: open(null), table, tenant });
        await healthy.moveStudy("s", { from: ["PAUSING"], to: "PAUSED", reason: REASON, at: NOON });
        const dying = dynamoStore({ client: open({ write, written }), table, tenant });
        const died = await dying.deleteStudy("s").then(
          () => false,
          (error: unknown) => (error instanceof Crash ? true : Promise.reject(error)),
        );
        if (write > 1) expect(await healthy.getStudy("s"), `after write ${write}`).toBeNull();
        await healthy.deleteStudy("s");
        expect(await itemsOf(tenant), `after write ${write}`).toEqual([]);
        if (!died) break;
        // each write alone for the first, then every fifth: the trials, claims and events are deleted alike
        if (write > 5) write += 4;
      }
    },
  );

  /** The keys of everything that is the tenant's. */
  async function itemsOf(tenant: string): Promise<readonly unknown[]> {
    const { Items = [] } = await open(null).send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        FilterExpression: "contains(pk, :tenant)",
        ExpressionAttributeValues: { ":tenant": { S: `#${tenant}#` } },
      }),
    );
    return Items.map(({ pk, sk }) => [pk?.S, sk?.S]);
  }
});
