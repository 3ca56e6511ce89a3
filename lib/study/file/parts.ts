import type * as z from "zod";
import type { Scalar } from "../../space/parameter.ts";
import { objectiveSchema, outcomeSchema, studyKeys } from "../schema.ts";
import type { Objective, OutcomeConstraint } from "../spec.ts";
import { scalarSchema } from "./schema-common.ts";
import { parameterSchema, whenSchema } from "./schema-parameter.ts";
import type { EnqueueEntry, ParameterEntry, StudyFile, WhenEntry } from "./shape.ts";
import { issuesOf } from "./structure.ts";

/**
 * Those parts of a study file that are as the schema says, each read alone: what one part is to another can be checked
 * although a third is broken. Lists are maps from the place in the file, for broken items leave gaps.
 */
export interface Parts {
  readonly metrics: ReadonlyMap<number, Objective>;
  readonly parameters: ReadonlyMap<string, ParameterEntry>;
  /** The conditions of all parameters, also of those that are broken elsewhere. */
  readonly conditions: ReadonlyMap<string, WhenEntry>;
  /** Parameters of which something is broken: nothing may be concluded from what they lack. */
  readonly flawed: ReadonlySet<string>;
  readonly constraints: ReadonlyMap<number, string>;
  readonly outcomes: ReadonlyMap<number, OutcomeConstraint>;
  readonly enqueue: ReadonlyMap<number, EnqueueEntry>;
  /** The keys that are neither a list nor `parameters`. */
  readonly plain: Partial<StudyFile>;
}

const PLAIN: readonly (keyof StudyFile)[] = [
  "version",
  "name",
  "description",
  "labels",
  "family",
  "fixed",
  "context",
  "strategy",
  "seed",
  "trials",
  "parallel",
  "budget",
  "stopping",
  "fidelity",
  "retries",
  "failures",
  "replicates",
  "runner",
];

export function readParts(input: unknown): Parts {
  const file = mapping(input);
  const parameters = new Map<string, ParameterEntry>();
  const conditions = new Map<string, WhenEntry>();
  const flawed = new Set<string>();
  for (const [name, value] of Object.entries(mapping(file["parameters"]))) {
    if (issuesOf(parameterSchema, value).length > 0) flawed.add(name);
    const when = whenSchema.safeParse(mapping(value)["when"]);
    if (when.success) conditions.set(name, when.data);
    const entry = salvage(parameterSchema, value);
    if (entry !== undefined) parameters.set(name, entry);
  }
  return {
    metrics: items(file["metrics"], (item) => salvage(objectiveSchema, item)),
    parameters,
    conditions,
    flawed,
    constraints: items(file["constraints"], (item) => (typeof item === "string" && item !== "" ? item : undefined)),
    outcomes: items(file["outcomes"], (item) => salvage(outcomeSchema, item)),
    enqueue: items(file["enqueue"], scalars),
    plain: Object.fromEntries(
      PLAIN.map((key) => [key, salvage<unknown>(studyKeys[key], file[key])]).filter(([, value]) => value !== undefined),
    ),
  };
}

/** The value as its schema reads it, without those of its keys that are broken or unknown; undefined if that fails too. */
function salvage<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  const whole = schema.safeParse(value);
  if (whole.success) return whole.data;
  const broken = new Set(
    whole.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : issue.path.slice(0, 1).map(String),
    ),
  );
  const sound = Object.entries(mapping(value)).filter(([key]) => !broken.has(key));
  return broken.size === 0 ? undefined : schema.safeParse(Object.fromEntries(sound)).data;
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function items<T>(value: unknown, read: (item: unknown) => T | undefined): ReadonlyMap<number, T> {
  const sound = new Map<number, T>();
  for (const [index, item] of (Array.isArray(value) ? value : []).entries()) {
    const part = read(item);
    if (part !== undefined) sound.set(index, part);
  }
  return sound;
}

function scalars(item: unknown): EnqueueEntry {
  const entries: [string, Scalar][] = [];
  for (const [name, value] of Object.entries(mapping(item))) {
    const scalar = scalarSchema.safeParse(value);
    if (scalar.success) entries.push([name, scalar.data]);
  }
  return Object.fromEntries(entries);
}
