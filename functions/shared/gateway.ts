import type { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import { PROBLEM_TYPE, problemOf } from "../../lib/api/problem.ts";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";

type Handler = ReturnType<typeof handle>;
type Answer = Awaited<ReturnType<Handler>>;

/** Of an answer as JSON: Lambda ends a call that returns 6 MB, with an error that names no cause, some bytes less are its own. */
const LARGEST_ANSWER = 6_000_000;

/**
 * The app behind API Gateway. A body means nothing to GET and HEAD, yet the gateway passes on what a client sends, and a
 * `Request` of these methods may not have one: it is dropped. An answer that Lambda would not return is refused with what
 * to ask for instead.
 */
export function behindGateway(app: Hono): Handler {
  const serve = handle(app);
  return async (event, context) => {
    const answer = await serve(isRead(event) ? { ...event, body: null } : event, context);
    const bytes = Buffer.byteLength(JSON.stringify(answer));
    return bytes > LARGEST_ANSWER ? tooLarge(bytes) : answer;
  };
}

function isRead({ requestContext }: LambdaEvent): boolean {
  const method = "http" in requestContext ? requestContext.http.method : "";
  return method === "GET" || method === "HEAD";
}

function tooLarge(bytes: number): Answer {
  const megabytes = (size: number): string => `${(size / 1e6).toFixed(1)} MB`;
  const message = `expected an answer of at most ${megabytes(LARGEST_ANSWER)}, it has ${megabytes(bytes)}`;
  const problem = problemOf(
    new PegboxError("UNAVAILABLE", message, {
      hint: "ask for pages, as of GET /studies/{id}/trials, or let `pegbox export` do so",
    }),
  );
  const headers = { "content-type": PROBLEM_TYPE };
  return { statusCode: problem.status, headers, body: JSON.stringify(problem), isBase64Encoded: false };
}
