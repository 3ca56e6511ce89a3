import * as z from "zod";
import { studySchema as studyFileSchema } from "../study/schema.ts";
import { KEY_PATTERN } from "./idempotency-key.ts";
import { extensionSchema, stopSchema } from "./lifecycle-bodies.ts";
import { patchSchema } from "./patch-body.ts";
import { formatParameter, nameParameter, pageParameters, startParameter } from "./query.ts";
import {
  beatAnswerSchema,
  eventsSchema,
  heardSchema,
  measuredTrialSchema,
  optimalTrialsSchema,
  quoteSchema,
  startedStudySchema,
  studiesSchema,
  studySchema,
  suggestionsSchema,
  sweepSchema,
  trialSchema,
  trialsSchema,
  writtenFileSchema,
} from "./schemas.ts";
import { sweepFileSchema } from "./sweep-body.ts";
import {
  addedTrialSchema,
  askingSchema,
  beatSchema,
  completionSchema,
  failureSchema,
  measurementSchema,
  reportSchema,
  trialStopSchema,
} from "./worker-bodies.ts";

/** A part of the OpenAPI document. */
export type Json = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Json[];
  readonly body?: z.ZodType;
  readonly optionalBody?: boolean;
  /** `answer` is null where there is no body. */
  readonly success: {
    readonly status: number;
    readonly answer: z.ZodType | null;
    /** Media types of an answer that is a text. */
    readonly texts?: readonly string[];
    readonly headers?: Json;
    /** Operations that take up what the answer says. */
    readonly links?: Json;
  };
  /** Problems beside those that `openapi.ts` derives. */
  readonly refusals?: readonly number[];
}

const id: Json = {
  name: "id",
  in: "path",
  required: true,
  description: "Id of a study",
  schema: { type: "string", minLength: 1 },
};

const sweepName: Json = {
  name: "name",
  in: "path",
  required: true,
  description: "Name of a sweep",
  schema: { type: "string", minLength: 1 },
};

const idempotencyKey: Json = {
  name: "Idempotency-Key",
  in: "header",
  description: "The same key and request again answer with the first study, for 24 hours",
  schema: { type: "string", pattern: KEY_PATTERN },
};

const ifMatchHeader: Json = {
  name: "If-Match",
  in: "header",
  description: "The ETag that the study is thought to have, or *; without it nothing is changed (428)",
  schema: { type: "string", minLength: 1 },
};

const etag: Json = {
  ETag: { description: "Which amendment of the study it is, for If-Match", schema: { type: "string" } },
};
const n: Json = {
  name: "n",
  in: "path",
  required: true,
  description: "Number of a trial",
  schema: { type: "integer", minimum: 1 },
};

/** What a worker tells of its trial. */
function telling(operationId: string, summary: string, body: z.ZodType, answer: z.ZodType = trialSchema): Operation {
  return { operationId, summary, parameters: [id, n], body, success: { status: 200, answer } };
}

/** What is granted as the study's state allows. */
function wish(operationId: string, summary: string): Operation {
  return {
    operationId,
    summary,
    parameters: [id],
    success: { status: 202, answer: studySchema },
    refusals: [409, 422],
  };
}

