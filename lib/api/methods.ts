import type { Hono, MiddlewareHandler } from "hono";
import { refusal } from "./problem.ts";

/** 405 with `Allow` for a path that other methods know, before anything else of the request is looked at. */
export function checkMethod(app: Hono): MiddlewareHandler {
  return async (context, next) => {
    const path = context.req.path.split("/");
    const known = app.routes
      .filter((route) => route.method !== "ALL" && matches(route.path.split("/"), path))
      .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    const { method } = context.req;
    if (known.length === 0 || known.includes(method)) return next();
    context.header("allow", [...new Set(known)].join(", "));
    return refusal(context, 405, "Method not allowed", `${context.req.path} does not know ${method}`);
  };
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, i) => (part.startsWith(":") ? path[i] !== "" : part === path[i]))
  );
}
