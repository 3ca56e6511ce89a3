import type { Context } from "hono";
import { PegboxError } from "../errors/pegbox-error.ts";

/** Bodies are small documents: what is larger is refused before it is parsed. */
export const BODY_LIMIT_BYTES = 262_144;
/** Deeper nesting is no study file and may be an attempt to exhaust the stack. */
const DEPTH_LIMIT = 16;

/**
 * The JSON of a body.
 *
 * @throws {PegboxError} `INVALID_INPUT` when it is not JSON, or nested deeper than 16.
 */
export async function readBody(context: Context): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(await context.req.text());
  } catch (cause) {
    const issue = { path: "", expected: "a JSON document", got: (cause as Error).message };
    throw new PegboxError("INVALID_INPUT", "the body is not JSON", { cause, issues: [issue] });
  }
  if (depthExceeds(value, DEPTH_LIMIT)) {
    const issue = { path: "", expected: `at most ${DEPTH_LIMIT} levels of nesting`, got: "more" };
    throw new PegboxError("INVALID_INPUT", "the body is nested too deeply", { issues: [issue] });
  }
  return value;
}

function depthExceeds(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => depthExceeds(inner, limit - 1));
}
