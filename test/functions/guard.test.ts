import { describe, expect, it } from "vitest";
import { invokeGuarded } from "../../functions/shared/guard.ts";
import { readCaughtError } from "../../lib/study/result.ts";
import { RESULT_LIMIT_BYTES } from "../../lib/study/trial-contract.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const answers = (text: string, FunctionError?: string) => async () => ({
  Payload: bytes(text),
  ...(FunctionError === undefined ? {} : { FunctionError }),
});

/** What the study would be told: the error under the name and with the cause that Lambda gives the workflow. */
async function told(invoke: Parameters<typeof invokeGuarded>[0]) {
  const { name, message } = await invokeGuarded(invoke, {}).then(
    () => expect.fail("expected an error"),
    (error: Error) => error,
  );
  return readCaughtError({ Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message }) });
}

describe("a guarded function", () => {
  it("is given the request and answers for itself", async () => {
    const request = { trial: 3, parameters: { x: 0.1 } };
    const echo = async (payload: string) => ({ Payload: bytes(payload) });
    expect(await invokeGuarded(echo, request)).toEqual(request);
    expect(await invokeGuarded(answers("null"), request)).toBeNull();
    expect(await invokeGuarded(async () => ({}), request)).toBeNull();
  });

  it("may answer 32 KiB; a byte more is a trial that failed, and not the end of the execution", async () => {
    const fits = JSON.stringify("x".repeat(RESULT_LIMIT_BYTES - 2));
    expect(await invokeGuarded(answers(fits), {})).toHaveLength(RESULT_LIMIT_BYTES - 2);
    expect(await told(answers(`${fits} `))).toMatchObject({ state: "FAILED", reason: { code: "RESULT_TOO_LARGE" } });
  });

  it.each([
    [{ errorType: "ValueError", errorMessage: "no such file" }, "ValueError", "FAILED", false],
    [{ errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 3.00 seconds" }, "TIMEOUT", "FAILED", true],
    [{ errorType: "Runtime.ExitError", errorMessage: "signal: killed" }, "OUT_OF_MEMORY", "FAILED", true],
    [{ errorMessage: "out of a container" }, "Lambda.Unknown", "FAILED", true],
  ])("fails as it failed: %j", async (failure, code, state, retryable) => {
    expect(await told(answers(JSON.stringify(failure), "Unhandled"))).toMatchObject({
      state,
      retryable,
      reason: { code, message: failure.errorMessage },
    });
  });

  it("that the service does not run now is asked again, and no attempt of the trial", async () => {
    const throttled = Object.assign(new Error("Rate exceeded"), { name: "TooManyRequestsException" });
    expect(await told(() => Promise.reject(throttled))).toMatchObject({
      state: "REQUEUE",
      reason: { code: "INFRASTRUCTURE", message: "Lambda.TooManyRequestsException: Rate exceeded" },
    });
  });
});
