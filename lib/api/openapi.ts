import * as z from "zod";
import { studySchema as studyFileSchema } from "../study/schema.ts";
import { extensionSchema, stopSchema } from "./lifecycle-bodies.ts";
import { type Json, type Operation, operations } from "./operations.ts";
import { patchSchema } from "./patch-body.ts";
import { problemSchema } from "./problem.ts";
import { answerSchemas } from "./schemas.ts";
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

const reference = (name: string): string => `#/components/schemas/${name}`;

const requests = named({
  StudyFile: studyFileSchema,
  SweepFile: sweepFileSchema,
  Stop: stopSchema,
  Extension: extensionSchema,
  StudyPatch: patchSchema,
  Asking: askingSchema,
  AddedTrial: addedTrialSchema,
  Completion: completionSchema,
  Failure: failureSchema,
  Heartbeat: beatSchema,
  TrialStop: trialStopSchema,
  Measurement: measurementSchema,
  Report: reportSchema,
});
const answers = named(answerSchemas);

function named(schemas: Readonly<Record<string, z.ZodType>>): ReadonlyMap<z.ZodType, string> {
  return new Map(Object.entries(schemas).map(([name, schema]) => [schema, name]));
}

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
    paths: mapValues(operations, (methods) => mapValues(methods, operationObject)),
    components: {
      schemas: { ...components(requests, "input"), ...components(answers, "output") },
      responses: {
        Problem: { description: "Refused, with every issue", content: content(problemSchema, "problem+json") },
      },
    },
  };
}

/** Schemas of one direction: what a default makes optional in a request always stands in an answer. */
function components(schemas: ReadonlyMap<z.ZodType, string>, io: "input" | "output"): Json {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of schemas) registry.add(schema, { id });
  const json = z.toJSONSchema(registry, { io, unrepresentable: "any", uri: reference, override: asList });
  return mapValues(json.schemas, ({ $schema: _, $id: __, ...schema }) => schema);
}

/** A tuple of equal parts as a list of that length, which says the same and is what more readers of OpenAPI understand. */
function asList({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const [first, ...others] = jsonSchema.prefixItems ?? [];
  if (first === undefined || others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) return;
  delete jsonSchema.prefixItems;
  jsonSchema.items = first;
}

function operationObject({ body, optionalBody = false, success, refusals = [], ...rest }: Operation): Json {
  const { status, answer, texts, headers, links } = success;
  const inPath = rest.parameters?.some((parameter) => parameter["in"] === "path") ?? false;
  const statuses = [400, ...(inPath ? [404] : []), ...(body === undefined ? [] : [409, 413, 415, 422]), ...refusals];
  return {
    ...rest,
    ...(body === undefined ? {} : { requestBody: { required: !optionalBody, content: content(body, "json") } }),
    responses: {
      [status]: {
        description: rest.summary,
        ...(headers === undefined ? {} : { headers }),
        ...(links === undefined ? {} : { links }),
        ...(answer === null ? {} : { content: content(answer, "json") }),
        ...(texts === undefined
          ? {}
          : { content: Object.fromEntries(texts.map((type) => [type, { schema: { type: "string" } }])) }),
      },
      ...Object.fromEntries(statuses.map((refused) => [refused, { $ref: "#/components/responses/Problem" }])),
    },
  };
}

function content(schema: z.ZodType, type: "json" | "problem+json"): Json {
  const name = requests.get(schema) ?? answers.get(schema);
  return { [`application/${type}`]: { schema: name === undefined ? { type: "object" } : { $ref: reference(name) } } };
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
