import * as z from "zod";
import { studySchema as studyFileSchema } from "../study/schema.ts";
import { problemSchema } from "./problem.ts";
import { startedStudySchema, studiesSchema, studySchema, sweepSchema, trialsSchema } from "./schemas.ts";
import { sweepBody } from "./sweep-body.ts";

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly summary: string;
  readonly operationId: string;
  readonly parameters?: readonly Json[];
  readonly body?: z.ZodType;
  readonly success: { readonly status: number; readonly schema: z.ZodType | null; readonly headers?: Json };
  /** Besides 400, 404, 405 and, with a body, 413, 415 and 422. */
  readonly refusals?: readonly number[];
}

const path = (name: string): Json => ({ name, in: "path", required: true, schema: { type: "string", minLength: 1 } });
const page: readonly Json[] = [
  { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 1000, default: 100 } },
  { name: "next", in: "query", schema: { type: "string", minLength: 1, maxLength: 1024 } },
];

const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  "/openapi.json": {
    get: {
      summary: "This document",
      operationId: "getOpenApi",
      success: { status: 200, schema: z.record(z.string(), z.unknown()) },
    },
  },
  "/studies": {
    post: {
      summary: "Create a study and start it",
      operationId: "createStudy",
      parameters: [
        { name: "start", in: "query", schema: { type: "string", enum: ["true", "false"], default: "true" } },
        {
          name: "Idempotency-Key",
          in: "header",
          description: "The same key and request again answer with the first study, for 24 hours",
          schema: { type: "string", minLength: 1, maxLength: 128, pattern: "^[!-~]+$" },
        },
      ],
      body: studyFileSchema,
      success: {
        status: 201,
        schema: startedStudySchema,
        headers: { Location: { description: "Path of the study", schema: { type: "string" } } },
      },
      refusals: [409],
    },
    get: {
      summary: "List studies, newest first",
      operationId: "listStudies",
      parameters: page,
      success: { status: 200, schema: studiesSchema },
    },
  },
  "/studies/{id}": {
    get: {
      summary: "A study with its counts, its best trial and why it ended",
      operationId: "getStudy",
      parameters: [path("id")],
      success: { status: 200, schema: studySchema },
    },
  },
  "/studies/{id}/trials": {
    get: {
      summary: "The trials of a study, in order of number",
      operationId: "listTrials",
      parameters: [path("id"), ...page],
      success: { status: 200, schema: trialsSchema },
    },
  },
  "/sweeps/{name}": {
    put: {
      summary: "A schedule that starts a study",
      operationId: "putSweep",
      parameters: [path("name")],
      body: sweepBody,
      success: { status: 200, schema: sweepSchema },
    },
    get: {
      summary: "A sweep",
      operationId: "getSweep",
      parameters: [path("name")],
      success: { status: 200, schema: sweepSchema },
    },
    delete: {
      summary: "Remove a schedule; the studies that it started stay",
      operationId: "deleteSweep",
      parameters: [path("name")],
      success: { status: 204, schema: null },
      refusals: [422],
    },
  },
};

/** OpenAPI 3.1, generated from the schemas that validate. */
export function openApiDocument(): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Pegbox",
      version: "1",
      description: "Hyperparameter tuning without a cluster.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths: Object.fromEntries(
      Object.entries(paths).map(([route, methods]) => [
        route,
        Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, operationObject(operation)])),
      ]),
    ),
  };
}

function operationObject({ body, success, refusals = [], ...rest }: Operation): Json {
  const answer = { description: rest.summary, ...(success.headers === undefined ? {} : { headers: success.headers }) };
  const statuses = [400, 404, 405, ...(body === undefined ? [] : [413, 415, 422]), ...refusals];
  const problems = statuses.map((status) => [status, { description: "Refused", content: problemContent }]);
  return {
    ...rest,
    ...(body === undefined ? {} : { requestBody: { required: true, content: jsonContent(body, "input") } }),
    responses: {
      [success.status]:
        success.schema === null ? answer : { ...answer, content: jsonContent(success.schema, "output") },
      ...Object.fromEntries(problems),
    },
  };
}

function jsonContent(schema: z.ZodType, io: "input" | "output"): Json {
  return { "application/json": { schema: jsonSchema(schema, io) } };
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return json;
}

const problemContent: Json = { "application/problem+json": { schema: jsonSchema(problemSchema, "output") } };
