import { describe, expect, it } from "vitest";
import { harness, studyBody } from "./harness.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** A body that comes in pieces and without a length, counting how much of it was asked for. */
function pieces(count: number, size: number): { body: ReadableStream<Uint8Array>; read: () => number } {
  let given = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (given === count) return controller.close();
        given++;
        controller.enqueue(new Uint8Array(size).fill(0x20));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, read: () => given };
}

describe("media types", () => {
  it.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    " application/json ",
  ])("takes %j", async (type) => {
    const h = harness();
    expect((await h.send("POST", "/studies", studyBody(), { "content-type": type })).status).toBe(201);
  });

  it.each([
    "text/plain",
    "",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/problem+json",
    "application/json; charset=utf-16",
    "text/plain; application/json",
    "application/json, text/plain",
  ])("refuses %j with 415", async (type) => {
    const h = harness();
    const { status, body } = await h.send("POST", "/studies", studyBody(), { "content-type": type });
    expect(status).toBe(415);
    expect(body).toMatchObject({ status: 415, title: "Unsupported media type", issues: [] });
    expect(h.started).toEqual([]);
  });

  it("refuses a body without a type", async () => {
    const body = new TextEncoder().encode(JSON.stringify(studyBody()));
    expect((await harness().ask("POST", "/studies", { body })).status).toBe(415);
  });
});

describe("bodies", () => {
  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["YAML", "name: digits"],
    ["NaN", '{"seed": NaN}'],
    ["two documents", "{}{}"],
    ["a text", '"{}'],
  ])("refuses %s", async (_, text) => {
    const { status, body } = await harness().send("POST", "/studies", text);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "INVALID_INPUT", issues: [{ path: "", expected: "a JSON document in UTF-8" }] });
  });

  it.each(["null", "[]", "1", '"x"', "true", "{}"])("refuses the document %s as a study", async (text) => {
    const { status, body } = await harness().send("POST", "/studies", text);
    expect([status, body.code]).toEqual([422, "INVALID_STUDY"]);
    expect(body.issues.length).toBeGreaterThan(0);
  });

  it("refuses bytes that are not UTF-8", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(studyBody({ description: "X" })));
    bytes[bytes.indexOf("X".charCodeAt(0))] = 0xff;
    const { status, body } = await harness().ask("POST", "/studies", { headers: JSON_TYPE, body: bytes });
    expect(status).toBe(400);
    expect(body.issues[0].got).toBe("bytes that are not UTF-8");
  });

  it("takes letters that two pieces share, and a byte order mark", async () => {
    const bytes = new TextEncoder().encode(`\ufeff${JSON.stringify(studyBody({ description: "Größe" }))}`);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const h = harness();
    const { status } = await h.ask("POST", "/studies", { headers: JSON_TYPE, body, duplex: "half" } as RequestInit);
    expect(status).toBe(201);
    expect((await h.store.getStudy("digits-t0"))?.spec.description).toBe("Größe");
  });

  it("takes 256 KiB and refuses one byte more", async () => {
    const text = JSON.stringify(studyBody());
    const padded = text + " ".repeat(262_144 - text.length);
    expect((await harness().send("POST", "/studies", padded)).status).toBe(201);
    const { status, body } = await harness().send("POST", "/studies", `${padded} `);
    expect(status).toBe(413);
    expect(body.detail).toContain("262144");
  });

  it("believes a length that is too large, and reads nothing", async () => {
    const { body, read } = pieces(9, 1);
    const headers = { ...JSON_TYPE, "content-length": "262145" };
    const answer = await harness().ask("POST", "/studies", { headers, body, duplex: "half" } as RequestInit);
    expect([answer.status, read()]).toEqual([413, 0]);
  });

  it("cuts an endless body off", async () => {
    const { body, read } = pieces(Number.POSITIVE_INFINITY, 65_536);
    const answer = await harness().ask("POST", "/studies", { headers: JSON_TYPE, body, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
    expect(read()).toBeLessThanOrEqual(6);
  });

  it("refuses what is nested deeper than 16, however deep", async () => {
    const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    for (const depth of [17, 1000, 130_000]) {
      const { status, body } = await harness().send("POST", "/studies", nested(depth));
      expect(status).toBe(400);
      expect(body.issues[0].expected).toBe("at most 16 levels of nesting");
    }
    expect((await harness().send("POST", "/studies", nested(16))).status).toBe(422);
  });

  it("refuses more than 1,000 parameters", async () => {
    const one = { type: "float", min: 0, max: 1 };
    const parameters = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`p${i}`, one]));
    const { status, body } = await harness().send("POST", "/studies", studyBody({ parameters }));
    expect(status).toBe(422);
    expect(body.issues[0]).toMatchObject({ path: "parameters", got: "1001" });
  });

  it.each([
    ["an unknown key", '{"colour": 1,', "colour"],
    ["__proto__", '{"__proto__": {"trials": 1},', "__proto__"],
    ["a number beyond a double", '{"seed": 1e400,', "seed"],
    ["a number beyond exact whole numbers", '{"seed": 9007199254740993,', "seed"],
    ["a text in place of a number", '{"trials": "NaN",', "trials"],
  ])("refuses %s by its path", async (_, start, path) => {
    const { trials: __, ...rest } = studyBody();
    const { status, body } = await harness().send("POST", "/studies", start + JSON.stringify(rest).slice(1));
    expect(status).toBe(422);
    expect(body.issues.map((issue: { path: string }) => issue.path)).toContain(path);
    expect(({} as { trials?: number }).trials).toBeUndefined();
  });

  it("lists every problem of a study at once", async () => {
    const wrong = studyBody({ metrics: [], trials: 0, parameters: { x: { type: "float", min: 1, max: 0 } } });
    const { status, type, body } = await harness().send("POST", "/studies", wrong);
    expect([status, type]).toEqual([422, "application/problem+json"]);
    expect(body).toMatchObject({
      type: "urn:pegbox:error:INVALID_STUDY",
      title: "The study is not valid",
      status: 422,
    });
    const paths = body.issues.map((issue: { path: string }) => issue.path);
    expect(paths).toEqual(expect.arrayContaining(["metrics", "trials", "parameters.x.max"]));
    for (const issue of body.issues)
      expect(issue).toMatchObject({ expected: expect.any(String), got: expect.any(String) });
  });

  it("takes the last of a key that comes twice, the runner too", async () => {
    const { runner: _, ...rest } = studyBody();
    const twice = `${JSON.stringify(rest).slice(0, -1)},"runner":{"lambda":"digits"},"runner":{"command":"id"}}`;
    expect((await harness().send("POST", "/studies", twice)).body.code).toBe("RUNNER_NOT_ALLOWED");
  });
});

