import { expect, it } from "vitest";
import type { FloatParameter } from "../../../lib/space/parameter.ts";
import type { Amendable, StudyStore } from "../../../lib/store/study-store.ts";
import type { Study } from "../../../lib/study/records.ts";
import { AMENDED, claimed, DAY, NOON, openNew, running, spec, success } from "../fixtures.ts";

export function studiesContract(store: () => StudyStore): void {
  const amend = (wanted: Partial<Amendable>, amendments?: number): Promise<Study | null> =>
    store().amendStudy("s", {
      spec: wanted,
      reason: AMENDED,
      at: NOON + 9,
      ...(amendments === undefined ? {} : { amendments }),
    });

  it("creates a study with nothing done", async () => {
    const { study, created } = await store().createStudy("s", spec(), NOON);
    expect(created).toBe(true);
    expect(study).toEqual({
      id: "s",
      spec: spec(),
      amendments: 0,
      status: "CREATED",
      reason: null,
      generation: 0,
      execution: null,
      epoch: { number: 0, ready: [], slots: 0, trialsPerSlot: 0 },
      created: 0,
      counts: { proposed: 0, running: 0, paused: 0, succeeded: 0, infeasible: 0, failed: 0, stopped: 0, cancelled: 0 },
      replicates: { succeeded: 0, infeasible: 0, failed: 0, stopped: 0, cancelled: 0 },
      best: null,
      added: 0,
      imported: 0,
      endedAtBest: 0,
      spentUsd: 0,
      reservedUsd: 0,
      confirmation: null,
      createdAt: NOON,
      startedAt: null,
      updatedAt: NOON,
    });
    expect(await store().getStudy("s")).toEqual(study);
  });

  it("leaves a study alone whose id exists", async () => {
    const first = await store().createStudy("s", spec(), NOON);
    const again = await store().createStudy("s", spec({ name: "other" }), NOON + 1);
    expect(again).toEqual({ study: first.study, created: false });
  });

  it("creates one study for many calls at once", async () => {
    const calls = Array.from({ length: 8 }, () => store().createStudy("s", spec(), NOON));
    const answers = await Promise.all(calls);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ study }) => JSON.stringify(study))).size).toBe(1);
  });

  it("answers a repeated key with the first study", async () => {
    const key = { value: "k", hash: "h" };
    const first = await store().createStudy("a", spec(), NOON, key);
    const again = await store().createStudy("b", spec(), NOON + DAY - 1, key);
    expect(again).toEqual({ study: first.study, created: false });
    expect(await store().getStudy("b")).toBeNull();
  });

  it("creates one study for many calls with one key at once", async () => {
    const calls = Array.from({ length: 8 }, (_, i) =>
      store().createStudy(`s${i}`, spec(), NOON, { value: "k", hash: "h" }),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ study }) => study.id)).size).toBe(1);
  });

  it("refuses a key that came with another request", async () => {
    await store().createStudy("a", spec(), NOON, { value: "k", hash: "h" });
    const other = store().createStudy("b", spec(), NOON + 1, { value: "k", hash: "other" });
    await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    expect(await store().getStudy("b")).toBeNull();
  });

  it("forgets a key after 24 hours", async () => {
    await store().createStudy("a", spec(), NOON, { value: "k", hash: "h" });
    const later = await store().createStudy("b", spec(), NOON + DAY, { value: "k", hash: "other" });
    expect(later).toMatchObject({ created: true, study: { id: "b" } });
    const repeated = await store().createStudy("c", spec(), NOON + DAY + 1, { value: "k", hash: "other" });
    expect(repeated).toMatchObject({ created: false, study: { id: "b" } });
  });

  it("does not bind a key to a study that it did not create", async () => {
    await store().createStudy("a", spec(), NOON);
    const found = await store().createStudy("a", spec(), NOON + 1, { value: "k", hash: "h" });
    expect(found).toMatchObject({ created: false, study: { id: "a" } });
    const next = await store().createStudy("b", spec(), NOON + 2, { value: "k", hash: "other" });
    expect(next).toMatchObject({ created: true, study: { id: "b" } });
  });

  it("lists studies newest first, in stable pages", async () => {
    for (const i of [0, 1, 2, 3, 4]) await store().createStudy(`s${i}`, spec(), NOON + i);
    await store().createStudy("tie", spec(), NOON + 4);
    const first = await store().listStudies({ limit: 3 });
    expect(first.items.map(({ id }) => id)).toEqual(["tie", "s4", "s3"]);
    expect(first.items[1]).toEqual(await store().getStudy("s4"));

    await store().createStudy("new", spec(), NOON + 9);
    const second = await store().listStudies({ limit: 3, after: first.next ?? "" });
    expect(second.items.map(({ id }) => id)).toEqual(["s2", "s1", "s0"]);
    expect(second.next).toBeNull();
  });

  it("lists the studies of a name", async () => {
    for (const i of [0, 1, 2, 3]) await store().createStudy(`s${i}`, spec({ name: i % 2 ? "odd" : "even" }), NOON + i);
    const first = await store().listStudies({ limit: 1, name: "odd" });
    expect(first.items.map(({ id }) => id)).toEqual(["s3"]);
    const second = await store().listStudies({ limit: 1, name: "odd", after: first.next ?? "" });
    expect(second.items.map(({ id }) => id)).toEqual(["s1"]);
    expect(second.next).toBeNull();
    expect(await store().listStudies({ limit: 9, name: "none" })).toEqual({ items: [], next: null });
  });

  it("lists nothing for a token that it never gave", async () => {
    await store().createStudy("s", spec(), NOON);
    expect(await store().listStudies({ limit: 9, after: "" })).toEqual({ items: [], next: null });
  });

  it("amends what a resumed study may change, and nothing else", async () => {
    await running(store(), 2);
    const wanted = {
      trials: 90,
      parallel: 8,
      budget: { wallClock: 60, trialTimeout: 5 },
      stopping: { target: 0.1, noProgress: 9, regret: 0.01 },
    };
    const before = await store().getStudy("s");
    const amended = await amend(wanted);
    expect(amended).toEqual({ ...before, spec: { ...spec(), ...wanted }, amendments: 1, updatedAt: NOON + 9 });
    expect(await store().getStudy("s")).toEqual(amended);
    expect(await amend(wanted, 0), "once more, though it has changed since: by this").toEqual(amended);
    expect(await amend({ trials: 90 })).toEqual(amended);
  });

  it("amends bounds, and tells of each by its path; and what a retry forgives", async () => {
    await running(store(), 2);
    const space = { parameters: [{ ...spec().space.parameters[0], max: 0.5 } as FloatParameter], constraints: [] };
    const forgiven = { ended: 12, failed: 10 };
    expect(await amend({ space, forgiven })).toMatchObject({ amendments: 1, spec: { ...spec(), space, forgiven } });
    expect(await amend({ space, forgiven }, 0)).toMatchObject({ amendments: 1 });
    const { items } = await store().readEvents("s", { limit: 9 });
    expect(items.at(-1)).toMatchObject({
      type: "amended",
      changes: { "parameters.x.max": { from: 1, to: 0.5 }, forgiven: { from: null, to: forgiven } },
    });
  });

  it("amends for one of those who have seen the same", async () => {
    await store().createStudy("s", spec(), NOON);
    const answers = await Promise.all([91, 92, 93].map((trials) => amend({ trials }, 0)));
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
    expect(await store().getStudy("s")).toMatchObject({ amendments: 1 });
  });

  it("keeps what another has amended, where it is told nothing of it", async () => {
    await store().createStudy("s", spec(), NOON);
    await Promise.all([amend({ trials: 91 }), amend({ parallel: 9 })]);
    expect(await store().getStudy("s")).toMatchObject({ amendments: 2, spec: { trials: 91, parallel: 9 } });
  });

  it("keeps trials in reach when a study grows", async () => {
    await running(store(), 2, { trials: 10 });
    await amend({ trials: 5000 });
    await openNew(store(), "s", 2, 3, 30);
    const trials = await store().readTrials("s", { from: 1, to: 32 });
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
  });

  it("hands out records that no other answer shares", async () => {
    const given = spec();
    await store().createStudy("s", given, NOON);
    await store().beginGeneration("s", { generation: 1, execution: "s-g1", at: NOON + 1 });
    await openNew(store(), "s", 1, 1, 1);
    const { number } = await claimed(store(), "s");
    const { trial } = await store().settleTrial("s", number, success(1));
    (given.fixed as Record<string, unknown>)["dataset"] = "changed";
    (trial.parameters as Record<string, unknown>)["x"] = "changed";
    (trial.metrics as Record<string, unknown>)["error"] = "changed";

    const study = await store().getStudy("s");
    expect(study?.spec).toEqual(spec());
    Reflect.set(study?.spec.fixed ?? {}, "dataset", "changed");
    Reflect.set(study?.epoch.ready ?? [], 0, "changed");
    Object.assign(study?.counts ?? {}, { succeeded: 9 });
    expect(await store().getStudy("s")).toMatchObject({
      spec: spec(),
      epoch: { ready: [{ from: 1, to: 1 }] },
      counts: { succeeded: 1 },
      best: { parameters: { x: 1 } },
    });
    expect(await store().getTrial("s", 1)).toMatchObject({ parameters: { x: 1 }, metrics: { error: 1 } });
  });

  it("answers null or nothing for what does not exist", async () => {
    expect(await store().getStudy("none")).toBeNull();
    expect(await store().getTrial("none", 1)).toBeNull();
    expect(await store().readTrials("none", { from: 1, to: 9 })).toEqual([]);
    expect(await store().listStudies({ limit: 5 })).toEqual({ items: [], next: null });
    expect(await store().readEvents("none", { limit: 5 })).toEqual({ items: [], next: null });
    expect(await store().deleteStudy("none")).toBe(false);
    await running(store(), 1);
    expect(await store().getTrial("s", 2)).toBeNull();
    expect(await store().readTrials("s", { from: 2, to: 9 })).toEqual([]);
  });

  it("throws NOT_FOUND for arrows of what does not exist", async () => {
    await running(store(), 1);
    const reason = { code: "X", message: "" };
    const requeue = { countsAttempt: true, lost: false, reason, at: NOON };
    const best = { trial: 1, parameters: {}, metrics: {}, score: 1 };
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store().beginGeneration("none", { generation: 1, execution: "x", at: NOON }),
      () => openNew(store(), "none", 1, 1, 1),
      () => claimed(store(), "none"),
      () => store().moveStudy("none", { from: ["CREATED"], to: "RUNNING", reason: null, at: NOON }),
      () => store().amendStudy("none", { spec: { trials: 9 }, reason: AMENDED, at: NOON }),
      () => store().improveBest("none", best, NOON),
      () => store().settleTrial("none", 1, success(1)),
      () => store().settleTrial("s", 2, success(1)),
      () => store().requeueTrial("none", 1, requeue),
      () => store().requeueTrial("s", 2, requeue),
      () => store().cancelTrials("none", [1], reason, NOON),
      () => store().cancelTrials("s", [2], reason, NOON),
    ];
    for (const call of calls) await expect(call(), call.toString()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
}
