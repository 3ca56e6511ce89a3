import * as z from "zod";
import type { EventView } from "../study/story.ts";
import type { StudyView, TrialView } from "../study/views.ts";
import { problemSchema } from "./problem.ts";

/** The shapes of the answers, from which the OpenAPI document is made. */

const time = z.iso.datetime().meta({ description: "RFC 3339, UTC" });
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const parameters = z.record(z.string(), scalar);
const metrics = z.record(z.string(), z.number().nullable());
const standardErrors = z
  .record(z.string(), z.number().nonnegative())
  .exactOptional()
  .meta({ description: "Of the metrics, where the trial gave any" });
const reason = z.object({ code: z.string(), message: z.string() }).nullable();
const count = z.int().nonnegative();
const optimum = z.object({ trial: z.int().positive(), parameters, metrics });

const study = z.object({
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
  optimal: z.array(optimum).exactOptional().meta({ description: "The Pareto set, with several objectives" }),
  spend: z.object({ usd: z.number().nonnegative() }),
  createdAt: time,
  updatedAt: time,
});

export const studySchema: z.ZodType<StudyView> = study;

export const startedStudySchema: z.ZodType<StudyView & { readonly executionArn?: string }> = study.extend({
  executionArn: z.string().exactOptional().meta({ description: "The execution that runs it, on AWS" }),
});

const trial: z.ZodType<TrialView> = z.object({
  trial: z.int().positive(),
  state: z.enum(["PROPOSED", "RUNNING", "PAUSED", "SUCCEEDED", "INFEASIBLE", "FAILED", "STOPPED", "CANCELLED"]),
  feasible: z.boolean().nullable(),
  parameters,
  outside: z
    .boolean()
    .exactOptional()
    .meta({ description: "The parameters are not within the study's bounds as they are now" }),
  metrics: metrics.nullable(),
  standardErrors,
  attempts: count,
  fidelity: z
    .number()
    .nullable()
    .meta({ description: "How far it trains, or has trained, where the study has a fidelity" }),
  rungs: z
    .array(z.object({ fidelity: z.number(), metrics, standardErrors, feasible: z.boolean() }))
    .exactOptional()
    .meta({ description: "What it measured on its way there" }),
  reason,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  cost: z.object({ usd: z.number() }).nullable(),
  decision: z.looseObject({ strategy: z.string() }),
});

/** What it says is said where it is read: `POST /studies` takes it. */
export const writtenFileSchema: z.ZodType = z
  .record(z.string(), z.unknown())
  .meta({ description: "A study file, every default filled in, as the body of `POST /studies`" });

const next = z.string().nullable().meta({ description: "Give it back as `next` for the next page; null at the end" });

const listedStudy = study.omit({ optimal: true });
export const studiesSchema: z.ZodType = z.object({ studies: z.array(listedStudy), next });
export const trialsSchema: z.ZodType = z.object({ trials: z.array(trial), next });
const event: z.ZodType<EventView> = z.object({
  at: time,
  type: z.enum(["created", "moved", "amended", "requeued", "failed", "best"]),
  message: z.string(),
  trial: z.int().positive().nullable(),
  reason,
});
export const eventsSchema: z.ZodType = z.object({ events: z.array(event), next });
export const sweepSchema: z.ZodType = z.object({ name: z.string(), schedule: z.string(), updatedAt: time });

/** Names of the schemas in the OpenAPI document. */
export const answerSchemas: Readonly<Record<string, z.ZodType>> = {
  Study: study,
  ListedStudy: listedStudy,
  StartedStudy: startedStudySchema,
  WrittenStudyFile: writtenFileSchema,
  Studies: studiesSchema,
  Trial: trial,
  Trials: trialsSchema,
  Event: event,
  Events: eventsSchema,
  Sweep: sweepSchema,
  Problem: problemSchema,
};
