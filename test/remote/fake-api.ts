import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Received } from "./reference-signature.ts";

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: object | string;
}

export interface FakeApi {
  readonly url: string;
  /** What was asked, in order. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** An HTTP server that answers as it is told; null hangs up. */
export async function fakeApi(
  answer: (request: Received, count: number) => FakeAnswer | null | Promise<FakeAnswer>,
): Promise<FakeApi> {
  const received: Received[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: target = "", headers } = request;
    received.push({ method, target, headers, body: await text(request) });
    const told = await answer(received.at(-1) as Received, received.length);
    if (told === null) return void request.socket.destroy();
    const { status, headers: more = {}, body = "" } = told;
    const type = typeof body === "string" ? "text/html" : "application/json";
    response.writeHead(status, { "content-type": type, ...more });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export const problem = (status: number, code: string, more: object = {}): FakeAnswer => ({
  status,
  headers: { "content-type": "application/problem+json" },
  body: { type: `urn:pegbox:error:${code}`, title: "No", status, code, detail: "why", issues: [], ...more },
});
