import { setTimeout } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { StudyStore } from "../../lib/store/study-store.ts";
import { additions } from "./additions.ts";
import { claims } from "./claims.ts";
import { connect, type Pause } from "./connection.ts";
import { context } from "./context.ts";
import { deletion } from "./deletion.ts";
import { events } from "./events.ts";
import { exchanges } from "./exchanges.ts";
import { generations } from "./generations.ts";
import { keysOf } from "./keys.ts";
import { leases } from "./leases.ts";
import { ledger } from "./ledger.ts";
import { measurements } from "./measurements.ts";
import { studies } from "./studies.ts";
import { sweeps } from "./sweeps.ts";
import { trials } from "./trials.ts";

interface DynamoStoreOptions {
  /** Stays open when the store is closed. */
  readonly client: DynamoDBClient;
  /** Name of a table made as `TABLE` says. */
  readonly table: string;
  /** @default "default" */
  readonly tenant?: string;
  /** @default a random part of 10 ms · 2ⁿ, of a second at most ("full jitter") */
  readonly pause?: Pause;
}

/** The store of a deployed Pegbox: one DynamoDB table. Reads are strongly consistent; nothing scans. */
export function dynamoStore({ client, table, tenant = "default", pause = jitter }: DynamoStoreOptions): StudyStore {
  const shared = context(connect(client, table, pause), keysOf(tenant));
  return {
    ...studies(shared),
    ...generations(shared),
    ...additions(shared),
    ...claims(shared),
    ...exchanges(shared),
    ...leases(shared),
    ...measurements(shared),
    ...ledger(shared),
    ...trials(shared),
    ...events(shared),
    ...deletion(shared),
    ...sweeps(shared),
    async close() {},
  };
}

const jitter: Pause = (attempt) => setTimeout(Math.random() * Math.min(1000, 10 * 2 ** attempt));
