import { describe, expect, it } from "vitest";
import { type Answer, type Harness, harness, type Json, studyBody } from "./harness.ts";

const ID = "digits-t0";
const path = (rest: string): string => `/studies/${ID}${rest}`;

async function external(changes: object = {}): Promise<Harness> {
  const h = harness();
  const created = await h.send("POST", "/studies", studyBody({ runner: { external: true }, ...changes }));
  expect([created.status, created.body.status]).toEqual([201, "RUNNING"]);
  expect(h.started).toEqual([]);
  return h;
}

const ask = (h: Harness, body: object = {}): Promise<Answer> =>
  h.send("POST", path("/suggest"), { client: "w1", ...body });

async function one(h: Harness, client = "w1"): Promise<Json> {
  return (await ask(h, { client })).body.trials[0];
}

const tell = (h: Harness, trial: Json, verb: string, body: object | string): Promise<Answer> =>
  h.send(
    "POST",
    path(`/trials/${trial.trial}/${verb}`),
    typeof body === "string" ? body : { lease: trial.lease, ...body },
  );

describe("a worker", () => {
  it("asks for trials, is given leases, and tells results until nothing is left", async () => {
    const h = await external({ trials: 2 });
    const { status, body } = await ask(h, { count: 1, leaseSeconds: 30 });
    expect(status).toBe(200);
    expect(body.trials).toMatchObject([
      { trial: 1, state: "RUNNING", attempts: 1, leaseUntil: "2026-11-23T12:00:30.000Z" },
    ]);
    expect(body.trials[0].request).toMatchObject({ study: ID, trial: 1, attempt: 1, seed: expect.any(Number) });
    const told = await tell(h, body.trials[0], "complete", { metrics: { error: 0.5 }, artifacts: { log: "uri" } });
    expect([told.status, told.body.state, told.body.metrics]).toEqual([200, "SUCCEEDED", { error: 0.5 }]);
    const second = await one(h);
    const waits = await ask(h, { client: "w2" });
    expect([waits.body, waits.headers.get("retry-after")]).toEqual([{ trials: [] }, "2"]);
    await tell(h, second, "complete", { metrics: { error: 0.25 } });
    const over = await ask(h);
    expect([over.body, over.headers.get("retry-after")]).toEqual([{ trials: [], exhausted: true }, null]);
    expect((await h.ask("GET", path(""))).body).toMatchObject({ status: "COMPLETED", best: { trial: 2 } });
    expect((await h.ask("GET", path("/optimal-trials"))).body.trials).toMatchObject([{ trial: 2 }]);
    expect((await h.ask("GET", path("/trials/2"))).body).toMatchObject({ trial: 2, metrics: { error: 0.25 } });
    expect(h.defects).toEqual([]);
  });

  it("tells the same again, and no other result", async () => {
    const h = await external();
    const trial = await one(h);
    const first = await tell(h, trial, "complete", { metrics: { error: 0.5 } });
    const again = await tell(h, trial, "complete", { metrics: { error: 0.5 } });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await tell(h, trial, "complete", { metrics: { error: 0.75 } })).status).toBe(409);
    expect((await tell(h, trial, "fail", { error: { message: "late" } })).status).toBe(409);
    expect((await tell(h, trial, "heartbeat", {})).status).toBe(409);
  });

  it("may hold a trial for part of a millisecond more, which is rounded up", async () => {
    const h = await external();
    const trial = (await ask(h, { leaseSeconds: 1.0001 })).body.trials[0];
    expect(trial.leaseUntil).toBe("2026-11-23T12:00:01.001Z");
    const beat = await tell(h, trial, "heartbeat", { leaseSeconds: 11582.64653540425 });
    expect(beat.body.leaseUntil).toBe("2026-11-23T15:13:02.647Z");
    expect(h.defects).toEqual([]);
  });

  it("may write numbers as Python does", async () => {
    const h = await external();
    const trial = await one(h);
    const body = `{"lease": ${JSON.stringify(trial.lease)}, "metrics": {"error": NaN}}`;
    expect((await tell(h, trial, "complete", body)).body).toMatchObject({
      state: "INFEASIBLE",
      metrics: { error: null },
      reason: { code: "NOT_FINITE" },
    });
  });

  it("fails, beats and stops", async () => {
    const h = await external();
    const failed = await tell(h, await one(h), "fail", { error: { message: "no luck", type: "OOM" } });
    expect(failed.body).toMatchObject({ state: "FAILED", reason: { code: "OOM", message: "no luck" } });
    const trial = await one(h);
    const beat = await tell(h, trial, "heartbeat", { leaseSeconds: 90 });
    expect(beat.body).toEqual({ leaseUntil: "2026-11-23T12:01:30.000Z", stop: false });
    expect((await h.ask("POST", path(`/trials/${trial.trial}/stop`))).body).toMatchObject({ state: "STOPPED" });
    expect((await tell(h, trial, "heartbeat", {})).body).toMatchObject({ stop: true });
    expect((await tell(h, trial, "stop", {})).status).toBe(200);
  });

  it.each([
    ["suggest", {}, ["client"]],
    ["suggest", { client: "", count: 0, leaseSeconds: -1, more: 1 }, ["client", "count", "leaseSeconds", "more"]],
    ["suggest", { client: "a b", count: 101 }, ["client", "count"]],
    ["trials/1/complete", { metrics: { error: 1 } }, ["lease"]],
    ["trials/1/complete", { lease: "x", metrics: 1 }, ["metrics"]],
    ["trials/1/fail", { lease: 1, error: "x" }, ["lease", "error"]],
    ["trials/1/heartbeat", { lease: "x", leaseSeconds: 1e9 }, ["leaseSeconds"]],
    ["trials/1/stop", { lease: "" }, ["lease"]],
    ["trials", { parameters: { x: [] }, metrics: { error: "1" } }, ["parameters.x", "metrics.error"]],
    ["trials", { parameters: { x: 7 }, metrics: { error: 1 } }, ["parameters.x"]],
  ])("is told every problem of %s %j", async (rest, body, paths) => {
    const h = await external();
    const { status, type, body: problem } = await h.send("POST", path(`/${rest}`), body);
    expect([status, type]).toEqual([400, "application/problem+json"]);
    expect(problem.issues.map((issue: Json) => issue.path).sort()).toEqual([...paths].sort());
  });

  it("finds no trial or study where there is none", async () => {
    const h = await external();
    const body = { lease: "1/1/0/@w1", metrics: { error: 1 } };
    for (const n of ["0", "99", "x", "1e3", "99999999999999999999"]) {
      expect((await h.ask("GET", path(`/trials/${n}`))).status).toBe(404);
      expect((await h.send("POST", path(`/trials/${n}/complete`), body)).status).toBe(404);
    }
    expect((await h.send("POST", "/studies/none/suggest", { client: "w" })).status).toBe(404);
    expect((await h.send("POST", "/studies/none/trials", { parameters: {} })).status).toBe(404);
  });

  it("asks nothing of a study with a runner", async () => {
    const h = harness();
    await h.send("POST", "/studies", studyBody());
    expect((await ask(h)).status).toBe(409);
  });
});

