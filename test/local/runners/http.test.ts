import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import { HttpRunner } from "../../../local/runners/http.ts";
import { calm, request } from "./support.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/trial`;
}

const answer = (status: number, body: string, headers: Record<string, string> = {}): Promise<string> =>
  serve((_, response) => response.writeHead(status, headers).end(body));

async function text(message: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of message) body += chunk;
  return body;
}

describe("a trial over HTTP", () => {
  it("is a POST of the request; its result is the answer", async () => {
    const seen: unknown[] = [];
    const url = await serve(async (incoming, response) => {
      seen.push(incoming.method, incoming.url, incoming.headers["content-type"], JSON.parse(await text(incoming)));
      response.end('{"metrics": {"error": NaN, "café": 1}}');
    });
    expect(await new HttpRunner(url).run(request({ name: "é" }), calm())).toEqual({
      metrics: { error: null, café: 1 },
    });
    expect(seen).toEqual(["POST", "/trial", "application/json", request({ name: "é" })]);
  });

  it("fails with the status and the end of the answer", async () => {
    const result = await new HttpRunner(await answer(500, `${"x".repeat(5_000)} the end`)).run(request(), calm());
    expect(result.error).toMatchObject({ type: "HTTP_500", retryable: false });
    expect(result.error?.message).toMatch(/^status 500\nx+ the end$/);
  });

  it("is RESULT_INVALID for an answer that is no result", async () => {
    expect((await new HttpRunner(await answer(200, "<html>")).run(request(), calm())).error?.type).toBe(
      "RESULT_INVALID",
    );
  });

  it("does not follow a redirect", async () => {
    const moved = await answer(307, "", { location: "http://elsewhere.test/" });
    const { error } = await new HttpRunner(moved).run(request(), calm());
    expect(error).toMatchObject({ type: "HTTP_307", retryable: false });
    expect(error?.message).toContain("a redirect to http://elsewhere.test/, which is not followed");
  });

  it("cuts an endless answer", async () => {
    let cut = (): void => {};
    const closed = new Promise<void>((resolve) => {
      cut = resolve;
    });
    const url = await serve((_, response) => {
      response.once("close", cut);
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(1_024)));
        response.once("drain", more);
      };
      more();
    });
    expect((await new HttpRunner(url).run(request(), calm())).error?.type).toBe("RESULT_TOO_LARGE");
    await closed;
  });

  it("says that nobody listens", async () => {
    const url = await answer(200, "");
    const gone = url.replace(/:\d+/, ":1").replace("//", "//me:secret@");
    const { error } = await new HttpRunner(gone).run(request(), calm());
    expect(error).toEqual({
      type: "NETWORK",
      message: "no answer from http://127.0.0.1:1/trial: connect ECONNREFUSED 127.0.0.1:1",
      retryable: true,
    });
    expect((await new HttpRunner("http://localhost:1/").run(request(), calm())).error?.message).toContain(
      "ECONNREFUSED",
    );
  });

  it("says that the connection broke", async () => {
    const url = await serve((incoming) => incoming.socket.destroy());
    expect((await new HttpRunner(url).run(request(), calm())).error).toMatchObject({
      type: "NETWORK",
      retryable: true,
    });
  });
});

describe("a busy server", () => {
  function busyFor(times: number, status: number, headers: Record<string, string> = {}): Promise<string> {
    let asked = 0;
    return serve((_, response) => {
      asked += 1;
      if (asked <= times) response.writeHead(status, headers).end("busy");
      else response.end('{"metrics":{"error":1}}');
    });
  }

  async function waits(url: string): Promise<{ slept: number[]; result: unknown }> {
    const slept: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => void slept.push(milliseconds);
    const result = await new HttpRunner(url, { sleep, now: () => Date.UTC(2026, 10, 23, 12) }).run(request(), calm());
    return { slept, result };
  }

  it.each([429, 503])("is asked again after %i, with growing waits", async (status) => {
    expect(await waits(await busyFor(3, status))).toEqual({
      slept: [1_000, 2_000, 4_000],
      result: { metrics: { error: 1 } },
    });
  });

  it.each([
    ["7", 7_000],
    ["Mon, 23 Nov 2026 12:00:05 GMT", 5_000],
    ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
    ["86400", 60_000],
    ["soon", 1_000],
  ])("is asked when it says: Retry-After: %s", async (header, milliseconds) => {
    expect((await waits(await busyFor(1, 503, { "retry-after": header }))).slept).toEqual([milliseconds]);
  });

  it("fails retryably when it stays busy", async () => {
    expect((await waits(await busyFor(4, 503))).result).toEqual({
      error: { type: "HTTP_503", message: "status 503\nbusy", retryable: true },
    });
  });
});

describe("a trial over HTTP that is stopped", () => {
  /** A server that takes the request and says nothing. */
  async function silent(): Promise<{ url: string; asked: Promise<void> }> {
    let ask: (response: ServerResponse) => void = () => {};
    const asked = new Promise<void>((resolve) => {
      ask = () => resolve();
    });
    return { url: await serve((_, response) => ask(response)), asked };
  }

  it("is TIMEOUT at its limit", async () => {
    const { url } = await silent();
    const result = await new HttpRunner(url).run(request(), calm(50));
    expect(result.error).toEqual({ type: "TIMEOUT", message: "exceeded 0.05 s", retryable: true });
  });

  it("is TIMEOUT also while it waits to ask again", async () => {
    const url = await answer(503, "", { "retry-after": "60" });
    expect((await new HttpRunner(url).run(request(), calm(200))).error?.type).toBe("TIMEOUT");
  });

  it("rejects when it is interrupted", async () => {
    const { url, asked } = await silent();
    const person = new AbortController();
    const run = new HttpRunner(url).run(request(), { signal: person.signal, timeoutMs: null });
    const rejected = expect(run).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
    await asked;
    person.abort();
    await rejected;
    const late = new HttpRunner(url).run(request(), { signal: AbortSignal.abort(), timeoutMs: null });
    await expect(late).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
  });

  it("rejects when the runner is closed", async () => {
    const { url, asked } = await silent();
    const runner = new HttpRunner(url);
    const rejected = expect(runner.run(request(), calm())).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
    await asked;
    await runner.close();
    await rejected;
    await expect(runner.run(request(), calm())).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
  });
});

it.each(["localhost:80", "ftp://host/", "", "train.py"])("takes no URL but http and https: %j", (url) => {
  expect(() => new HttpRunner(url)).toThrow(PegboxError);
});
