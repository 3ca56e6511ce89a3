import { describe, expect, it } from "vitest";
import type { Harness } from "./harness.ts";
import { harness, NOON, studyBody } from "./harness.ts";

/** Adds ended trials 1 … `count` as the workflow would, each with its number as the error. */
async function runTrials(h: Harness, id: string, count: number): Promise<void> {
  await h.store.beginGeneration(id, { generation: 1, execution: `${id}-g1`, at: NOON });
  const proposals = Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    source: "strategy" as const,
    parameters: { x: i / count },
    decision: { strategy: "random" },
  }));
  const epoch = { number: 1, created: 0, ready: [{ from: 1, to: count }], slots: 1, trialsPerSlot: count };
  await h.store.openEpoch(id, { generation: 1, proposals, at: NOON, ...epoch });
  for (let number = 1; number <= count; number++) {
    const metrics = { error: number, latency: -number };
    const result = { state: "SUCCEEDED" as const, metrics, feasible: true, reason: null, fidelity: null, lease: null };
    await h.store.settleTrial(id, number, { ...result, score: number, costUsd: 0.5, at: NOON });
  }
}

describe("POST /studies", () => {
  it("creates a study, starts it and says where it is", async () => {
    const h = harness();
    const { status, headers, body } = await h.send("POST", "/studies", studyBody());
    expect(status).toBe(201);
    expect(headers.get("location")).toBe("/studies/digits-t0");
    expect(body).toMatchObject({ id: "digits-t0", name: "digits", status: "CREATED", reason: null, best: null });
    expect(body.trials.total).toBe(0);
    expect(body.createdAt).toBe("2026-11-23T12:00:00.000Z");
    expect(h.started).toEqual([{ name: "digits-t0-g1", input: { studyId: "digits-t0", generation: 1 } }]);
  });

  it("names the execution where it has an ARN", async () => {
    const h = harness({ launch: async (name) => `arn:aws:states:::execution:${name}` });
    const { body } = await h.send("POST", "/studies", studyBody());
    expect(body.executionArn).toBe("arn:aws:states:::execution:digits-t0-g1");
  });

  it("only creates with ?start=false, and starts with ?start=true", async () => {
    const h = harness();
    expect((await h.send("POST", "/studies?start=false", studyBody())).status).toBe(201);
    expect(h.started).toEqual([]);
    await h.send("POST", "/studies?start=true", studyBody());
    expect(h.started).toHaveLength(1);
  });

  it.each([
    ["?start=maybe", "query.start"],
    ["?start=", "query.start"],
    ["?start=true&start=false", "query.start"],
    ["?strat=false", "query.strat"],
  ])("refuses the query %s, and creates nothing", async (query, path) => {
    const h = harness();
    const { status, body } = await h.send("POST", `/studies${query}`, studyBody());
    expect(status).toBe(400);
    expect(body.issues.map((issue: { path: string }) => issue.path)).toContain(path);
    expect((await h.store.listStudies({ limit: 9 })).items).toEqual([]);
  });

  it("takes another id where a token clashes with an earlier one", async () => {
    const h = harness({ tokens: ["a", "a", "b"] });
    expect((await h.send("POST", "/studies", studyBody())).body.id).toBe("digits-a");
    expect((await h.send("POST", "/studies", studyBody())).body.id).toBe("digits-b");
  });

  it("calls tokens that clash for ever its own defect", async () => {
    const h = harness({ tokens: ["a", "a", "a", "a"] });
    await h.send("POST", "/studies", studyBody());
    const response = await h.app.request("/studies", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(studyBody()),
    });
    expect(response.status).toBe(500);
    expect(h.defects).toHaveLength(1);
  });
});

