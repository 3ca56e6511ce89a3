import type { Context } from "hono";
import * as z from "zod";
import { PegboxError } from "../errors/pegbox-error.ts";

export const createQuery: z.ZodType<{ readonly start: boolean }> = z.object({
  start: z
    .enum(["true", "false"])
    .default("true")
    .transform((text) => text === "true"),
});

/** Printable ASCII, as header values are; long enough for any id, short enough for a key of the store. */
const KEY = /^[\x21-\x7e]{1,128}$/;

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