/** What the API can do, by path and method; the routes beside this folder do it. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  "/openapi.json": {
    get: {
      operationId: "getOpenApi",
      summary: "This document",
      success: { status: 200, answer: z.record(z.string(), z.unknown()) },
    },
  },
  "/studies": {
    post: {
      operationId: "createStudy",
      summary: "Create a study and start it",
      parameters: [startParameter, idempotencyKey],
      body: studyFileSchema,
      success: {
        status: 201,
        answer: startedStudySchema,
        headers: { Location: { description: "Path of the study", schema: { type: "string" } } },
        links: {
          study: { operationId: "getStudy", parameters: { id: "$response.body#/id" } },
          trials: { operationId: "listTrials", parameters: { id: "$response.body#/id" } },
        },
      },
    },
    get: {
      operationId: "listStudies",
      summary: "List studies, newest first",
      parameters: [...pageParameters, nameParameter],
      success: { status: 200, answer: studiesSchema },
    },
  },
  "/studies/{id}": {
    get: {
      operationId: "getStudy",
      summary: "A study with its counts, its best trial and why it ended",
      parameters: [id],
      success: { status: 200, answer: studySchema, headers: etag },
    },
    patch: {
      operationId: "patchStudy",
      summary: "Change trials, parallel, budget, stopping or bounds of a study that lives",
      parameters: [id, ifMatchHeader],
      body: patchSchema,
      success: { status: 200, answer: studySchema, headers: etag },
      refusals: [412, 428],
    },
    delete: {
      operationId: "deleteStudy",
      summary: "Delete a study that does not run, with everything of it; once it is gone, 404",
      parameters: [id],
      success: { status: 204, answer: null },
      refusals: [409],
    },
  },
  "/studies/{id}/file": {
    get: {
      operationId: "getStudyFile",
      summary: "The study file, every default filled in",
      parameters: [id],
      success: { status: 200, answer: writtenFileSchema, headers: etag },
    },
  },
  "/studies/{id}/trials": {
    get: {
      operationId: "listTrials",
      summary: "The trials of a study, in order of number; as `next`, any number begins there",
      parameters: [id, ...pageParameters],
      success: { status: 200, answer: trialsSchema },
    },
    post: {
      operationId: "addTrial",
      summary: "Ask for a trial, or bring one in finished, with its metrics",
      parameters: [id, idempotencyKey],
      body: addedTrialSchema,
      success: {
        status: 201,
        answer: trialSchema,
        headers: { Location: { description: "Path of the trial", schema: { type: "string" } } },
      },
    },
  },
  "/studies/{id}/trials/{n}": {
    get: {
      operationId: "getTrial",
      summary: "A trial, with what it measured on its way",
      parameters: [id, n],
      success: { status: 200, answer: measuredTrialSchema },
    },
  },
  "/studies/{id}/suggest": {
    post: {
      operationId: "suggest",
      summary: "Ask for trials to run, as a worker of a study with external workers",
      parameters: [id],
      body: askingSchema,
      success: {
        status: 200,
        answer: suggestionsSchema,
        headers: {
          "Retry-After": { description: "Where nothing may start now: seconds", schema: { type: "integer" } },
        },
      },
    },
  },
  "/studies/{id}/trials/{n}/measure": {
    post: telling("measure", "Tell what a trial measures while it runs", measurementSchema, heardSchema),
  },
  "/report": {
    post: {
      operationId: "report",
      summary: "Tell what a trial measures while it runs, by the token of its `report`",
      body: reportSchema,
      success: { status: 200, answer: heardSchema },
      refusals: [401, 404],
    },
  },
  "/studies/{id}/trials/{n}/complete": {
    post: telling("completeTrial", "Tell the result of a trial; the same once more does nothing", completionSchema),
  },
  "/studies/{id}/trials/{n}/fail": {
    post: telling("failTrial", "Tell that a trial failed, as its holder", failureSchema),
  },
  "/studies/{id}/trials/{n}/heartbeat": {
    post: telling("heartbeat", "Tell that a trial is still run, as its holder", beatSchema, beatAnswerSchema),
  },
  "/studies/{id}/trials/{n}/stop": {
    post: { ...telling("stopTrial", "End a trial before its time", trialStopSchema), optionalBody: true },
  },
  "/studies/{id}/optimal-trials": {
    get: {
      operationId: "listOptimalTrials",
      summary: "The best trial, or with several objectives the Pareto set",
      parameters: [id],
      success: { status: 200, answer: optimalTrialsSchema },
    },
  },
  "/studies/{id}/events": {
    get: {
      operationId: "listEvents",
      summary: "What happened to a study, oldest first",
      parameters: [id, ...pageParameters],
      success: { status: 200, answer: eventsSchema },
    },
  },
  "/studies/{id}/export": {
    get: {
      operationId: "exportTrials",
      summary: "Every trial of a study, in order of number",
      parameters: [id, formatParameter],
      success: { status: 200, answer: null, texts: ["text/csv", "application/jsonl"] },
    },
  },
  "/studies/{id}/pause": {
    post: wish("pauseStudy", "Let the running trials end, start none, and wait"),
  },
  "/studies/{id}/resume": {
    post: wish("resumeStudy", "Go on with a study that waits, or has ended before its time"),
  },
  "/studies/{id}/stop": {
    post: {
      ...wish("stopStudy", "End a study once its running trials have ended"),
      body: stopSchema,
      optionalBody: true,
    },
  },
  "/studies/{id}/extend": {
    post: { ...wish("extendStudy", "Give a study more trials or time"), body: extensionSchema },
  },
  "/quote": {
    post: {
      operationId: "quoteStudy",
      summary: "What a study would take and cost, before anything is spent",
      body: studyFileSchema,
      success: { status: 200, answer: quoteSchema },
    },
  },
  "/sweeps/{name}": {
    put: {
      operationId: "putSweep",
      summary: "Create or replace a schedule that starts a study",
      parameters: [sweepName],
      body: sweepFileSchema,
      success: {
        status: 200,
        answer: sweepSchema,
        links: { sweep: { operationId: "getSweep", parameters: { name: "$response.body#/name" } } },
      },
    },
    get: {
      operationId: "getSweep",
      summary: "A sweep",
      parameters: [sweepName],
      success: { status: 200, answer: sweepSchema },
    },
    delete: {
      operationId: "deleteSweep",
      summary: "Remove a schedule; the studies that it started stay",
      parameters: [sweepName],
      success: { status: 204, answer: null },
      refusals: [422],
    },
  },
};
