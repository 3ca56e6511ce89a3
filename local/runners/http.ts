import { setTimeout as wait } from "node:timers/promises";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { type Answer, post } from "./http-exchange.ts";
import { failed, timedOut, tooLarge, withOutput } from "./outcome.ts";
import { readResultText, TEXT_LIMIT_BYTES } from "./result-text.ts";
import { Interrupted, type LocalRunner, type RunOptions } from "./runner.ts";
import { stopAfter } from "./stop-after.ts";

/** "Not now" from a server that is busy; anything else is an answer. */
const BUSY: ReadonlySet<number> = new Set([429, 503]);

/** Waits before a busy server is asked again, unless it says how long itself: milliseconds. */
const BACK_OFF_MS: readonly number[] = [1_000, 2_000, 4_000];

/** A server that asks for more is better met by the study's own retry. */
const LONGEST_WAIT_MS = 60_000;

/** Of an answer that is no result, what the message carries. */
const BODY_TAIL = 2_048;

/** Rejects when `signal` aborts. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export interface HttpRunnerOptions {
  /** @default a timer */
  readonly sleep?: Sleep;
  /** Milliseconds since 1970, against which a Retry-After date is held. @default the clock */
  readonly now?: () => number;
}

/** Posts each trial to a URL: the request is the body, the result the answer. Redirects are not followed. */
export class HttpRunner implements LocalRunner {
  readonly #url: URL;
  readonly #sleep: Sleep;
  readonly #now: () => number;
  readonly #running = new Set<AbortController>();
  #closed = false;

  /** @throws {PegboxError} `INVALID_INPUT` when the URL is none, or not of http or https. */
  constructor(url: string, options: HttpRunnerOptions = {}) {
    this.#url = httpUrl(url);
    this.#sleep = options.sleep ?? ((milliseconds, signal) => wait(milliseconds, undefined, { signal }));
    this.#now = options.now ?? Date.now;
  }

  async run(request: TrialRequest, options: RunOptions): Promise<TrialResult> {
    if (this.#closed || options.signal.aborted) throw new Interrupted();
    const stop = new AbortController();
    this.#running.add(stop);
    const watch = stopAfter(options);
    const stopped = watch.cause.then((cause) => {
      stop.abort();
      return cause;
    });
    try {
      return await this.#ask(JSON.stringify(request), stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) return unreachable(error as NodeJS.ErrnoException, this.#url);
      if (!this.#closed && (await stopped) === "timeout") return timedOut(options.timeoutMs ?? 0);
      throw new Interrupted();
    } finally {
      watch.release();
      this.#running.delete(stop);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#running) stop.abort();
  }

  async #ask(body: string, signal: AbortSignal): Promise<TrialResult> {
    for (const backOff of BACK_OFF_MS) {
      const answer = await post(this.#url, body, signal);
      if (!BUSY.has(answer.status)) return judge(answer);
      await this.#sleep(Math.min(retryAfter(answer, this.#now()) ?? backOff, LONGEST_WAIT_MS), signal);
    }
    return judge(await post(this.#url, body, signal));
  }
}

function judge({ status, body, location }: Answer): TrialResult {
  const text = new TextDecoder().decode(body);
  if (status >= 200 && status < 300) {
    if (body.length > TEXT_LIMIT_BYTES) return tooLarge(`more than ${TEXT_LIMIT_BYTES} bytes`);
    return readResultText(text, "the response");
  }
  const target = location === undefined ? "" : `: a redirect to ${location}, which is not followed`;
  return failed(`HTTP_${status}`, withOutput(`status ${status}${target}`, text.slice(-BODY_TAIL)), BUSY.has(status));
}

/** Milliseconds that the server asks to wait (RFC 9110 §10.2.3: seconds or a date); undefined when it does not. */
function retryAfter(answer: Answer, now: number): number | undefined {
  const written = answer.retryAfter?.trim() ?? "";
  if (/^\d+$/.test(written)) return Number(written) * 1_000;
  const date = Date.parse(written);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function unreachable(error: NodeJS.ErrnoException, url: URL): TrialResult {
  // A name with several addresses fails with one error for all of them, whose own message is empty.
  const cause = error instanceof AggregateError ? ((error.errors[0] as Error | undefined) ?? error) : error;
  return failed("NETWORK", `no answer from ${url.origin}${url.pathname}: ${cause.message}`, true);
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new PegboxError("INVALID_INPUT", `runner.http: expected a URL of http or https, got ${JSON.stringify(text)}`, {
    issues: [{ path: "runner.http", expected: "a URL of http or https", got: JSON.stringify(text) }],
  });
}
