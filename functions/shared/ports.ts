import { dynamoClient } from "../../adapters/dynamodb/client.ts";
import { reportKey } from "../../adapters/dynamodb/report-key.ts";
import { dynamoStore } from "../../adapters/dynamodb/store.ts";
import { hmacSeal } from "../../adapters/seal.ts";
import { checkpointPath } from "../../lib/study/checkpoint.ts";
import type { TunerPorts } from "../../lib/tuner/ports.ts";
import { environment } from "./environment.ts";
import { logger } from "./logger.ts";
import { observe } from "./observe.ts";
import { once } from "./once.ts";
import { refillRequest } from "./refill-request.ts";
import { registeredRunners } from "./runners.ts";

const bucket = environment("PEGBOX_BUCKET");
const table = environment("PEGBOX_TABLE");
const client = dynamoClient();

/** The use cases on AWS: made once a sandbox, shared by its invocations. */
export const ports: TunerPorts = {
  store: dynamoStore({ client, table }),
  runners: registeredRunners(environment("PEGBOX_RUNNERS"), bucket),
  checkpoints: (...of) => `s3://${bucket}/checkpoints/${checkpointPath(...of)}`,
  now: () => Date.now(),
  observe,
  requestRefill: refillRequest((error) => logger.error("a refill could not be asked for", error as Error)),
};

/** The same for those who give out and take the tokens of trials that report; the key is read once a sandbox. */
export const reportingPorts: () => Promise<TunerPorts> = once(async () => ({
  ...ports,
  reports: { url: () => `${environment("PEGBOX_API_URL")}/report`, seal: hmacSeal(await reportKey(client, table)) },
}));
