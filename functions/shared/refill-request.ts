import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { TunerPorts } from "../../lib/tuner/ports.ts";
import { environment } from "./environment.ts";

/**
 * Invokes the Refill function asynchronously: Lambda keeps the event, and repeats it where the function fails.
 *
 * @param lost told of a request that Lambda did not take.
 */
export function refillRequest(lost: (error: unknown) => void): TunerPorts["requestRefill"] {
  const client = new LambdaClient({});
  return async (event) => {
    const FunctionName = environment("PEGBOX_REFILL_FUNCTION");
    const Payload = JSON.stringify(event);
    await client.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload })).catch(lost);
  };
}
