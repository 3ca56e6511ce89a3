import { RESULT_LIMIT_BYTES, type ShiftRequest } from "../../lib/study/trial-contract.ts";

type Run = (request: never) => Promise<unknown>;

/**
 * A handler of trials as one that takes shifts too: the trials of a shift run one after the other, and what one of them throws
 * is its own. A single trial is answered, and fails, as it would be without.
 */
export function inShifts(run: Run): (request: unknown) => Promise<unknown> {
  return async (request) => (isShift(request) ? runShift(request, run) : run(request as never));
}

function isShift(request: unknown): request is ShiftRequest {
  return typeof request === "object" && request !== null && "trials" in request && Array.isArray(request.trials);
}

async function runShift({ trials }: ShiftRequest, run: Run): Promise<{ readonly results: readonly unknown[] }> {
  const results: unknown[] = [];
  for (const request of trials) results.push(await run(request as never).then(fitting, failed));
  return { results };
}

/** One too large might be too much beside the others: alone it is told of as such. */
function fitting(result: unknown): unknown {
  const text = JSON.stringify(result) ?? "null";
  return new TextEncoder().encode(text).length > RESULT_LIMIT_BYTES ? null : result;
}

/** What the service says of a function depends on how it was invoked: such a trial is run again, alone. */
function failed(error: unknown): unknown {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return /^(Function|Lambda|Runtime|Sandbox)\./.test(name) ? null : { error: { type: name, message } };
}
