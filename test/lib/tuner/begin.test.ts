import { describe, expect, test } from "vitest";
import { begin } from "../../../lib/tuner/begin.ts";
import { createStudy, startStudy } from "../../../lib/tuner/create-study.ts";
import { describeStudy } from "../../../lib/tuner/describe.ts";
import { interruptStudy } from "../../../lib/tuner/lifecycle/interrupt.ts";
import { NOON, spec } from "../../store/fixtures.ts";
import { success, Tuner } from "./support.ts";

describe("create", () => {
  test("a study without a runner is refused, and nothing is stored", async () => {
    const tuner = new Tuner();
    tuner.runner = null;
    await expect(createStudy("s", spec(), tuner.ports)).rejects.toMatchObject({ code: "RUNNER_MISSING" });
    expect(await tuner.store.getStudy("s")).toBeNull();
  });

  test("the first generation is started by the name of the study and its number", async () => {
    const tuner = new Tuner();
    const { study } = await createStudy("s", spec(), tuner.ports);
    const started: unknown[] = [];
    const launcher = {
      start: async (...args: unknown[]) => {
        started.push(args);
        return null;
      },
    };
    await startStudy(study, launcher, tuner.ports);
    await startStudy({ ...study, generation: 4 }, launcher, tuner.ports);
    expect(started).toEqual([
      ["s-g1", { studyId: "s", generation: 1 }],
      ["s-g5", { studyId: "s", generation: 5 }],
    ]);
  });
});

