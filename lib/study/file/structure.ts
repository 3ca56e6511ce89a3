import type * as z from "zod";
import { studySchema } from "../schema.ts";
import { didYouMeanHint } from "./did-you-mean.ts";
import { expectation } from "./expectation.ts";
import { hintFor } from "./hint.ts";
import { expectedUntilThen, laterKey } from "./not-yet.ts";
import { type Path, type Problem, problem, valueAt } from "./problem.ts";
import { render } from "./render.ts";
import { parameterSchema } from "./schema-parameter.ts";

/** Every place where `input` is not what the schema says. */
export function structuralProblems(input: unknown): readonly Problem[] {
  const issues = issuesOf(studySchema, input);
  // zod does not look at the value of a key it refuses; a badly named parameter may have more problems
  const inside = issues.flatMap((issue) => (isParameterName(issue) ? issuesWithin(input, issue.path) : []));
  return [...issues, ...inside].flatMap((issue) => problemsOf(issue, input));
}

/** The issues of a value, each message being what was expected. */
export function issuesOf(schema: z.ZodType, value: unknown): readonly z.core.$ZodIssue[] {
  return schema.safeParse(value, { error: expectation }).error?.issues ?? [];
}

function isParameterName(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_key" && issue.path.length === 2 && issue.path[0] === "parameters";
}

function issuesWithin(input: unknown, path: readonly PropertyKey[]): readonly z.core.$ZodIssue[] {
  const value = valueAt(input, path as Path);
  return issuesOf(parameterSchema, value).map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): readonly Problem[] {
  const path = issue.path as Path; // JSON has no symbols for keys
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, issue.message, input));
  const value = valueAt(input, path);
  if (issue.code === "invalid_key")
    return [problem(path, issue.message, `the key ${render(path.at(-1))}`, hintFor(issue, path, value))];
  return [problem(path, issue.message, render(value), hintFor(issue, path, value))];
}

/** @param known the keys that may stand there, joined by commas: what `expectation` says of unknown keys. */
function unknownKey(parent: Path, key: string, known: string, input: unknown): Problem {
  const path = [...parent, key];
  const later = laterKey(parent.join("."), key);
  if (later !== undefined) return notYet(path, later, "no such key", valueAt(input, path));
  return problem(
    path,
    `one of the keys ${known}`,
    `the unknown key ${JSON.stringify(key)}`,
    didYouMeanHint(key, known.split(", ")),
  );
}

function notYet(path: Path, feature: string, otherwise: string, value: unknown): Problem {
  return problem(path, expectedUntilThen(otherwise, feature), render(value), "remove it for now");
}
