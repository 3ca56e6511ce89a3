import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLoopback } from "../../../local/serve/guard.ts";
import type { Server } from "../../../local/serve/serve.ts";
import { ask, post, type Workshop, workshop } from "./server.ts";

let shop: Workshop;
let server: Server;

beforeAll(async () => {
  shop = await workshop();
  server = await shop.serve();
});
afterAll(() => shop.close());

/** Sends bytes as they are and reads until the server hangs up, or answered. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((done, fail) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding("utf8").on("data", (part: string) => {
      answer += part;
      if (answer.includes("\r\n\r\n")) socket.end();
    });
    socket.on("close", () => done(answer)).on("error", fail);
  });
}

const port = (): string => new URL(server.url).port;

describe("Host", () => {
  it.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "localhost:1", "127.0.0.1:65535"])(
    "takes %s",
    async (host) => {
      expect((await ask(server, "/studies", { headers: { host } })).status).toBe(200);
    },
  );

  it.each([
    "example.com",
    "example.com:80",
    "localhost.example.com",
    "127.0.0.1.nip.io",
    "localhost.",
    "127.0.0.2",
    "0.0.0.0",
    "[::2]",
  ])("answers 421 to %s", async (host) => {
    const { status, text, headers } = await ask(server, "/studies", { headers: { host } });
    expect([status, headers["content-type"]]).toEqual([421, "application/problem+json"]);
    expect(JSON.parse(text)).toMatchObject({ status: 421, title: "Misdirected request" });
  });

  it.each(["localhost:80:80", "localhost@example.com", "127.0.0.1, example.com"])(
    "does not take %s for a host",
    async (host) => {
      expect((await ask(server, "/studies", { headers: { host } })).status).toBe(400);
    },
  );

  it("refuses a foreign Host before it reads anything, on every path", async () => {
    for (const path of ["/", "/nothing", "/openapi.json"]) {
      expect((await ask(server, path, { headers: { host: "example.com" } })).status).toBe(421);
    }
    expect((await post(server, {}, { host: "example.com" })).status).toBe(421);
  });

  it.each([
    ["none", ""],
    ["an empty one", "Host: \r\n"],
    ["two", "Host: 127.0.0.1\r\nHost: example.com\r\n"],
    ["two, the foreign first", "Host: example.com\r\nHost: 127.0.0.1\r\n"],
  ])("does not answer a request with %s", async (_, lines) => {
    expect(await raw(`GET /studies HTTP/1.1\r\n${lines}\r\n`)).toMatch(/^HTTP\/1\.1 4(00|21) /);
  });

  it("does not answer the old protocol without a Host", async () => {
    expect(await raw("GET /studies HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.[01] 4(00|21) /);
  });

  it("goes by the Host header where the request line names another", async () => {
    const line = "GET http://127.0.0.1/studies HTTP/1.1\r\nHost: example.com\r\n\r\n";
    expect(await raw(line)).toMatch(/^HTTP\/1\.1 4(00|21) /);
  });
});

describe("Origin", () => {
  it("takes its own", async () => {
    expect((await ask(server, "/studies", { headers: { origin: server.url } })).status).toBe(200);
  });

  it.each([
    () => "https://example.com",
    () => "null",
    () => "",
    () => `https://127.0.0.1:${port()}`,
    () => `http://localhost:${port()}`,
    () => "http://127.0.0.1:1",
    () => `${server.url}.example.com`,
    () => `${server.url}, https://example.com`,
  ])("answers 403 to a foreign one (%#)", async (origin) => {
    const { status, text, headers } = await post(server, {}, { origin: origin() });
    expect([status, JSON.parse(text).title]).toEqual([403, "Foreign origin"]);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("grants a preflight nothing", async () => {
    const headers = { origin: "https://example.com", "access-control-request-method": "POST" };
    expect((await ask(server, "/studies", { method: "OPTIONS", headers })).status).toBe(403);
  });
});

describe("what is sent", () => {
  it("must say that it is JSON", async () => {
    const { status } = await post(server, {}, { "content-type": "text/plain" });
    expect(status).toBe(415);
  });

  it("may not choose code to run", async () => {
    for (const runner of [{ command: "id" }, { function: "trial.mjs" }, { http: "http://127.0.0.1" }]) {
      const { status, text } = await post(server, { runner });
      expect([status, JSON.parse(text).code]).toEqual([422, "RUNNER_NOT_ALLOWED"]);
    }
  });

  it("is told which runners there are", async () => {
    const { status, text } = await post(server, { runner: { lambda: "other" } });
    expect([status, JSON.parse(text).code]).toEqual([422, "RUNNER_MISSING"]);
    expect(JSON.parse(text).issues).toEqual([{ path: "runner.lambda", expected: "noop", got: "other" }]);
  });

  it("is cut off at 256 KiB while it still comes", async () => {
    const head = `POST /studies HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`;
    const piece = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    const answer = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${piece.repeat(5)}`); // and no last piece
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("may use any method, and is told which are known", async () => {
    for (const method of ["TRACE", "PATCH", "DELETE", "PROPFIND"]) {
      const { status, headers } = await ask(server, "/studies", { method });
      expect([method, status, headers.allow]).toEqual([method, 405, "POST, GET, HEAD"]);
    }
  });
});

describe("a token", () => {
  const token = "0123456789abcdef";
  const bearing = (text: string): { headers: Record<string, string> } => ({ headers: { authorization: text } });

  it("is asked of every request, and compared whole", async () => {
    const guarded = await shop.serve({ token, stateDirectory: `${shop.folder}/guarded` });
    for (const wrong of ["", "Bearer", `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token]) {
      const { status, headers } = await ask(guarded, "/studies", bearing(wrong));
      expect([wrong, status, headers["www-authenticate"]]).toEqual([wrong, 401, "Bearer"]);
    }
    expect((await ask(guarded, "/nothing")).status).toBe(401);
    expect((await ask(guarded, "/studies", bearing(`Bearer ${token}`))).status).toBe(200);
    expect((await ask(guarded, "/studies", bearing(`bearer ${token}`))).status).toBe(200);
  });

  it("does not make a foreign Host a good one on loopback", async () => {
    const guarded = await shop.serve({ token, stateDirectory: `${shop.folder}/loopback` });
    const headers = { host: "example.com", authorization: `Bearer ${token}` };
    expect((await ask(guarded, "/studies", { headers })).status).toBe(421);
  });

  it("opens a server beyond loopback, whatever it is called", async () => {
    const open = await shop.serve({ token, host: "0.0.0.0", stateDirectory: `${shop.folder}/open` });
    const headers = { host: "tuner.example.com", authorization: `Bearer ${token}` };
    expect((await ask(open, "/studies", { headers })).status).toBe(200);
    expect((await ask(open, "/studies", { headers: { host: "tuner.example.com" } })).status).toBe(401);
    expect((await ask(open, "/studies", { headers: { ...headers, origin: "https://example.com" } })).status).toBe(403);
  });
});

describe("isLoopback", () => {
  it("knows this machine's own names alone", () => {
    expect(["127.0.0.1", "localhost", "::1", "[::1]"].every(isLoopback)).toBe(true);
    expect(["", "0.0.0.0", "::", "10.0.0.1", "example.com"].some(isLoopback)).toBe(false);
  });
});
