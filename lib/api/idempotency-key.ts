import type { Context } from "hono";
import { PegboxError } from "../errors/pegbox-error.ts";

/** Printable ASCII, as header values are; long enough for any id, short enough for a key of the store. */
export const KEY_PATTERN = "^[!-~]{1,128}$";

const KEY = new RegExp(KEY_PATTERN);

/**
 * The Idempotency-Key of a request, null without one.
 *
 * @throws {PegboxError} `INVALID_INPUT` for one that is not 1 … 128 printable ASCII characters.
 */
export function idempotencyKey(context: Context): string | null {
  const value = context.req.header("idempotency-key");
  if (value === undefined) return null;
  if (KEY.test(value)) return value;
  const issue = { path: "headers.Idempotency-Key", expected: "1 to 128 printable ASCII characters", got: value };
  throw new PegboxError("INVALID_INPUT", "the Idempotency-Key is not valid", { issues: [issue] });
}