describe("begin", () => {
  test("admits an execution, also when it asks twice, and tells of it", async () => {
    const tuner = new Tuner();
    await createStudy("s", spec(), tuner.ports);
    const first = await tuner.begin(1);
    expect(first).toEqual({ admitted: true, studyId: "s", generation: 1 });
    expect(await tuner.begin(1)).toEqual(first);
    expect((await tuner.study()).status).toBe("RUNNING");
    expect(tuner.events[0]).toEqual({ type: "studyStarted", study: "s", generation: 1 });
  });

  test("a late execution is superseded and changes nothing", async () => {
    const tuner = new Tuner();
    await tuner.start();
    await tuner.begin(2);
    const before = await tuner.study();
    expect(await tuner.begin(1)).toMatchObject({ admitted: false });
    expect(await tuner.study()).toEqual(before);
  });

  test("an unknown study is NOT_FOUND", async () => {
    await expect(new Tuner().begin(1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a wish to pause between two executions is fulfilled by the second, whose name is used up then", async () => {
    const tuner = new Tuner();
    await tuner.start();
    await interruptStudy("s", tuner.ports);
    expect(await tuner.begin(2)).toMatchObject({ admitted: true });
    expect(await tuner.plan({ generation: 2 })).toEqual({ action: "halt" });
    expect(await tuner.study()).toMatchObject({ status: "PAUSED", generation: 2, reason: { code: "INTERRUPTED" } });
    expect(await tuner.begin(2)).toMatchObject({ admitted: false });
    expect(await tuner.begin(3)).toMatchObject({ admitted: true });
  });

  test("an execution that asks again, for the answer was lost, still owns a study that was asked to pause meanwhile", async () => {
    const tuner = new Tuner();
    await tuner.start();
    await interruptStudy("s", tuner.ports);
    expect(await tuner.begin(1)).toMatchObject({ admitted: true });
    expect((await tuner.study()).status).toBe("PAUSING");
  });

  test("a sweep that is due makes its study once, however often it fires", async () => {
    const tuner = new Tuner();
    await tuner.store.putSweep({
      name: "nightly",
      spec: spec(),
      schedule: "rate(1 day)",
      overlap: "beside",
      updatedAt: NOON,
    });
    const input = { sweep: "nightly", scheduledAt: "2026-11-23T12:00:00Z" };
    const first = await begin({ input, execution: "e1" }, tuner.ports);
    expect(first).toEqual({ admitted: true, studyId: "nightly-2026-11-23T120000Z", generation: 1 });
    expect(await begin({ input, execution: "e2" }, tuner.ports)).toEqual({ ...first, admitted: false });
    expect((await tuner.store.listStudies({ limit: 10 })).items).toHaveLength(1);
  });

  test.each(["beside", "skip"] as const)("a sweep that is due while its last study runs: %s", async (overlap) => {
    const tuner = new Tuner();
    await tuner.store.putSweep({ name: "nightly", spec: spec(), schedule: "rate(1 day)", overlap, updatedAt: NOON });
    const due = (day: number): ReturnType<typeof begin> =>
      begin(
        { input: { sweep: "nightly", scheduledAt: `2026-11-${day}T12:00:00Z` }, execution: `e${day}` },
        tuner.ports,
      );
    const studies = async (): Promise<readonly string[]> =>
      (await tuner.store.listStudies({ limit: 10 })).items.map(({ id }) => id).sort();
    const id = (day: number): string => `nightly-2026-11-${day}T120000Z`;
    expect(await due(23)).toMatchObject({ admitted: true });
    expect(await due(23), "whose answer was lost").toMatchObject({ admitted: true });
    expect(await due(24)).toEqual({ admitted: overlap === "beside", studyId: id(24), generation: 1 });
    expect(await studies()).toEqual(overlap === "beside" ? [id(23), id(24)] : [id(23)]);
    expect(tuner.events.filter(({ type }) => type === "sweepSkipped")).toEqual(
      overlap === "beside" ? [] : [{ type: "sweepSkipped", study: id(24), sweep: "nightly" }],
    );
    await tuner.store.moveStudy(id(23), { from: ["RUNNING"], to: "COMPLETED", reason: null, at: NOON });
    expect(await due(25)).toMatchObject({ admitted: true });
    expect(await studies()).toContain(id(25));
  });

  test("of a sweep that is due twice at once and is not to overlap, one study begins", async () => {
    const tuner = new Tuner();
    const nightly = { name: "nightly", spec: spec(), schedule: "rate(1 day)", overlap: "skip" } as const;
    await tuner.store.putSweep({ ...nightly, updatedAt: NOON });
    const due = [1, 2, 3].map((minute) =>
      begin(
        { input: { sweep: "nightly", scheduledAt: `2026-11-23T12:0${minute}:00Z` }, execution: `e${minute}` },
        tuner.ports,
      ),
    );
    expect((await Promise.all(due)).filter(({ admitted }) => admitted)).toHaveLength(1);
    expect((await tuner.store.listStudies({ limit: 10 })).items).toHaveLength(1);
    expect(tuner.count("sweepSkipped")).toBe(2);
  });

  test("a sweep that is not to overlap and fires twice at once makes its study, and skips none", async () => {
    const tuner = new Tuner();
    const nightly = { name: "nightly", spec: spec(), schedule: "rate(1 day)", overlap: "skip" } as const;
    await tuner.store.putSweep({ ...nightly, updatedAt: NOON });
    const input = { sweep: "nightly", scheduledAt: "2026-11-23T12:00:00Z" };
    const fired = ["e1", "e2", "e3"].map((execution) => begin({ input, execution }, tuner.ports));
    expect((await Promise.all(fired)).filter(({ admitted }) => admitted)).toHaveLength(1);
    expect(tuner.count("sweepSkipped")).toBe(0);
  });

  test("a sweep that was deleted is NOT_FOUND", async () => {
    const input = { sweep: "gone", scheduledAt: "2026-11-23T12:00:00Z" };
    await expect(begin({ input, execution: "e1" }, new Tuner().ports)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("interrupt", () => {
  test("is for a study that runs", async () => {
    const tuner = new Tuner();
    await createStudy("s", spec(), tuner.ports);
    expect(await interruptStudy("s", tuner.ports)).toBe(false);
    await tuner.begin(1);
    expect(await interruptStudy("s", tuner.ports)).toBe(true);
    expect(await interruptStudy("s", tuner.ports)).toBe(false);
    expect((await tuner.study()).status).toBe("PAUSING");
  });
});

describe("describe", () => {
  test("several objectives come with the trials that no other beats", async () => {
    const tuner = new Tuner();
    const metrics = [
      { name: "error", goal: "minimize" },
      { name: "size", goal: "minimize" },
    ] as const;
    await tuner.start({ metrics, parallel: 1 });
    expect(await describeStudy(await tuner.study(), tuner.store)).toMatchObject({ best: null, optimal: [] });
    await tuner.open();
    const results = [
      [1, 5],
      [2, 6],
      [3, 1],
    ];
    for (const [seq, [error, size]] of results.entries()) {
      const { trial, lease } = await tuner.claim({ seq });
      const told = { trial, lease, result: { metrics: { error: error ?? 0, size: size ?? 0 } } };
      await tuner.next({ seq: seq + 1, quota: seq + 1, told });
    }
    const view = await describeStudy(await tuner.study(), tuner.store);
    expect(view.optimal?.map(({ trial }) => trial)).toEqual([1, 3]);
  });

  test("one objective comes with the best", async () => {
    const tuner = new Tuner();
    await tuner.start();
    await tuner.open();
    const { trial, lease } = await tuner.claim();
    await tuner.next({ seq: 1, told: { trial, lease, result: success(0.5) } });
    const view = await describeStudy(await tuner.study(), tuner.store);
    expect(view.best).toMatchObject({ trial: 1, metrics: { error: 0.5 } });
    expect(view).not.toHaveProperty("optimal");
  });
});
