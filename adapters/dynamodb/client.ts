import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/**
 * Attempts at a call that DynamoDB throttles, or that did not get through. Between five the SDK waits for 8 seconds in the mean
 * and 15 at most (1, 2, 4 and 8, times a random number), where its own three wait for 1.5 and 3: a partition that meets a
 * thousand slots needs longer, and handlers have 29 seconds. Who waits here keeps what it has done; who fails is called again by
 * the workflow, and does all of it once more.
 *
 * Not the mode `adaptive`, which slows a client down by how often it has called of late: a sandbox that claims a trial a minute
 * calls so rarely that one throttled call would leave it at a call each second or two for as long as it lives (measured: five
 * calls took 10 ms before, 0.6 to 1.2 s ever after).
 */
const ATTEMPTS = 5;

export function dynamoClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({ maxAttempts: ATTEMPTS, retryMode: "standard", ...config });
}