describe("Idempotency-Key", () => {
  const key = (value: string): Record<string, string> => ({ "idempotency-key": value });

  it("finds the first study for the same request, and does not start it again once it runs", async () => {
    const h = harness();
    const first = await h.send("POST", "/studies", studyBody(), key("k"));
    await runTrials(h, first.body.id, 2);
    const again = await h.send("POST", "/studies", studyBody(), key("k"));
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ id: first.body.id, status: "RUNNING", best: { trial: 1 } });
    expect(h.started).toHaveLength(1);
  });

  it("starts what a crash left created but not started", async () => {
    let down = true;
    const h = harness({
      launch: async () => {
        if (down) throw new Error("the service is down");
        return null;
      },
    });
    const request = { method: "POST", headers: { "content-type": "application/json", ...key("k") } };
    const failed = await h.app.request("/studies", { ...request, body: JSON.stringify(studyBody()) });
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("service is down");
    down = false;
    const again = await h.send("POST", "/studies", studyBody(), key("k"));
    expect(again.status).toBe(201);
    expect(h.started.map(({ name }) => name)).toEqual(["digits-t0-g1", "digits-t0-g1"]);
    expect((await h.store.listStudies({ limit: 9 })).items).toHaveLength(1);
  });

  it("gives two requests at once one study and one name of an execution", async () => {
    const h = harness();
    const both = await Promise.all([1, 2].map(() => h.send("POST", "/studies", studyBody(), key("k"))));
    expect(both[0]?.body.id).toBe(both[1]?.body.id);
    expect(new Set(h.started.map(({ name }) => name)).size).toBe(1);
  });

  it.each([
    ["another body", "/studies", { trials: 4 }],
    ["another ?start", "/studies?start=false", {}],
  ])("refuses %s", async (_, path, changes) => {
    const h = harness();
    await h.send("POST", "/studies", studyBody(), key("k"));
    const { status, body } = await h.send("POST", path, studyBody(changes), key("k"));
    expect([status, body.code]).toEqual([422, "IDEMPOTENCY_CONFLICT"]);
  });

  it.each(["", " ", "a b", "é", "x".repeat(129)])("refuses the key %j", async (value) => {
    const h = harness();
    const { status, body } = await h.send("POST", "/studies", studyBody(), key(value));
    expect(status).toBe(400);
    expect(body.issues[0].path).toBe("headers.Idempotency-Key");
  });
});

describe("GET /studies", () => {
  it("lists newest first, page by page", async () => {
    const h = harness();
    for (let i = 0; i < 5; i++) await h.send("POST", "/studies", studyBody());
    const ids: string[] = [];
    let next: string | null = null;
    do {
      const query: string = next === null ? "?limit=2" : `?limit=2&next=${encodeURIComponent(next)}`;
      const { body } = await h.ask("GET", `/studies${query}`);
      expect(body.studies.length).toBeLessThanOrEqual(2);
      ids.push(...body.studies.map((study: { id: string }) => study.id));
      next = body.next;
    } while (next !== null);
    expect(ids).toEqual(["digits-t4", "digits-t3", "digits-t2", "digits-t1", "digits-t0"]);
  });

  it("leaves the Pareto set to each study's own address", async () => {
    const h = harness();
    const metrics = [
      { name: "error", goal: "minimize" },
      { name: "latency", goal: "minimize" },
    ];
    const { body: study } = await h.send("POST", "/studies", studyBody({ metrics }));
    await runTrials(h, study.id, 2);
    expect((await h.ask("GET", "/studies")).body.studies[0]).not.toHaveProperty("optimal");
    expect((await h.ask("GET", `/studies/${study.id}`)).body.optimal).toHaveLength(2);
  });

  it.each(["limit=0", "limit=1001", "limit=-1", "limit=1.5", "limit=1e2", "limit=0x10", "limit=%2010", "limit="])(
    "refuses %s",
    async (query) => {
      const { status, body } = await harness().ask("GET", `/studies?${query}`);
      expect(status).toBe(400);
      expect(body.issues[0]).toMatchObject({ path: "query.limit" });
    },
  );

  it.each(["next=", `next=${"x".repeat(1025)}`, "next=a&next=b", "page=2"])("refuses %s", async (query) => {
    expect((await harness().ask("GET", `/studies?${query}`)).status).toBe(400);
  });
});

