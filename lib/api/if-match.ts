import type { Context } from "hono";
import type { Study } from "../study/records.ts";
import { Refusal } from "./problem.ts";

/** The entity tag of a study: which amendment of it this is. Counts and results are no part of it. */
export function entityTag({ amendments }: Pick<Study, "amendments">): string {
  return `"${amendments}"`;
}

/**
 * The tags of which a change wants the study to bear one; null for any (`*`).
 *
 * @throws {Refusal} 428 without an If-Match: who changes a study says which.
 */
export function ifMatch(context: Context): readonly string[] | null {
  const header = context.req.header("if-match")?.trim();
  if (header === undefined || header === "") {
    throw new Refusal(428, "Precondition needed", "expected If-Match with the ETag of GET /studies/{id}, or *");
  }
  return header === "*" ? null : header.split(",").map((tag) => tag.trim());
}

export function preconditionFailed(): Refusal {
  return new Refusal(412, "Changed meanwhile", "the study is no longer the one of If-Match: look at it again");
}
