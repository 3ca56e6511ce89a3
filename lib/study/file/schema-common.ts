import * as z from "zod";
import type { Scalar } from "../../space/parameter.ts";
import { DURATION } from "../duration.ts";
import type { Duration } from "./shape.ts";

/**
 * Where a schema of this folder carries a message of its own, the message is the `expected` of the problem: what
 * should have stood there, not what is wrong with what does.
 */

/** Names of parameters and metrics: they are variables in constraints and environment variables of a trial. */
const NAME_EXPECTED = "a name of letters, digits and _, not starting with a digit, at most 64 long";
export const nameSchema: z.ZodType<string> = z
  .string(NAME_EXPECTED)
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, NAME_EXPECTED);

/** Names of studies and families, ids of runners: they go into URLs and names of executions. */
const ID_EXPECTED = "a name of letters, digits, ., _ and -, starting with a letter or digit, at most 64 long";
export const idSchema: z.ZodType<string> = z
  .string(ID_EXPECTED)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, ID_EXPECTED);

/** zod asks for a number first and for a whole one then; a person is told both at once. */
export const wholeNumber = (): z.ZodNumber =>
  z.int({ error: ({ code }) => (code === "invalid_type" ? "a whole number" : undefined) });

export const scalarSchema: z.ZodType<Scalar> = z.union(
  [z.string(), z.number(), z.boolean(), z.null()],
  "a text, a number, true, false or null",
);

/** Amounts of money, in US dollars; a trillion of them is a mistake. */
export const usdSchema = (): z.ZodNumber =>
  z.number("dollars: a number without a sign or a unit, 2.50").max(1e6, "at most 1000000 dollars");

const DURATION_EXPECTED = "a duration: a number with ms, s, m, h or d (30m, 1.5h), or seconds";
export const durationSchema: z.ZodType<Duration> = z.union(
  [
    z.number(DURATION_EXPECTED).gt(0, DURATION_EXPECTED),
    z.string(DURATION_EXPECTED).regex(DURATION, DURATION_EXPECTED),
  ],
  DURATION_EXPECTED,
);
