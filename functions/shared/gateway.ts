import type { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";

type Handler = ReturnType<typeof handle>;

/**
 * The app behind API Gateway. A body means nothing to GET and HEAD, yet the gateway passes on what a client sends, and a
 * `Request` of these methods may not have one: it is dropped.
 */
export function behindGateway(app: Hono): Handler {
  const serve = handle(app);
  return (event, context) => serve(isRead(event) ? { ...event, body: null } : event, context);
}

function isRead({ requestContext }: LambdaEvent): boolean {
  const method = "http" in requestContext ? requestContext.http.method : "";
  return method === "GET" || method === "HEAD";
}
