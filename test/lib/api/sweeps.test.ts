import { describe, expect, it } from "vitest";
import { harness, studyBody } from "./harness.ts";

const SWEEP = { schedule: "rate(6 hours)", study: studyBody() };

describe("/sweeps/{name}", () => {
  it("stores the study and makes the schedule", async () => {
    const h = harness({ sweeps: true });
    const { status, body } = await h.send("PUT", "/sweeps/nightly", SWEEP);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ name: "nightly", schedule: "rate(6 hours)", overlap: "beside" },
      updatedAt: "2026-11-23T12:00:00.000Z",
    });
    expect(h.scheduled).toEqual([["put", "nightly", "rate(6 hours)"]]);
    expect((await h.store.getSweep("nightly"))?.spec.trials).toBe(3);
    expect((await h.ask("GET", "/sweeps/nightly")).body).toEqual(body);
  });

  it("replaces and removes", async () => {
    const h = harness({ sweeps: true });
    await h.send("PUT", "/sweeps/nightly", SWEEP);
    const schedule = "cron(0 3 * * ? *)";
    expect((await h.send("PUT", "/sweeps/nightly", { ...SWEEP, overlap: "skip" })).body.overlap).toBe("skip");
    expect((await h.send("PUT", "/sweeps/nightly", { ...SWEEP, schedule })).body.schedule).toBe(schedule);
    const gone = await h.ask("DELETE", "/sweeps/nightly");
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await h.ask("GET", "/sweeps/nightly")).status).toBe(404);
    expect((await h.ask("DELETE", "/sweeps/nightly")).status).toBe(404);
    expect(h.scheduled.map(([what]) => what)).toEqual(["put", "put", "put", "delete", "delete"]);
  });

  it.each([
    [{ ...SWEEP, schedule: "every day" }, "schedule"],
    [{ ...SWEEP, schedule: "rate(0 hours)" }, "schedule"],
    [{ ...SWEEP, schedule: 5 }, "schedule"],
    [{ ...SWEEP, overlap: "replace" }, "overlap"],
    [{ study: studyBody() }, "schedule"],
    [{ ...SWEEP, extra: 1 }, "extra"],
    [{ schedule: SWEEP.schedule }, "study"],
    [[], ""],
  ])("refuses %j", async (body, path) => {
    const h = harness({ sweeps: true });
    const answer = await h.send("PUT", "/sweeps/nightly", body);
    expect([answer.status, answer.body.code]).toEqual([400, "INVALID_INPUT"]);
    expect(answer.body.issues[0].path).toBe(path);
    expect(h.scheduled).toEqual([]);
  });

  it.each([
    [studyBody({ trials: 0 }), "INVALID_STUDY", "study.trials"],
    [null, "INVALID_STUDY", "study"],
    [studyBody({ runner: { command: "id" } }), "RUNNER_NOT_ALLOWED", "study.runner.command"],
  ])("says where in the study of a sweep it is wrong", async (study, code, path) => {
    const h = harness({ sweeps: true });
    const { status, body } = await h.send("PUT", "/sweeps/nightly", { schedule: "rate(1 day)", study });
    expect([status, body.code]).toEqual([422, code]);
    expect(body.issues[0].path).toBe(path);
  });

  it("refuses a runner that is not registered, and stores nothing", async () => {
    const h = harness({ sweeps: true });
    const study = studyBody({ runner: { lambda: "other" } });
    expect((await h.send("PUT", "/sweeps/nightly", { ...SWEEP, study })).body.code).toBe("RUNNER_MISSING");
    expect(await h.store.getSweep("nightly")).toBeNull();
  });

  it.each(["-a", "a.b", "a%20b", "x".repeat(41), "%C3%A9"])("refuses the name %s", async (name) => {
    const h = harness({ sweeps: true });
    expect((await h.send("PUT", `/sweeps/${name}`, SWEEP)).status).toBe(400);
    expect((await h.ask("GET", `/sweeps/${name}`)).status).toBe(404);
  });

  it("refuses what is no JSON before anything else", async () => {
    const h = harness();
    expect((await h.send("PUT", "/sweeps/nightly", SWEEP, { "content-type": "text/plain" })).status).toBe(415);
  });

  it("says that nothing fires where there is no scheduler, and still reads", async () => {
    const h = harness();
    for (const answer of [await h.send("PUT", "/sweeps/nightly", SWEEP), await h.ask("DELETE", "/sweeps/nightly")]) {
      expect([answer.status, answer.body.code]).toEqual([422, "UNAVAILABLE"]);
    }
    expect((await h.ask("GET", "/sweeps/nightly")).status).toBe(404);
  });
});
