import * as z from "zod";
import type { Confirmation } from "../study/records.ts";
import type { EventView } from "../study/story.ts";
import type { MeasuredTrialView, StudyView, TrialView } from "../study/views.ts";
import type { Quote } from "../tuner/money/quote.ts";
import type { Heard } from "../tuner/workers/measure.ts";
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

const interval = z.tuple([z.number(), z.number()]).nullable();
const confirmation: z.ZodType<Confirmation> = z.object({
  metric: z.string(),
  level: z.number().meta({ description: "Of all intervals" }),
  winner: z.int().positive().nullable().meta({ description: "Null where no finalist keeps the outcome constraints" }),
  finalists: z.array(
    z.object({
      ...optimum.shape,
      replicates: count,
      measured: count.meta({ description: "Replicates that gave a value" }),
      mean: z.number().nullable().meta({ description: "Of the replicates alone" }),
      interval,
      feasible: z.boolean().nullable(),
    }),
  ),
  difference: z.object({ mean: z.number(), interval }).nullable().meta({ description: "Second finalist less first" }),
});

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
  replicates: count.exactOptional().meta({ description: "Of the trials, replicates that have ended" }),
  best: optimum.nullable(),
  confirmation: confirmation.exactOptional().meta({
    description: "What replicates have said of the best, of a study that has ended with them",
  }),
  optimal: z.array(optimum).exactOptional().meta({ description: "The Pareto set, with several objectives" }),
  spend: z.object({ usd: z.number().nonnegative() }),
  createdAt: time,
  updatedAt: time,
});

export const studySchema: z.ZodType<StudyView> = study;

export const startedStudySchema: z.ZodType<StudyView & { readonly executionArn?: string }> = study.extend({
  executionArn: z.string().exactOptional().meta({ description: "The execution that runs it, on AWS" }),
});

const trial = z.object({
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
  runner: z
    .string()
    .exactOptional()
    .meta({ description: "What ran its last attempt, where it had run out of memory before: a bigger one" }),
  fidelity: z
    .number()
    .nullable()
    .meta({ description: "How far it trains, or has trained, where the study has a fidelity" }),
  replicates: z
    .int()
    .positive()
    .exactOptional()
    .meta({ description: "Of a replicate: the trial whose parameters it runs again" }),
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
export const trialSchema: z.ZodType<TrialView> = trial;

export const measuredTrialSchema: z.ZodType<MeasuredTrialView> = trial.extend({
  measurements: z
    .array(z.object({ step: count, metrics }))
    .exactOptional()
    .meta({ description: "What it told of on its way, in order of step; of a step the latest attempt" }),
});

export const heardSchema: z.ZodType<Heard> = z.object({
  stop: z.boolean().meta({ description: "Whether the trial is to end now" }),
});

export const suggestionsSchema: z.ZodType = z.object({
  trials: z.array(
    trial.extend({
      lease: z.string().meta({ description: "To be given back with whatever is told of the trial" }),
      leaseUntil: time,
      request: z.record(z.string(), z.unknown()).meta({ description: "What a runner is given, of the trial contract" }),
    }),
  ),
  exhausted: z.boolean().exactOptional().meta({ description: "Nothing ever will start" }),
});

export const beatAnswerSchema: z.ZodType = z.object({ leaseUntil: time, stop: z.boolean() });

export const optimalTrialsSchema: z.ZodType = z.object({ trials: z.array(trial) });

const next = z.string().nullable().meta({ description: "Give it back as `next` for the next page; null at the end" });

const listedStudy = study.omit({ optimal: true });
export const studiesSchema: z.ZodType = z.object({ studies: z.array(listedStudy), next });
export const trialsSchema: z.ZodType = z.object({ trials: z.array(trial), next });
const event: z.ZodType<EventView> = z.object({
  at: time,
  type: z.enum(["created", "moved", "paced", "amended", "requeued", "failed", "best", "confirmed", "overrun", "spent"]),
  message: z.string(),
  trial: z.int().positive().nullable(),
  reason,
});
export const eventsSchema: z.ZodType = z.object({ events: z.array(event), next });
export const sweepSchema: z.ZodType = z.object({
  name: z.string(),
  schedule: z.string(),
  overlap: z.enum(["beside", "skip"]),
  updatedAt: time,
});

const spread = z.object({ low: z.number(), expected: z.number(), high: z.number() });
export const quoteSchema: z.ZodType<Quote> = z.object({
  trials: count.meta({ description: "How many are expected to end" }),
  seconds: spread,
  usd: spread,
  assumptions: z.array(z.string()).meta({ description: "What all of it rests on, in words" }),
});

/** Names of the schemas in the OpenAPI document. */
export const answerSchemas: Readonly<Record<string, z.ZodType>> = {
  Study: study,
  ListedStudy: listedStudy,
  StartedStudy: startedStudySchema,
  WrittenStudyFile: writtenFileSchema,
  Studies: studiesSchema,
  Trial: trial,
  MeasuredTrial: measuredTrialSchema,
  Heard: heardSchema,
  Trials: trialsSchema,
  Suggestions: suggestionsSchema,
  Beat: beatAnswerSchema,
  OptimalTrials: optimalTrialsSchema,
  Event: event,
  Events: eventsSchema,
  Sweep: sweepSchema,
  Quote: quoteSchema,
  Problem: problemSchema,
};
