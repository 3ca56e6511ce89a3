import type { Context } from "hono";
import * as z from "zod";
import { type Issue, PegboxError } from "../errors/pegbox-error.ts";

/** A parameter of a query, as OpenAPI describes it, beside the schema that reads it from a text. */
export type QueryParameter = {
  readonly name: string;
  readonly in: "query";
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
};

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;
/** Longer than any token that a store gives out, the longest id included. */
const LONGEST_TOKEN = 1024;
/** As study files have it. */
const LONGEST_NAME = 64;

export interface PageQuery {
  readonly limit: number;
  readonly next?: string;
}

const page = {
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, `a whole number from 1 to ${LARGEST_LIMIT}`)
    .transform(Number)
    .pipe(z.number().max(LARGEST_LIMIT, `at most ${LARGEST_LIMIT}`))
    .default(DEFAULT_LIMIT),
  next: z.string().min(1).max(LONGEST_TOKEN).exactOptional(),
};

export const pageQuery: z.ZodType<PageQuery> = z.strictObject(page);

export const studiesQuery: z.ZodType<PageQuery & { readonly name?: string }> = z.strictObject({
  ...page,
  name: z.string().min(1).max(LONGEST_NAME).exactOptional(),
});

export const nameParameter: QueryParameter = {
  name: "name",
  in: "query",
  description: "Only studies of this name",
  schema: { type: "string", minLength: 1, maxLength: LONGEST_NAME },
};

export const pageParameters: readonly QueryParameter[] = [
  {
    name: "limit",
    in: "query",
    description: "How many to answer with at most",
    schema: { type: "integer", minimum: 1, maximum: LARGEST_LIMIT, default: DEFAULT_LIMIT },
  },
  {
    name: "next",
    in: "query",
    description: "The `next` of the page before; the first page without",
    schema: { type: "string", minLength: 1, maxLength: LONGEST_TOKEN },
  },
];

export const startQuery: z.ZodType<{ readonly start: boolean }> = z.strictObject({
  start: z
    .enum(["true", "false"], "true or false")
    .default("true")
    .transform((text) => text === "true"),
});

export const exportQuery: z.ZodType<{ readonly format: "csv" | "jsonl" }> = z.strictObject({
  format: z.enum(["csv", "jsonl"], "csv or jsonl").default("csv"),
});

export const formatParameter: QueryParameter = {
  name: "format",
  in: "query",
  description: "Comma-separated values, or a line of JSON a trial",
  schema: { type: "string", enum: ["csv", "jsonl"], default: "csv" },
};

export const startParameter: QueryParameter = {
  name: "start",
  in: "query",
  description: "`false` creates the study and does not start it",
  schema: { type: "string", enum: ["true", "false"], default: "true" },
};

/**
 * Reads the query of a request. A key that is unknown or comes twice is a problem: a misspelt `start` must not start.
 *
 * @throws {PegboxError} `INVALID_INPUT` with every problem.
 */
export function readQuery<T extends z.ZodType>(schema: T, context: Context): z.output<T> {
  const values = Object.entries(context.req.queries());
  const repeated = values.filter(([, all]) => all.length > 1);
  const read = schema.safeParse(Object.fromEntries(values.map(([key, [first]]) => [key, first])));
  const issues = [
    ...repeated.map(([key, all]): Issue => ({ path: `query.${key}`, expected: "one value", got: all.join(", ") })),
    ...(read.error?.issues ?? []).flatMap((issue) => toIssues(issue, context)),
  ];
  if (read.success && issues.length === 0) return read.data;
  throw new PegboxError("INVALID_INPUT", "the query is not valid", { issues });
}

function toIssues(issue: z.core.$ZodIssue, context: Context): readonly Issue[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: `query.${key}`,
      expected: "no such key",
      got: context.req.query(key) ?? "",
    }));
  }
  const key = issue.path.join(".");
  return [{ path: `query.${key}`, expected: issue.message, got: context.req.query(key) ?? "nothing" }];
}