describe("GET /studies/{id}", () => {
  it("gives counts, the best, what was spent", async () => {
    const h = harness();
    await h.send("POST", "/studies", studyBody());
    await runTrials(h, "digits-t0", 3);
    const { status, body } = await h.ask("GET", "/studies/digits-t0");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      trials: { total: 3, succeeded: 3 },
      best: { trial: 1, parameters: { x: 0 }, metrics: { error: 1 } },
      spend: { usd: 1.5 },
    });
  });

  it.each(["nobody", "a%2Fb", "%FF", "%00", "__proto__", "constructor", "..%2F..%2Fetc", "a'%20OR%201=1"])(
    "does not know %s",
    async (id) => {
      const { status, body } = await harness().ask("GET", `/studies/${id}`);
      expect([status, body.code]).toEqual([404, "NOT_FOUND"]);
    },
  );
});

describe("GET /studies/{id}/trials", () => {
  it("lists in order of number, page by page", async () => {
    const h = harness();
    await h.send("POST", "/studies", studyBody());
    await runTrials(h, "digits-t0", 5);
    const first = await h.ask("GET", "/studies/digits-t0/trials?limit=3");
    expect(first.body.trials.map((trial: { trial: number }) => trial.trial)).toEqual([1, 2, 3]);
    expect(first.body.trials[0]).toMatchObject({ state: "SUCCEEDED", cost: { usd: 0.5 }, attempts: 0, fidelity: null });
    const second = await h.ask("GET", `/studies/digits-t0/trials?limit=3&next=${first.body.next}`);
    expect(second.body.trials.map((trial: { trial: number }) => trial.trial)).toEqual([4, 5]);
    expect(second.body.next).toBeNull();
    expect((await h.ask("GET", "/studies/digits-t0/trials?limit=5")).body.next).toBeNull();
  });

  it("is empty before the first trial and beyond the last", async () => {
    const h = harness();
    await h.send("POST", "/studies", studyBody());
    const nothing = { trials: [], next: null };
    expect((await h.ask("GET", "/studies/digits-t0/trials")).body).toEqual(nothing);
    await runTrials(h, "digits-t0", 1);
    expect((await h.ask("GET", "/studies/digits-t0/trials?next=9")).body).toEqual(nothing);
    expect((await h.ask("GET", "/studies/digits-t0/trials?next=9999999999999999")).body).toEqual(nothing);
  });

  it.each(["0", "-1", "1.5", "1e3", "0x1", "NaN", "Infinity", "x", "12345678901234567"])(
    "refuses the token %s",
    async (token) => {
      const h = harness();
      await h.send("POST", "/studies", studyBody());
      const { status, body } = await h.ask("GET", `/studies/digits-t0/trials?next=${token}`);
      expect(status).toBe(400);
      expect(body.issues[0]).toMatchObject({ path: "query.next", got: token });
    },
  );

  it("does not know the trials of no study", async () => {
    expect((await harness().ask("GET", "/studies/nobody/trials")).status).toBe(404);
  });
});

describe("an export", () => {
  it("is every trial, as values with commas or as lines of JSON", async () => {
    const h = harness();
    await h.send("POST", "/studies", studyBody({ runner: { external: true } }));
    const path = "/studies/digits-t0";
    for (const [x, error] of [
      [0.5, 0.25],
      [0.75, 0.125],
    ]) {
      await h.send("POST", `${path}/trials`, { parameters: { x }, metrics: { error, loss: 2 } });
    }
    const csv = await h.ask("GET", `${path}/export`);
    expect([csv.status, csv.type]).toEqual([200, "text/csv"]);
    expect(csv.text.split("\n").slice(0, 2)).toEqual([
      "trial,state,feasible,p.x,m.error,m.loss,attempts,reason,startedAt,endedAt",
      "1,SUCCEEDED,true,0.5,0.25,2,0,,,2026-11-23T12:00:00.000Z",
    ]);
    const lines = await h.ask("GET", `${path}/export?format=jsonl`);
    expect(lines.type).toBe("application/jsonl");
    const { trials } = (await h.ask("GET", `${path}/trials`)).body;
    expect(lines.text).toBe(trials.map((trial: object) => `${JSON.stringify(trial)}\n`).join(""));
    expect((await h.ask("GET", `${path}/export?format=xml`)).status).toBe(400);
    expect((await h.ask("GET", "/studies/none/export")).status).toBe(404);
  });
});
