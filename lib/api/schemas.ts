import * as z from "zod";

/** The shapes of the answers, from which the OpenAPI document is made. */

const time = z.iso.datetime().meta({ description: "RFC 3339, UTC" });
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const parameters = z.record(z.string(), scalar);
const metrics = z.record(z.string(), z.number().nullable());
const reason = z.object({ code: z.string(), message: z.string() }).nullable();
const count = z.int().nonnegative();
const optimum = z.object({ trial: z.int().positive(), parameters, metrics });

export const studySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(["CREATED", "RUNNING", "PAUSING", "PAUSED", "STOPPING", "STOPPED", "COMPLETED", "FAILED"]),
    reason,
    seed: z.int().nonnegative(),
    strategy: z.string(),
    trials: z.object({
      total: count,
      proposed: count,
      running: count,
      paused: count,
      succeeded: count,
      infeasible: count,
      failed: count,
      stopped: count,
      cancelled: count,
    }),
    best: optimum.nullable(),
    optimal: z.array(optimum).optional().meta({ description: "The Pareto set, with several objectives" }),
    spend: z.object({ usd: z.number().nonnegative() }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Study" });

export const startedStudySchema = studySchema
  .extend({ executionArn: z.string().optional().meta({ description: "The execution that runs it, on AWS" }) })
  .meta({ id: "StartedStudy" });

export const trialSchema = z
  .object({
    trial: z.int().positive(),
    state: z.enum(["PROPOSED", "RUNNING", "PAUSED", "SUCCEEDED", "INFEASIBLE", "FAILED", "STOPPED", "CANCELLED"]),
    feasible: z.boolean().nullable(),
    parameters,
    metrics: metrics.nullable(),
    attempts: count,
    fidelity: z.null(),
    reason,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    cost: z.object({ usd: z.number() }).nullable(),
    decision: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Trial" });

const next = z.string().nullable().meta({ description: "Give it back as `next` for the next page; null at the end" });

export const studiesSchema = z.object({ studies: z.array(studySchema), next }).meta({ id: "Studies" });
export const trialsSchema = z.object({ trials: z.array(trialSchema), next }).meta({ id: "Trials" });

export const sweepSchema = z.object({ name: z.string(), schedule: z.string(), updatedAt: time }).meta({ id: "Sweep" });
