import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoStore } from "../../adapters/dynamodb/store.ts";
import type { TunerPorts } from "../../lib/tuner/ports.ts";
import { environment } from "./environment.ts";
import { logger } from "./logger.ts";
import { observe } from "./observe.ts";
import { refillRequest } from "./refill-request.ts";
import { registeredRunners } from "./runners.ts";

const bucket = environment("PEGBOX_BUCKET");

/** The use cases on AWS: made once a sandbox, shared by its invocations. */
export const ports: TunerPorts = {
  store: dynamoStore({ client: new DynamoDBClient({}), table: environment("PEGBOX_TABLE") }),
  runners: registeredRunners(environment("PEGBOX_RUNNERS"), bucket),
  checkpoints: (study, trial, fidelity) => `s3://${bucket}/checkpoints/${study}/${trial}/${fidelity}`,
  now: () => Date.now(),
  observe,
  requestRefill: refillRequest((error) => logger.error("a refill could not be asked for", error as Error)),
};
