import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refillRequest } from "../../functions/shared/refill-request.ts";

const event = { studyId: "digits-1", generation: 1, epoch: 3 };
const lambda = mockClient(LambdaClient);

beforeEach(() => {
  lambda.reset();
  vi.stubEnv("PEGBOX_REFILL_FUNCTION", "Pegbox-Refill");
});
afterEach(() => vi.unstubAllEnvs());

describe("a request for a refill", () => {
  it("is an event that Lambda keeps, so that nobody waits for what becomes of it", async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
    await refillRequest(() => expect.unreachable())(event);
    expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({
      FunctionName: "Pegbox-Refill",
      InvocationType: "Event",
      Payload: JSON.stringify(event),
    });
  });

  it("that Lambda does not take fails nobody", async () => {
    const error = new Error("TooManyRequestsException");
    lambda.on(InvokeCommand).rejects(error);
    const lost = vi.fn();
    await refillRequest(lost)(event);
    expect(lost).toHaveBeenCalledExactlyOnceWith(error);
  });
});
