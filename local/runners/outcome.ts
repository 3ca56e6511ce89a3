import { RESULT_LIMIT_BYTES, type TrialFailure, type TrialResult } from "../../lib/study/trial-contract.ts";

/** Of a trial's own output, how much an error message carries: enough for a stack trace, small beside a stored trial. */
export const OUTPUT_TAIL_BYTES = 2_048;

/** A message as long as the error text and the output tail together. */
const MESSAGE_LIMIT = 2 * OUTPUT_TAIL_BYTES;

/** A failed trial. A message of any length may be given: it is shortened in the middle. */
export function failed(type: string, message: string, retryable?: boolean): TrialResult {
  const half = MESSAGE_LIMIT / 2;
  const short = message.length > MESSAGE_LIMIT ? `${message.slice(0, half)}\n…\n${message.slice(-half)}` : message;
  const error: TrialFailure = { type, message: short };
  return { error: retryable === undefined ? error : { ...error, retryable } };
}

/** @param output the last of what the trial printed, if anything. */
export function timedOut(timeoutMs: number, output = ""): TrialResult {
  return failed("TIMEOUT", withOutput(`exceeded ${timeoutMs / 1000} s`, output), true);
}

/** Its limit is its own, so another attempt would pass it as well. @param output the last of what the trial printed, if anything */
export function outOfMemory(heldBytes: number, limitBytes: number, output = ""): TrialResult {
  const [held, limit] = [heldBytes, limitBytes].map((bytes) => `${Math.ceil(bytes / 2 ** 20)} MiB`);
  const message = `its processes held ${held} of memory; runner.memory is ${limit}`;
  return failed("OUT_OF_MEMORY", withOutput(message, output), false);
}

/** @param size in words, for it may be a lower bound: "1048576 bytes", "more than 65536 bytes". */
export function tooLarge(size: string): TrialResult {
  return failed(
    "RESULT_TOO_LARGE",
    `the result is ${size}; at most ${RESULT_LIMIT_BYTES} bytes are kept. ` +
      "Write large things to a file and name it in `artifacts`.",
    false,
  );
}

export function invalidResult(message: string): TrialResult {
  return failed("RESULT_INVALID", message, false);
}

/** A message, and below it the last of what the trial printed. */
export function withOutput(message: string, output: string): string {
  const printed = output.trim();
  return printed === "" ? message : `${message}\n${printed}`;
}
