import { RESULT_LIMIT_BYTES } from "../../lib/study/trial-contract.ts";

/** Invokes a function, as the service's API answers. */
type Invoke = (payload: string) => Promise<{
  readonly FunctionError?: string | undefined;
  readonly Payload?: Uint8Array | undefined;
}>;

/**
 * Invokes a function on behalf of the workflow and answers what it answered, unless that is too large for the workflow.
 *
 * @throws {Error} under the name that the workflow would have seen: the function's own, `Lambda.…` where the service did not
 *   run it, `Function.ResponseSizeTooLarge` for more than 32 KiB.
 */
export async function invokeGuarded(invoke: Invoke, request: unknown): Promise<unknown> {
  const { FunctionError, Payload } = await invoke(JSON.stringify(request)).catch((error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw named(`Lambda.${name}`, message, error);
  });
  const text = new TextDecoder().decode(Payload);
  if (FunctionError !== undefined) {
    const { errorType = "Lambda.Unknown", errorMessage = text } = JSON.parse(text) as Failure;
    throw named(errorType, errorMessage);
  }
  const bytes = Payload?.length ?? 0;
  if (bytes > RESULT_LIMIT_BYTES) throw named("Function.ResponseSizeTooLarge", `the result is ${bytes} bytes of JSON`);
  return text === "" ? null : JSON.parse(text);
}

interface Failure {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

const named = (name: string, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { name });
