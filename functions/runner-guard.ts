import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { environment } from "./shared/environment.ts";
import { invokeGuarded } from "./shared/guard.ts";
import { inShifts } from "./shared/shift.ts";

const client = new LambdaClient({ maxAttempts: 1 });
const FunctionName = environment("PEGBOX_FUNCTION");

export const handler: (request: unknown) => Promise<unknown> = inShifts((request: unknown) =>
  invokeGuarded((Payload) => client.send(new InvokeCommand({ FunctionName, Payload })), request),
);
