import * as z from "zod";
import { PERCENT } from "./duration.ts";
import { MOST_ITEMS, MOST_REPLICATES } from "./file/limits.ts";
import { durationSchema, idSchema, nameSchema, scalarSchema, usdSchema, wholeNumber } from "./file/schema-common.ts";
import { parameterSchema } from "./file/schema-parameter.ts";
import { runnerSchema } from "./file/schema-runner.ts";
import type { EnqueueEntry, ParameterEntry, StudyFile } from "./file/shape.ts";
import type { FidelitySpec, Objective, OutcomeConstraint } from "./spec.ts";

/**
 * The study file, key by key: the one source for the file, the API's body and the editor's hover texts. It says what
 * each part looks like alone; what parts must be to each other is checked by `file/check-*.ts`.
 */

export const objectiveSchema: z.ZodType<Objective> = z.strictObject({
  name: nameSchema.meta({ title: "Name", description: "The key of the value in a trial's `metrics`." }),
  goal: z.enum(["minimize", "maximize"]).meta({ title: "Goal", description: "Which way is better." }),
});

export const outcomeSchema: z.ZodType<OutcomeConstraint> = z.strictObject({
  metric: nameSchema.meta({ title: "Metric", description: "Name of a metric that the trial returns." }),
  min: z.number().exactOptional().meta({ title: "Lower bound", description: "The metric must not be below it." }),
  max: z.number().exactOptional().meta({ title: "Upper bound", description: "The metric must not be above it." }),
});

const fidelitySchema: z.ZodType<FidelitySpec> = z.strictObject({
  name: nameSchema.meta({ title: "Name", description: "What training is counted in: `epochs`, `rows`." }),
  min: z.number().positive().meta({ title: "Least", description: "The shortest training that says anything; > 0." }),
  max: z.number().positive().meta({ title: "Most", description: "The whole training; > min." }),
  rule: z.enum(["asha", "hyperband", "stop", "median"]).default("asha").meta({
    title: "Rule",
    description:
      "What says which trials train further: asha and hyperband have them wait on rungs; stop and median stop those that report as they train. Default: asha.",
  }),
});

const enqueueSchema: z.ZodType<EnqueueEntry> = z.record(nameSchema, scalarSchema);

const FAILURES_EXPECTED = "a count of trials, or a percentage of the ended ones from 0% to 100%";

