import * as z from "zod";
import { type Issue, PegboxError } from "../errors/pegbox-error.ts";

const DEFAULT_LIMIT = 100;

export interface PageQuery {
  readonly limit: number;
  readonly next?: string | undefined;
}

export const pageQuery: z.ZodType<PageQuery> = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(DEFAULT_LIMIT),
  next: z.string().min(1).max(1024).optional(),
});

/**
 * Reads query parameters.
 *
 * @throws {PegboxError} `INVALID_INPUT` with every problem.
 */
export function readQuery<T extends z.ZodType>(schema: T, query: Readonly<Record<string, string>>): z.output<T> {
  const read = schema.safeParse(query);
  if (read.success) return read.data;
  const issues = read.error.issues.map((issue): Issue => {
    const path = issue.path.join(".");
    return { path: `query.${path}`, expected: issue.message, got: query[path] ?? "nothing" };
  });
  throw new PegboxError("INVALID_INPUT", "the query is not valid", { issues });
}
