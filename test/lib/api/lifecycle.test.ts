import { describe, expect, it } from "vitest";
import { type Harness, harness, NOON, studyBody } from "./harness.ts";

async function running(): Promise<Harness> {
  const h = harness();
  await h.send("POST", "/studies", studyBody());
  await h.store.beginGeneration("digits-t0", { generation: 1, execution: "digits-t0-g1", at: NOON });
  return h;
}

describe("POST /studies/{id}/…", () => {
  it("pauses and resumes", async () => {
    const h = await running();
    const paused = await h.ask("POST", "/studies/digits-t0/pause");
    expect([paused.status, paused.body.status]).toEqual([202, "PAUSING"]);
    await h.store.moveStudy("digits-t0", { from: ["PAUSING"], to: "PAUSED", reason: null, at: NOON });
    const resumed = await h.ask("POST", "/studies/digits-t0/resume");
    expect([resumed.status, resumed.body.status]).toEqual([202, "PAUSED"]);
    expect(h.started.map(({ name }) => name)).toEqual(["digits-t0-g1", "digits-t0-g2"]);
  });

  it("stops, with a body or without", async () => {
    for (const body of [undefined, {}, { now: true }]) {
      const h = await running();
      const path = "/studies/digits-t0/stop";
      const answer = body === undefined ? await h.ask("POST", path) : await h.send("POST", path, body);
      expect([answer.status, answer.body.status]).toEqual([202, "STOPPING"]);
    }
  });

  it("extends", async () => {
    const h = await running();
    const body = { trials: 500, budget: { wallClock: "30m" } };
    expect((await h.send("POST", "/studies/digits-t0/extend", body)).status).toBe(202);
    expect((await h.store.getStudy("digits-t0"))?.spec).toMatchObject({ trials: 500, budget: { wallClock: 1800 } });
  });

  it.each([
    ["stop", { now: "yes" }, ["now"]],
    ["stop", { later: true }, ["later"]],
    ["extend", { trials: 0 }, ["trials"]],
    ["extend", { trials: 1.5, budget: { wallClock: "soon", usd: -3 } }, ["trials", "budget.wallClock", "budget.usd"]],
    ["extend", [], [""]],
  ])("%s refuses %j with every problem", async (action, body, paths) => {
    const h = await running();
    const answer = await h.send("POST", `/studies/digits-t0/${action}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(paths.toSorted());
  });

  it.each(["pause", "resume", "stop", "extend"])("%s: 404 for no such study, 405 for GET", async (action) => {
    const h = harness();
    expect((await h.send("POST", `/studies/none/${action}`, {})).status).toBe(404);
    expect((await h.ask("GET", `/studies/none/${action}`)).status).toBe(405);
  });

  it("409 for what the state does not allow", async () => {
    const h = await running();
    await h.ask("POST", "/studies/digits-t0/stop");
    const answer = await h.ask("POST", "/studies/digits-t0/pause");
    expect([answer.status, answer.body.code]).toEqual([409, "CONFLICT"]);
  });
});
