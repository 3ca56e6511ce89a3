import * as z from "zod";
import { readShape } from "./body-issues.ts";

/** The body of `PATCH /studies/{id}`; what a key may say is read where the whole study file is. */
export const patchSchema: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown()).meta({
  description:
    "A merge patch (RFC 7396) of the study file: `trials`, `parallel`, `budget`, `stopping`, and `min` and `max` of parameters.",
});

/** @throws {PegboxError} `INVALID_INPUT` for anything but an object. */
export function readPatch(body: unknown): Readonly<Record<string, unknown>> {
  return readShape(patchSchema, body, "the patch");
}
