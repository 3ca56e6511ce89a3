import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { TEXT_LIMIT_BYTES } from "./result-text.ts";

export interface Answer {
  readonly status: number;
  /** Seconds or a date, as the server wrote it. */
  readonly retryAfter: string | undefined;
  /** Where a redirect points. */
  readonly location: string | undefined;
  /** At most a byte more than the longest text of a result: the rest of a longer body is never read. */
  readonly body: Buffer;
}

/** Idle connections are dropped by many middle boxes after five minutes; a trial takes longer. */
const KEEP_ALIVE_PROBE_MS = 60_000;

/**
 * One POST of a JSON text and its answer, by `node:http` and not `fetch`: that gives up on an answer whose headers take
 * longer than 300 s, and a trial may. A connection of its own each, for an idle kept one may be closed under the request.
 *
 * @throws {Error} with the system's `code` when there is no answer.
 */
export function post(url: URL, body: string, signal: AbortSignal): Promise<Answer> {
  const secure = url.protocol === "https:";
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    accept: "application/json",
    "accept-encoding": "identity",
  };
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers, signal };
    const request = secure
      ? httpsRequest(url, { ...options, agent: new HttpsAgent() })
      : httpRequest(url, { ...options, agent: new HttpAgent() });
    request.setSocketKeepAlive(true, KEEP_ALIVE_PROBE_MS);
    request.once("error", reject);
    request.once("response", (response) => readBody(response).then((read) => resolve(answer(response, read)), reject));
    request.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the response and with it the connection.
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > TEXT_LIMIT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, TEXT_LIMIT_BYTES + 1);
}

function answer(response: IncomingMessage, body: Buffer): Answer {
  const { location, "retry-after": retryAfter } = response.headers;
  return { status: response.statusCode ?? 0, retryAfter, location, body };
}
