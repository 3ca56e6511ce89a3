import * as z from "zod";
import { type Issue, PegboxError } from "../../errors/pegbox-error.ts";

/** The lines that `pegbox optimize` reads. Unknown keys are ignored: other tools' extensions pass through. */

const name = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const condition = z.object({ param: name, values: z.array(scalar).min(1) });
const numeric = {
  name,
  low: z.number(),
  high: z.number(),
  log: z.boolean().optional(),
  condition: condition.optional(),
};
const choices = { name, choices: z.array(scalar).min(1), condition: condition.optional() };

const parameterLine = z.discriminatedUnion("type", [
  z.object({ type: z.literal("float"), ...numeric, step: z.number().positive().optional() }),
  z.object({
    type: z.literal("int"),
    ...numeric,
    low: z.int(),
    high: z.int(),
    step: z.int().positive().optional(),
  }),
  z.object({ type: z.literal("categorical"), ...choices }),
  z.object({ type: z.literal("ordinal"), ...choices }),
]);

const studyLine = z.object({
  type: z.literal("study"),
  name: z.string().optional(),
  space: z.array(parameterLine).min(1).max(1000),
  objectives: z.array(z.object({ name, goal: z.enum(["minimize", "maximize"]) })).min(1),
  constraints: z
    .array(z.object({ name, op: z.enum(["<=", ">="]).default("<="), threshold: z.number().default(0) }))
    .default([]),
  strategy: z.enum(["auto", "bayesian", "random", "grid", "sobol"]).default("auto"),
  seed: z.int().nonnegative().default(0),
  budget: z.number().positive().optional(),
  batch: z.int().positive().default(1),
  fidelity: z.object({ name, low: z.number(), high: z.number() }).optional(),
});

const result = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  params: z.record(z.string(), scalar).optional(),
  metrics: z.record(z.string(), z.number().nullable()).nullable(),
});

const line = z.discriminatedUnion("type", [
  studyLine,
  z.object({ type: z.literal("ask"), n: z.int().positive().max(100_000).default(1) }),
  z.object({ type: z.literal("tell"), results: z.array(result) }),
  z.object({ type: z.literal("report"), id: z.string(), step: z.number(), metrics: z.record(z.string(), z.number()) }),
  z.object({ type: z.literal("best") }),
]);

export type ParameterLine = z.output<typeof parameterLine>;
export type StudyLine = z.output<typeof studyLine>;
export type TellResult = z.output<typeof result>;
export type AskTellLine = z.output<typeof line>;

/** @throws {PegboxError} `INVALID_INPUT` with every problem of the line. */
export function readLine(value: unknown): AskTellLine {
  const read = line.safeParse(value);
  if (read.success) return read.data;
  const issues = read.error.issues.map(
    (issue): Issue => ({ path: issue.path.join("."), expected: issue.message, got: rendered(value, issue.path) }),
  );
  const [first] = issues;
  throw new PegboxError("INVALID_INPUT", `${first?.expected} at "${first?.path}"`, { issues });
}

function rendered(value: unknown, path: readonly PropertyKey[]): string {
  const at = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
  return at === undefined ? "nothing" : JSON.stringify(at).slice(0, 80);
}