describe("a person", () => {
  it("enqueues trials and brings them in, once for each key", async () => {
    for (const runner of [{ external: true }, { lambda: "digits" }]) {
      const h = harness();
      await h.send("POST", "/studies", studyBody({ runner }));
      const post = (body: object, key?: string): Promise<Answer> =>
        h.send("POST", path("/trials"), body, key === undefined ? {} : { "idempotency-key": key });
      const asked = await post({ parameters: { x: 0.5 } }, "k");
      expect([asked.status, asked.headers.get("location")]).toEqual([201, path("/trials/1")]);
      expect(asked.body).toMatchObject({ state: "PROPOSED", parameters: { x: 0.5 } });
      expect((await post({ parameters: { x: 0.5 } }, "k")).body).toEqual(asked.body);
      expect((await post({ parameters: { x: 0.75 } }, "k")).status).toBe(422);
      const known = await post({ parameters: { x: 0.25 }, metrics: { error: 0.125 } });
      expect([known.status, known.body.trial, known.body.state]).toEqual([201, 2, "SUCCEEDED"]);
      expect((await h.ask("GET", path("/optimal-trials"))).body.trials).toMatchObject([{ trial: 2 }]);
    }
  });

  it("creates a study for workers that begins when one asks", async () => {
    const h = harness();
    await h.send("POST", "/studies?start=false", studyBody({ runner: { external: true } }));
    expect((await h.ask("GET", path(""))).body.status).toBe("CREATED");
    expect((await h.ask("GET", path("/optimal-trials"))).body).toEqual({ trials: [] });
    expect(await one(h)).toMatchObject({ trial: 1 });
    expect((await h.ask("GET", path(""))).body.status).toBe("RUNNING");
  });

  it("pauses, resumes and stops it though it has no execution", async () => {
    const h = await external();
    for (const [action, status] of [
      ["pause", "PAUSED"],
      ["resume", "RUNNING"],
      ["stop", "STOPPED"],
    ]) {
      expect((await h.ask("POST", path(`/${action}`))).body.status).toBe(status);
    }
    expect(h.started).toEqual([]);
  });
});
