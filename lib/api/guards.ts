import type { Context, MiddlewareHandler } from "hono";
import type { RouterRoute } from "hono/types";
import { BODY_LIMIT_BYTES } from "./body.ts";
import { refusal } from "./problem.ts";

const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** A body is JSON and says so, which no form of a foreign page can; and it is at most 256 KiB. */
export const checkBody: MiddlewareHandler = async (context, next) => {
  if (WITH_BODY.has(context.req.method)) {
    const [type = ""] = (context.req.header("content-type") ?? "").split(";");
    if (type.trim().toLowerCase() !== "application/json") {
      return refusal(context, 415, "Unsupported media type", `expected application/json, got "${type}"`);
    }
    const bytes = (await context.req.arrayBuffer()).byteLength;
    if (bytes > BODY_LIMIT_BYTES) {
      return refusal(context, 413, "Body too large", `expected at most ${BODY_LIMIT_BYTES} bytes, got ${bytes}`);
    }
  }
  return next();
};

/** 405 with `Allow` for a path that other methods know, null for one that none does. */
export function methodNotAllowed(context: Context, routes: readonly RouterRoute[]): Response | null {
  const path = context.req.path.split("/");
  const methods = routes
    .filter((route) => route.method !== "ALL")
    .filter((route) => matches(route.path.split("/"), path))
    .map((route) => route.method);
  if (methods.length === 0) return null;
  context.header("allow", [...new Set(methods)].join(", "));
  return refusal(context, 405, "Method not allowed", `${context.req.path} does not know ${context.req.method}`);
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((part, i) => part.startsWith(":") || part === path[i]);
}
