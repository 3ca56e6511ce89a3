import * as z from "zod";
import type { Scalar } from "../space/parameter.ts";
import { wholeNumber } from "../study/file/schema-common.ts";
import { LAST_STEP } from "../study/measurement.ts";
import type { Measured } from "../tuner/workers/measure.ts";
import type { Asking } from "../tuner/workers/suggest.ts";

/** The bodies of what workers ask and tell, and of the trials that people add. */

/** Part of leases and of keys of the store. */
const CLIENT = /^[!-~]{1,128}$/;
/** A lease holds a client and some numbers. */
const LONGEST_LEASE = 256;
/** Trials for one worker at a time: more are more requests. */
const MOST_TRIALS = 100;
const DAY_SECONDS = 86_400;
/** Long enough for a worker to miss a beat or two, short enough for a lost trial not to be missed for long. */
const LEASE_SECONDS = 60;

const lease = z.string("the lease of the trial").min(1).max(LONGEST_LEASE);
const leaseSeconds = z
  .number("seconds, more than 0")
  .gt(0, "seconds, more than 0")
  .max(DAY_SECONDS, `at most ${DAY_SECONDS} seconds`)
  .default(LEASE_SECONDS)
  .meta({ description: "Until when the worker wants to be heard of; then its trial may be another's" });
const metrics = z.record(z.string(), z.number().nullable(), "metrics by name");

export const askingSchema: z.ZodType<Asking> = z.strictObject({
  client: z
    .string("the name of the worker")
    .regex(CLIENT, "1 to 128 printable ASCII characters")
    .meta({ description: "The same name asking again is given its own running trials first" }),
  count: wholeNumber().min(1, "at least 1").max(MOST_TRIALS, `at most ${MOST_TRIALS}`).default(1),
  leaseSeconds,
});

const mapping = z.record(z.string(), z.unknown());

/** What else it says is the result, which the trial contract judges. */
export const completionSchema: z.ZodType<{ readonly lease: string } & Readonly<Record<string, unknown>>> = z
  .looseObject({
    lease,
    metrics: mapping.nullish(),
    infeasible: z.unknown().optional(),
    error: z.unknown().optional(),
    standardErrors: mapping.nullish(),
    cost: z.unknown().optional(),
  })
  .meta({ description: "A lease, and one of `metrics`, `infeasible` and `error`, as any trial gives them back" });

export const failureSchema: z.ZodType<{ readonly lease: string; readonly error: unknown }> = z.strictObject({
  lease,
  error: z.looseObject({
    message: z.string("what went wrong"),
    type: z.string().exactOptional(),
    retryable: z.boolean().exactOptional().meta({ description: "Whether another attempt may go well" }),
  }),
});

export const beatSchema: z.ZodType<{ readonly lease: string; readonly leaseSeconds: number }> = z.strictObject({
  lease,
  leaseSeconds,
});

export const trialStopSchema: z.ZodType<{ readonly lease?: string }> = z.strictObject({
  lease: lease.exactOptional().meta({ description: "Stop it only while this is its lease" }),
});

const measurement = {
  step: wholeNumber().min(0, "at least 0").max(LAST_STEP, `at most ${LAST_STEP}`),
  metrics: mapping.meta({ description: "By name: numbers; null, or NaN as Python writes it, where it is not finite" }),
};

export const measurementSchema: z.ZodType<{ readonly lease: string } & Measured> = z.strictObject({
  lease,
  ...measurement,
});

export const reportSchema: z.ZodType<Measured> = z.strictObject(measurement);

interface AddedTrial {
  readonly parameters: Readonly<Record<string, Scalar>>;
  readonly metrics?: Readonly<Record<string, number | null>>;
  readonly standardErrors?: Readonly<Record<string, number>>;
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], "a text, a number, true, false or null");

export const addedTrialSchema: z.ZodType<AddedTrial> = z.strictObject({
  parameters: z
    .record(z.string(), scalar, "parameters by name")
    .meta({ description: "Of an enqueued trial possibly some only: what is missing is its default, else drawn" }),
  metrics: metrics.exactOptional().meta({ description: "With them the trial is brought in finished" }),
  standardErrors: z.record(z.string(), z.number()).exactOptional(),
});
