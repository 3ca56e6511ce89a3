import { describe, expect, it } from "vitest";
import type { TrialRequest } from "../../../lib/study/trial-contract.ts";
import { nextTrial } from "../../../lib/tuner/next-trial.ts";
import { reportOf } from "../../../lib/tuner/reports/report-token.ts";
import { running } from "../../store/fixtures.ts";
import { type Answer, type Harness, harness, type Json, NOON, REPORTS, studyBody } from "./harness.ts";

const ID = "digits-t0";

async function worker(
  h: Harness,
): Promise<{ trial: Json; tell: (verb: string, body: object | string) => Promise<Answer> }> {
  await h.send("POST", "/studies", studyBody({ runner: { external: true } }));
  const trial = (await h.send("POST", `/studies/${ID}/suggest`, { client: "w1" })).body.trials[0];
  const tell = (verb: string, body: object | string): Promise<Answer> =>
    h.send(
      "POST",
      `/studies/${ID}/trials/${trial.trial}/${verb}`,
      typeof body === "string" ? body : { lease: trial.lease, ...body },
    );
  return { trial, tell };
}

describe("a worker that measures", () => {
  it("is heard, and what it measured stands with its trial", async () => {
    const h = harness();
    const { trial, tell } = await worker(h);
    const heard = await tell("measure", { step: 2, metrics: { loss: 3, error: 0.5, note: "x" } });
    expect([heard.status, heard.body]).toEqual([200, { stop: false }]);
    await tell("measure", `{"lease": ${JSON.stringify(trial.lease)}, "step": 1, "metrics": {"error": Infinity}}`);
    await tell("measure", { step: 2, metrics: { error: 0.75 } });
    expect((await h.ask("GET", `/studies/${ID}/trials/1`)).body).toMatchObject({
      state: "RUNNING",
      metrics: null,
      measurements: [
        { step: 1, metrics: { error: null } },
        { step: 2, metrics: { error: 0.5, loss: 3 } },
      ],
    });
    await tell("complete", { metrics: { error: 0.25 } });
    expect((await tell("measure", { step: 3, metrics: { error: 1 } })).body).toEqual({ stop: true });
    expect((await h.ask("GET", `/studies/${ID}/trials/1`)).body.measurements).toHaveLength(2);
  });

  it("is told to stop once its trial is, which keeps its last metrics", async () => {
    for (const stop of ["trials/1/stop", "stop"]) {
      const h = harness();
      const { tell } = await worker(h);
      await tell("measure", { step: 1, metrics: { error: 0.5 } });
      await tell("measure", { step: 2, metrics: { error: 0.25 } });
      await h.send("POST", `/studies/${ID}/${stop}`, stop === "stop" ? { now: true } : {});
      expect((await tell("measure", { step: 3, metrics: { error: 0.125 } })).body).toEqual({ stop: true });
      const trial = (await h.ask("GET", `/studies/${ID}/trials/1`)).body;
      expect(trial).toMatchObject({ state: "STOPPED", metrics: { error: 0.25 }, reason: { code: "STOPPED_BY_USER" } });
    }
  });

  it("is told to stop under a lease that is no longer its own", async () => {
    const h = harness();
    const { trial, tell } = await worker(h);
    for (const lease of ["1/2/0/@w1", "2/1/0/@w1", "none"]) {
      expect((await tell("measure", { lease, step: 1, metrics: {} })).body).toEqual({ stop: true });
    }
    expect((await h.ask("GET", `/studies/${ID}/trials/${trial.trial}`)).body.measurements).toBeUndefined();
  });

  it.each([
    [{ lease: 1, step: -1, metrics: [], more: 1 }, ["lease", "metrics", "more", "step"]],
    [{ step: 1.5 }, ["metrics", "step"]],
    [{ step: 1e9, metrics: {} }, ["step"]],
    [
      { step: 1, metrics: Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`metric${i}`, i / 7])) },
      ["metrics"],
    ],
  ])("is told every problem of %j", async (body, paths) => {
    const { tell } = await worker(harness());
    const { status, body: problem } = await tell("measure", body);
    expect(status).toBe(400);
    expect(problem.issues.map((issue: Json) => issue.path).sort()).toEqual(paths);
  });
});

describe("a trial that reports by its token", () => {
  const post = (
    h: Harness,
    token: string | null,
    body: object = { step: 1, metrics: { error: 0.5 } },
  ): Promise<Answer> => h.send("POST", "/report", body, token === null ? {} : { authorization: `Bearer ${token}` });

  it("is given it with its request, and is heard by it", async () => {
    const h = harness({ reports: true });
    const id = await running(h.store, 2);
    const event = { studyId: id, generation: 1, epoch: 1, slot: 0, seq: 0, quota: 9, told: null };
    const runners = {
      resolve: () => ({ kind: "lambda", target: "arn", timeoutSeconds: null, graceSeconds: 0 }) as const,
    };
    const idle = { observe: () => {}, requestRefill: async () => {} };
    const answer = await nextTrial(event, { store: h.store, now: () => NOON, runners, reports: REPORTS, ...idle });
    const { report, trial } = (answer as unknown as { readonly request: TrialRequest }).request;
    expect(report?.url).toBe("http://pegbox/report");
    const heard = await post(h, report?.token ?? "", { step: 7, metrics: { error: 0.5 } });
    expect([heard.status, heard.body]).toEqual([200, { stop: false }]);
    const shown = (await h.ask("GET", `/studies/${id}/trials/${trial}`)).body;
    expect(shown.measurements).toEqual([{ step: 7, metrics: { error: 0.5 } }]);
    expect((await post(h, report?.token ?? "", { step: -1, metrics: {} })).status).toBe(400);
  });

  it("is nobody without its token, with another's, or with one that is too old", async () => {
    const h = harness({ reports: true });
    await worker(h);
    const trial = await h.store.getTrial(ID, 1);
    if (trial === null) throw new Error("expected a trial");
    const { token } = reportOf(ID, trial, NOON, REPORTS);
    const old = reportOf(ID, trial, NOON - 31 * 86_400_000, REPORTS).token;
    for (const wrong of [null, "", "x", `${token}0`, old]) expect((await post(h, wrong)).status).toBe(401);
    expect((await post(h, token)).body).toEqual({ stop: false });
    const other = reportOf(ID, { ...trial, attempts: 2 }, NOON, REPORTS).token;
    expect((await post(h, other)).body).toEqual({ stop: true });
    expect((await post(h, reportOf("gone", trial, NOON, REPORTS).token)).status).toBe(404);
    expect((await post(harness(), token)).status).toBe(422);
  });
});
