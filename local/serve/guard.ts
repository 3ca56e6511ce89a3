import { timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { refusal } from "../../lib/api/problem.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Hosts that mean this machine and nobody else. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === "::1";
}

/**
 * Keeps web pages and neighbours out of a server that runs code on this machine.
 *
 * A page that a person visits can make the browser send requests here: one with a foreign Origin is refused (403), and
 * so is a name that a foreign DNS points at this machine (421, "DNS rebinding"). A server beyond loopback demands its
 * token from everyone.
 */
export function guard(token: string | null): MiddlewareHandler {
  return async (context, next) => {
    const host = hostOf(context.req.header("host"));
    if (token === null && !isLoopback(host)) {
      return refusal(context, 421, "Misdirected request", `expected a loopback Host, got "${host}"`);
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && !isOwn(origin, context)) {
      return refusal(context, 403, "Foreign origin", `requests of ${origin} are not answered`);
    }
    if (token !== null && !bears(context.req.header("authorization"), token)) {
      context.header("www-authenticate", "Bearer");
      return refusal(context, 401, "Token needed", "expected `Authorization: Bearer` with the token of --token-file");
    }
    return next();
  };
}

function hostOf(header: string | undefined): string {
  return (header ?? "").replace(/:\d+$/, "").toLowerCase();
}

function isOwn(origin: string, context: Context): boolean {
  return origin.toLowerCase() === `http://${(context.req.header("host") ?? "").toLowerCase()}`;
}

function bears(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
