import type { Context } from "hono";
import * as z from "zod";
import { type ErrorCode, type Issue, PegboxError } from "../errors/pegbox-error.ts";

/** RFC 9457 problem details, with every issue of the input. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly issues: readonly Issue[];
}

export const problemSchema: z.ZodType<Problem> = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  issues: z.array(
    z.object({ path: z.string(), expected: z.string(), got: z.string(), hint: z.string().exactOptional() }),
  ),
});

/** What each code is over HTTP: a client's mistake is a 4xx, and only a defect of ours a 500. */
const STATUS: Readonly<Record<ErrorCode, [status: 400 | 401 | 404 | 409 | 422 | 500, title: string]>> = {
  INVALID_INPUT: [400, "The request is not valid"],
  INVALID_STUDY: [422, "The study is not valid"],
  NOT_YET: [422, "This version cannot do that yet"],
  NOT_FOUND: [404, "Not found"],
  CONFLICT: [409, "The state does not allow it"],
  IDEMPOTENCY_CONFLICT: [422, "The Idempotency-Key came with another request before"],
  RUNNER_NOT_ALLOWED: [422, "Over HTTP a study names a registered runner"],
  RUNNER_MISSING: [422, "There is no such runner"],
  SPACE_EMPTY: [422, "No point of the search space satisfies the constraints"],
  UNAVAILABLE: [422, "This installation cannot do that"],
  STATE_BUSY: [409, "The state is in use"],
  UNAUTHORIZED: [401, "Not allowed"],
  UNREACHABLE: [500, "Internal error"],
  NOT_POSITIVE_DEFINITE: [500, "Internal error"],
  INTERNAL: [500, "Internal error"],
};

export function problem(context: Context, error: PegboxError): Response {
  const [status, title] = STATUS[error.code];
  return problemResponse(context, status, title, error);
}

/** A refusal that has no code of its own: by method, media type, host or size. */
export class Refusal extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

export function refusal(context: Context, status: number, title: string, detail: string): Response {
  return problemResponse(context, status, title, new PegboxError("INVALID_INPUT", detail));
}

function problemResponse(context: Context, status: number, title: string, error: PegboxError): Response {
  const body = JSON.stringify(problemBody(status, title, error));
  return context.body(body, status as 400, { "content-type": PROBLEM_TYPE });
}

/** The media type of a `Problem` (RFC 9457). */
export const PROBLEM_TYPE = "application/problem+json";

/** What an error is where there is no request to answer any more. */
export function problemOf(error: PegboxError): Problem {
  return problemBody(...STATUS[error.code], error);
}

function problemBody(status: number, title: string, error: PegboxError): Problem {
  return {
    type: `urn:pegbox:error:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.hint === undefined ? error.message : `${error.message} (${error.hint})`,
    issues: error.issues,
  };
}
