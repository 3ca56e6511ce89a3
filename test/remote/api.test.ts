import { afterEach, describe, expect, it, vi } from "vitest";
import { type Api, apiOf } from "../../remote/api.ts";
import { connect } from "../../remote/connect.ts";
import { type Harness, harness, studyBody } from "../lib/api/harness.ts";
import { type FakeApi, fakeApi } from "./fake-api.ts";
import { claimsOf, type Received, referenceSignature } from "./reference-signature.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

let gate: FakeApi | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await gate?.close();
});

/** The real app behind a gate that lets nobody in whose signature is not the reference's. */
async function behindIam(): Promise<{ readonly app: Harness; readonly api: Api }> {
  for (const [name, value] of Object.entries({ ...KEYS, AWS_REGION: "eu-west-1" })) vi.stubEnv(name, value);
  vi.stubEnv("AWS_PROFILE", undefined);
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  const app = harness();
  gate = await fakeApi(async (request) => {
    if (!isSigned(request)) return { status: 403, body: { message: "Forbidden" } };
    const { method, target, headers, body } = request;
    const init = method === "GET" || method === "DELETE" ? {} : { body };
    const answer = await app.app.request(target, { method, headers: headers as Record<string, string>, ...init });
    const type = answer.headers.get("content-type");
    return {
      status: answer.status,
      ...(type === null ? {} : { headers: { "content-type": type } }),
      body: await answer.text(),
    };
  });
  // every interface of this machine, and no name of it: what is not loopback is signed for
  const url = gate.url.replace("127.0.0.1", "0.0.0.0");
  return { app, api: apiOf(await connect({ url }, { token: null })) };
}

function isSigned(request: Received): boolean {
  const { keyId, scope, signature } = claimsOf(request.headers);
  const isOurs = keyId === KEYS.AWS_ACCESS_KEY_ID && /^\d{8}\/eu-west-1\/execute-api\/aws4_request$/.test(scope);
  return isOurs && signature === referenceSignature(request, KEYS.AWS_SECRET_ACCESS_KEY);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("an API behind IAM", () => {
  it("is asked for everything that a study goes through", async () => {
    const { app, api } = await behindIam();
    const study = await api.create(studyBody(), "once");
    expect(study).toMatchObject({ name: "digits", status: "CREATED" });
    expect((await api.create(studyBody(), "once")).id).toBe(study.id);
    expect(app.started.map(({ name }) => name)).toEqual([`${study.id}-g1`, `${study.id}-g1`]);

    expect(await api.get(study.id)).toEqual(study);
    expect(await api.spec(study.id)).toEqual((await app.store.getStudy(study.id))?.spec);
    expect(await all(api.events(study.id))).toMatchObject([{ type: "created" }]);
    expect((await api.wish(study.id, "pause")).status).toBe("PAUSED");
    expect((await api.wish(study.id, "extend", { trials: 5 })).status).toBe("PAUSED");
    expect((await api.spec(study.id)).trials).toBe(5);
    expect((await api.wish(study.id, "resume")).reason).toMatchObject({ code: "RESUMED" });
    expect((await api.wish(study.id, "stop", { now: true })).status).toBe("STOPPED");
    await api.delete(study.id);
    await api.delete(study.id);
    await expect(api.get(study.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(api.get("a/b c?d=ü&e")).rejects.toMatchObject({ message: expect.stringContaining("a/b c?d=ü&e") });
  });

  it("gives lists page by page, of a name, and trials from a number on", async () => {
    const { app, api } = await behindIam();
    for (let i = 0; i < 25; i++) await api.create(studyBody({ name: i % 5 === 0 ? "other" : "digits" }), `key-${i}`);
    expect(await all(api.list())).toHaveLength(25);
    expect(new Set((await all(api.list("other"))).map(({ name }) => name))).toEqual(new Set(["other"]));
    const { id } = await api.create(studyBody({ trials: 400 }), "long");
    await app.store.beginGeneration(id, { generation: 1, execution: "e", at: 1 });
    const proposals = Array.from({ length: 320 }, (_, i) => ({
      number: i + 1,
      source: "strategy" as const,
      parameters: { x: i / 320 },
      decision: { strategy: "random" },
    }));
    const shape = { ready: [{ from: 1, to: 320 }], slots: 1, trialsPerSlot: 1, at: 2 };
    await app.store.openEpoch(id, { generation: 1, number: 1, created: 0, proposals, ...shape });
    const numbers = (await all(api.trials(id, 7))).flat().map(({ trial }) => trial);
    expect(numbers).toEqual(Array.from({ length: 314 }, (_, i) => i + 7));
  });

  it("says what it refuses, with every issue", async () => {
    const { api } = await behindIam();
    await expect(api.create(studyBody({ trails: 1, trials: 0 }), "k")).rejects.toMatchObject({
      code: "INVALID_STUDY",
      issues: [{ path: "trials" }, { path: "trails" }],
    });
    await expect(api.create(studyBody({ runner: { command: "rm" } }), "l")).rejects.toMatchObject({
      code: "RUNNER_NOT_ALLOWED",
    });
  });

  it("lets nobody in with another secret", async () => {
    const { api } = await behindIam();
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
    await expect(api.get("x")).rejects.toMatchObject({
      code: "UNAUTHORIZED",
      message: expect.stringContaining("Forbidden"),
    });
  });
});

it("an answer of another shape is of another API", async () => {
  gate = await fakeApi(() => ({ status: 200, body: { items: [] } }));
  const api = apiOf(await connect({ url: gate.url }, { token: null }));
  await expect(api.get("x")).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining("does not give"),
  });
});
