import { PegboxError } from "../lib/errors/pegbox-error.ts";
import { refusalOf } from "./refusal.ts";
import type { Authorize } from "./sign.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base URL, each part of it encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. @default none */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  /** Of JSON; null where there is none. */
  readonly body: unknown;
}

/** Asks the API, again where the answer was lost, and takes refusals for what they say. */
export type Transport = (ask: Ask) => Promise<Answer>;

export interface TransportOptions {
  readonly url: URL;
  readonly authorize: Authorize;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const TRIES = 4;
/** Before the second try, at most; twice as long before each further one. A cold start of a handler takes a second. */
const FIRST_WAIT_MS = 500;
/** API Gateway itself gives up after 30 s. */
const TIME_LIMIT_MS = 35_000;

/**
 * Every request here may be sent twice: reads and wishes change nothing the second time, and what creates bears an
 * Idempotency-Key. So what was not answered, or not by the app itself (429, 5xx of the gateway), is sent again.
 *
 * @throws {PegboxError} what the API refuses, with its code and issues; `UNAUTHORIZED`; `UNREACHABLE`; `INVALID_INPUT` where
 *   what answers is no API of Pegbox.
 */
export function transport(options: TransportOptions): Transport {
  const { sleep, random } = options;
  return async (ask) => {
    for (let tries = 1; ; tries++) {
      const last = tries === TRIES;
      const answer = await once(ask, options).catch((cause: unknown) => unlessLast(last, cause));
      if (answer !== null && !(mayPass(answer) && !last)) return read(answer, options.url);
      await sleep(random() * FIRST_WAIT_MS * 2 ** (tries - 1));
    }
  };
}

interface Raw {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function once(
  { method, path, query = {}, headers, body }: Ask,
  { url: base, authorize }: TransportOptions,
): Promise<Raw> {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}${path}`;
  url.search = new URLSearchParams(query).toString();
  const text = body === undefined ? "" : JSON.stringify(body);
  const content = body === undefined ? {} : { "content-type": "application/json" };
  const bare = { accept: "application/json", ...content, ...headers };
  const { host: _, ...authorized } = await authorize({ method, url, headers: bare, body: text });
  try {
    const response = await fetch(url, {
      method,
      headers: authorized,
      // whoever is sent elsewhere must not take the proof of who they are along
      redirect: "manual",
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
      ...(body === undefined ? {} : { body: text }),
    });
    const type = response.headers.get("content-type")?.replace(/;.*/, "").trim().toLowerCase() ?? "";
    return { status: response.status, type, text: await response.text() };
  } catch (cause) {
    throw unreachable(base, cause as Error);
  }
}

function unlessLast(last: boolean, cause: unknown): null {
  if (last || !(cause instanceof PegboxError && cause.code === "UNREACHABLE")) throw cause;
  return null;
}

/** What another try may mend: nobody of ours has said no. */
function mayPass({ status, type }: Raw): boolean {
  return type !== "application/problem+json" && (status === 429 || status >= 500);
}

function read(raw: Raw, url: URL): Answer {
  const { status, type, text } = raw;
  if (status === 204) return { status, body: null };
  if (status >= 200 && status < 300 && type === "application/json") {
    try {
      return { status, body: JSON.parse(text) as unknown };
    } catch {
      // an answer that only says that it is JSON is no answer of ours
    }
  }
  throw refusalOf(raw, url);
}

function unreachable(url: URL, cause: Error & { readonly cause?: unknown }): PegboxError {
  const { code, message } = (cause.cause ?? cause) as NodeJS.ErrnoException;
  const why = cause.name === "TimeoutError" ? `no answer in ${TIME_LIMIT_MS / 1000} s` : (code ?? message);
  return new PegboxError("UNREACHABLE", `${url.origin} does not answer: ${why}`, {
    cause,
    hint: "is the URL right (--url, PEGBOX_URL), the server up, the network there?",
  });
}
