import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { refusal } from "../../lib/api/problem.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Hosts that mean this machine and nobody else. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === "::1";
}

export interface GuardOptions {
  /** What every request must bear as its bearer token, those of trials that report aside; null: nothing. */
  readonly token: string | null;
  /** Whether the server listens on loopback, and so has no other name. */
  readonly loopback: boolean;
}

/**
 * Keeps web pages and neighbours out of a server that runs code on this machine.
 *
 * A page that a person visits can make the browser send requests here: one with a foreign Origin is refused (403), and
 * so is a name that a foreign DNS points at this machine (421, "DNS rebinding"). A server beyond loopback demands its
 * token from everyone.
 */
export function guard({ token, loopback }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const host = (context.req.header("host") ?? "").toLowerCase();
    if (loopback && !isLoopback(host.replace(/:[0-9]+$/, ""))) {
      return refusal(context, 421, "Misdirected request", `expected a loopback Host, got "${host}"`);
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
      return refusal(context, 403, "Foreign origin", `requests of ${origin} are not answered`);
    }
    // what a trial reports bears the trial's own token
    if (token !== null && context.req.path !== "/report" && !bears(context.req.header("authorization"), token)) {
      context.header("www-authenticate", "Bearer");
      return refusal(context, 401, "Token needed", "expected `Authorization: Bearer` with the token of --token-file");
    }
    return next();
  };
}

/** Takes as long for a token that is almost right as for any other. */
function bears(header: string | undefined, token: string): boolean {
  const given = /^bearer +(.+)$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