describe("runners", () => {
  it.each([
    { command: "touch /tmp/owned" },
    { command: ["touch", "/tmp/owned"] },
    { function: "./trial.mjs" },
    { http: "http://169.254.169.254/" },
    { lambda: "arn:aws:lambda:eu-west-1:000000000000:function:other" },
    { lambda: "digits", command: "id" },
  ])("refuses %j", async (runner) => {
    const h = harness();
    const { status, body } = await h.send("POST", "/studies", studyBody({ runner }));
    expect([status, body.code]).toEqual([422, "RUNNER_NOT_ALLOWED"]);
    expect(body.issues[0].path).toMatch(/^runner\./);
    expect((await h.store.listStudies({ limit: 1 })).items).toEqual([]);
  });

  it.each([{ lambda: "other" }, { lambda: "constructor" }, { lambda: "__proto__" }, {}])(
    "does not know %j",
    async (runner) => {
      const { status, body } = await harness().send("POST", "/studies", studyBody({ runner }));
      expect(status).toBe(422);
      expect(["RUNNER_MISSING", "INVALID_STUDY"]).toContain(body.code);
    },
  );
});

describe("paths and methods", () => {
  it.each(["/", "/studies/", "/studies//trials", "/studies/a/trials/", "/nothing", "/studies/a/b", "/Studies"])(
    "there is no %s",
    async (path) => {
      const { status, type, body } = await harness().ask("GET", path);
      expect([status, type]).toEqual([404, "application/problem+json"]);
      expect(body.detail).toContain("/openapi.json");
    },
  );

  it.each([
    ["PATCH", "/studies", "POST, GET, HEAD"],
    ["DELETE", "/studies", "POST, GET, HEAD"],
    ["OPTIONS", "/studies", "POST, GET, HEAD"],
    ["POST", "/studies/a", "GET, HEAD, PATCH, DELETE"],
    ["PUT", "/studies/a/trials", "GET, HEAD, POST"],
    ["POST", "/sweeps/a", "PUT, GET, HEAD, DELETE"],
    ["POST", "/openapi.json", "GET, HEAD"],
    ["BREW", "/studies", "POST, GET, HEAD"],
  ])("%s %s is refused with 405, whatever comes with it", async (method, path, allow) => {
    const { status, headers, type } = await harness().ask(method, path, { headers: { "content-type": "text/plain" } });
    expect([status, headers.get("allow"), type]).toEqual([405, allow, "application/problem+json"]);
  });

  it("answers HEAD as GET, without the body", async () => {
    const { status, text, type } = await harness().ask("HEAD", "/studies");
    expect([status, text, type]).toEqual([200, "", "application/json"]);
  });

  it("grants other origins nothing", async () => {
    const headers = { origin: "https://example.com", "access-control-request-method": "POST" };
    for (const method of ["GET", "OPTIONS"]) {
      const answer = await harness().ask(method, "/studies", { headers });
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("defects", () => {
  it("are told to the operator, and nothing of them to the client", async () => {
    const h = harness({ launch: () => Promise.reject(new Error("the table secret-7 is gone")) });
    const response = await h.app.request("/studies", {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify(studyBody()),
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([500, "application/problem+json"]);
    expect(await response.json()).toEqual({
      type: "urn:pegbox:error:INTERNAL",
      title: "Internal error",
      status: 500,
      code: "INTERNAL",
      detail: "the request could not be served",
      issues: [],
    });
    expect(h.defects).toEqual([new Error("the table secret-7 is gone")]);
  });
});
