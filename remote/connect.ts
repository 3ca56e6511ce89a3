import { PegboxError } from "../lib/errors/pegbox-error.ts";
import { apiUrlOfStack, ordinaryCredentials, regionOf } from "./aws.ts";
import { type Authorize, bearer, signed } from "./sign.ts";
import { type Transport, transport } from "./transport.ts";

/** Where an API is: its URL, or the stack that says it. */
export type Place = { readonly url: string } | { readonly stack: string };

export interface Connection {
  /** Without a `/` at its end. */
  readonly url: string;
  readonly send: Transport;
}

/** Names of this machine itself. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The API at a place. With a token it is borne; without one, requests to other machines are signed with the caller's ordinary
 * AWS credentials, and those to this machine are sent as they are.
 *
 * @throws {PegboxError} `INVALID_INPUT` for what is no URL, or where there is no region; what `apiUrlOfStack` throws.
 */
export async function connect(place: Place, options: { readonly token: string | null }): Promise<Connection> {
  const url = readUrl("url" in place ? place.url : await apiUrlOfStack(place.stack));
  const send = transport({
    url,
    authorize: await authorizeFor(url, options.token),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
  });
  return { url: url.href.replace(/\/+$/, ""), send };
}

async function authorizeFor(url: URL, token: string | null): Promise<Authorize> {
  if (token !== null) return bearer(token);
  if (LOOPBACK.test(url.hostname)) return async ({ headers }) => headers;
  return signed({ region: await regionOf(url), credentials: await ordinaryCredentials(), now: Date.now });
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const whole = url !== null && /^https?:$/.test(url.protocol) && `${url.search}${url.hash}${url.username}` === "";
  if (whole) return url;
  const expected = "an http or https URL without a query";
  throw new PegboxError("INVALID_INPUT", `expected ${expected} of the API, got "${text}"`, {
    hint: "as in https://abc123.execute-api.eu-west-1.amazonaws.com, or http://127.0.0.1:8377",
    issues: [{ path: "--url", expected, got: text }],
  });
}
