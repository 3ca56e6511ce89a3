import type * as z from "zod";
import type { Issue } from "../errors/pegbox-error.ts";
import { PegboxError } from "../errors/pegbox-error.ts";
import { valueAt } from "../study/file/problem.ts";
import { render } from "../study/file/render.ts";
import { issuesOf } from "../study/file/structure.ts";

/**
 * A body as its schema reads it.
 *
 * @param what is not valid then, as in "the sweep"
 * @throws {PegboxError} `INVALID_INPUT` with every problem.
 */
export function readShape<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const issues = issuesOf(schema, body).flatMap((issue) => toIssues(issue, body));
  if (issues.length > 0) throw new PegboxError("INVALID_INPUT", `${what} is not valid`, { issues });
  return schema.parse(body);
}

function toIssues(issue: z.core.$ZodIssue, body: unknown): readonly Issue[] {
  const path = issue.path as (string | number)[];
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  const at = (inner: readonly (string | number)[]): Pick<Issue, "path" | "got"> => ({
    path: inner.join("."),
    got: render(valueAt(body, inner)),
  });
  return keys.length === 0
    ? [{ ...at(path), expected: issue.message }]
    : keys.map((key) => ({ ...at([...path, key]), expected: "no such key" }));
}
