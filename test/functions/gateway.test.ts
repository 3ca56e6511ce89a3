import { Hono } from "hono";
import type { LambdaEvent } from "hono/aws-lambda";
import { expect, it } from "vitest";
import { behindGateway } from "../../functions/shared/gateway.ts";

const app = new Hono()
  .get("/large/:bytes", (context) => context.text("x".repeat(Number(context.req.param("bytes")))))
  .get("/studies", (context) => context.text("read"))
  .post("/studies", async (context) => context.text(await context.req.text()));

function request(method: string, body: string | null, rawPath = "/studies"): LambdaEvent {
  return {
    version: "2.0",
    routeKey: "ANY /{proxy+}",
    rawPath,
    rawQueryString: "",
    headers: { "content-type": "application/json" },
    body,
    isBase64Encoded: false,
    requestContext: { http: { method, path: "/studies", protocol: "HTTP/1.1", sourceIp: "", userAgent: "" } },
  } as unknown as LambdaEvent;
}

const answer = async (method: string, body: string | null): Promise<unknown> =>
  behindGateway(app)(request(method, body), undefined as never);

it.each([null, "", "{}", "garbage"])("reads whatever body comes with it: %j", async (body) => {
  expect(await answer("GET", body)).toMatchObject({ statusCode: 200, body: "read" });
  expect(await answer("HEAD", body)).toMatchObject({ statusCode: 200 });
});

it("refuses an answer that Lambda would not return, and says what to ask for", async () => {
  const of = (bytes: number) => behindGateway(app)(request("GET", null, `/large/${bytes}`), undefined as never);
  expect((await of(5_999_000)).statusCode).toBe(200);
  const { statusCode, body } = await of(6_000_000);
  expect(statusCode).toBe(422);
  expect(JSON.parse(body)).toMatchObject({ code: "UNAVAILABLE", detail: expect.stringContaining("pages"), issues: [] });
});

it("hands on the body of a write", async () => {
  expect(await answer("POST", '{"name":"s"}')).toMatchObject({ statusCode: 200, body: '{"name":"s"}' });
});