/** The schema of each top-level key. */
export const studyKeys: { readonly [K in keyof StudyFile]-?: z.ZodType<StudyFile[K]> } = {
  version: z.literal(1).default(1).meta({ title: "Version", description: "Version of this file format: 1." }),
  name: idSchema.default("study").meta({
    title: "Name",
    description: "Name of the study: letters, digits, `.`, `_` and `-`, at most 64. Default: study.",
  }),
  description: z.string().default("").meta({ title: "Description", description: "For people; anything you like." }),
  labels: z.record(z.string().min(1).max(64), z.string().max(256)).default({}).meta({
    title: "Labels",
    description: "Texts by name, to find studies by: `{ team: vision }`.",
  }),
  family: idSchema.exactOptional().meta({
    title: "Family",
    description: "Studies that ask the same question in different contexts share a family. Default: the name.",
  }) as z.ZodType<string>,
  metrics: z.array(objectiveSchema).min(1).meta({
    title: "Metrics",
    description: "The objectives: which of the returned metrics to make small or large. Other metrics are kept too.",
  }),
  parameters: (z.record(nameSchema, parameterSchema) as z.ZodType<Record<string, ParameterEntry>>).meta({
    title: "Parameters",
    description: "What to tune, by name: letters, digits and `_`, at most 64.",
    minProperties: 1,
    maxProperties: MOST_ITEMS.parameters,
  }),
  constraints: z.array(z.string().min(1)).default([]).meta({
    title: "Constraints",
    description:
      "Predicates over parameters that every trial satisfies, at most 1,000: `layers * batch <= 256`. Operators + - * / % ^, comparisons, and or not; functions abs min max log exp sqrt floor ceil. One that reads an inactive parameter does not apply.",
    maxItems: MOST_ITEMS.constraints,
  }),
  outcomes: z.array(outcomeSchema).default([]).meta({
    title: "Outcome constraints",
    description: "Bounds on metrics. A trial beyond one has succeeded but is not feasible, and is never the best.",
  }),
  fixed: z.record(z.string().min(1), z.unknown()).default({}).meta({
    title: "Fixed",
    description: "Any JSON, passed through to every trial.",
  }),
  context: z.record(nameSchema, z.number()).default({}).meta({
    title: "Context",
    description: "Numbers that describe the problem, such as rows of the data set.",
  }),
  strategy: z
    .enum(["auto", "bayesian", "random", "grid", "sobol", "evolution", "cmaes", "manual"])
    .default("auto")
    .meta({
      title: "Strategy",
      description: "What proposes trials. `manual` runs the enqueued ones only. Default: auto.",
    }),
  seed: wholeNumber().min(0).default(0).meta({
    title: "Seed",
    description:
      "Where all randomness comes from, 0 … 2⁵³ − 1: the same seed and results give the same trials. Default: 0.",
  }),
  trials: wholeNumber().min(1).default(50).meta({
    title: "Trials",
    description: "How many trials may end, in whatever way. Default: 50.",
  }),
  parallel: wholeNumber().min(1).max(10_000).default(1).meta({
    title: "Parallel",
    description: "How many trials run at a time, at most 10,000. Default: 1.",
  }),
  budget: z
    .strictObject({
      usd: usdSchema().positive("dollars: more than 0").exactOptional().meta({
        title: "US dollars",
        description:
          "What its trials may cost in all: no trial starts that might not fit, at its worst. Needs a price (usdPerHour, where the runner has none) and a time limit. Default: no cap.",
      }),
      usdPerHour: usdSchema().min(0, "dollars: at least 0").exactOptional().meta({
        title: "US dollars per hour",
        description:
          "What an hour of one slot costs; 0 where only what trials report counts. Default: what the runner is known to cost.",
      }),
      wallClock: durationSchema.exactOptional().meta({
        title: "Wall clock",
        description: "How long the study may start new trials: `30m`, `1.5h`, or seconds. Default: no limit.",
      }),
      trialTimeout: durationSchema.exactOptional().meta({
        title: "Trial time-out",
        description: "How long one attempt of a trial may take: `5m`, or seconds. Default: the runner's own limit.",
      }),
    })
    .default({})
    .meta({ title: "Budget", description: "What the study may use." }),
  stopping: z
    .strictObject({
      target: z.number().exactOptional().meta({
        title: "Target",
        description: "Stop when the objective is this good, in its own unit; for one objective. Default: none.",
      }),
      noProgress: wholeNumber().min(1).exactOptional().meta({
        title: "No progress",
        description:
          "Stop after this many trials without an improvement of the best; for one objective. Default: none.",
      }),
      regret: z.number().positive().exactOptional().meta({
        title: "Regret",
        description:
          "Stop when, by a model of all results, no trial can be better than the best by this much, in the objective's unit; for one objective. Default: none.",
      }),
    })
    .default({})
    .meta({ title: "Stopping criteria", description: "When the study has done enough before its trials are used up." }),
  fidelity: fidelitySchema.exactOptional().meta({
    title: "Fidelity",
    description:
      "How far trials may train. Most are cut short: of those that trained equally far one in three goes on, three times as far. Default: every trial is trained to the end.",
  }) as z.ZodType<FidelitySpec>,
  retries: wholeNumber().min(0).max(9).default(2).meta({
    title: "Retries",
    description: "Further attempts of a trial after a failure that may pass, 0 … 9. Default: 2.",
  }),
  failures: z
    .strictObject({
      max: z
        .union(
          [z.int(FAILURES_EXPECTED).min(0, FAILURES_EXPECTED), z.string().regex(PERCENT, FAILURES_EXPECTED)],
          FAILURES_EXPECTED,
        )
        .exactOptional()
        .meta({
          title: "Most failures",
          description:
            "The study fails when more trials than this have failed: a count, or a percentage of the ended trials (`20%`), judged from the tenth on. Default: none.",
        }),
    })
    .default({})
    .meta({ title: "Failures", description: "How many failed trials the study bears." }),
  replicates: z
    .strictObject({
      final: wholeNumber().min(1).max(MOST_REPLICATES).meta({
        title: "Final",
        description:
          "How often each of the best two configurations is run again once the search has ended, 1 … 100, on top of `trials`; for one objective.",
      }),
    })
    .exactOptional()
    .meta({
      title: "Replicates",
      description: "The same parameters again, with other seeds, to tell the best from the lucky. Default: none.",
    }) as z.ZodType<{ readonly final: number }>,
  enqueue: z.array(enqueueSchema).default([]).meta({
    title: "Enqueue",
    description: "Trials to run first, at most 10,000; a parameter left out gets its default, or is proposed.",
    maxItems: MOST_ITEMS.enqueue,
  }),
  runner: runnerSchema,
};

export const studySchema: z.ZodType<StudyFile> = z.strictObject(studyKeys).meta({
  title: "Pegbox study",
  description: "A hyperparameter tuning study: what to tune, by which metric, for how long, and how a trial is run.",
}) as z.ZodType<StudyFile>;
