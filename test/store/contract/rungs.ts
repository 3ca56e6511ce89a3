import { expect, it } from "vitest";
import type { Pause, Promotion, StudyStore } from "../../../lib/store/study-store.ts";
import type { Epoch } from "../../../lib/study/records.ts";
import { claimed, failure, NOON, proposals, running, success } from "../fixtures.ts";

/** Trials that may be cut short: they stand on rungs 1, 3 and 9. */
export function rungsContract(store: () => StudyStore): void {
  async function started(count: number): Promise<void> {
    await running(store(), 0);
    await open(1, { count });
  }

  async function open(
    number: number,
    { count = 0, promotions = [] }: { count?: number; promotions?: readonly Promotion[] },
  ): Promise<Epoch> {
    return store().openEpoch("s", {
      generation: 1,
      number,
      created: (await store().getStudy("s"))?.created ?? 0,
      proposals: proposals(1, count).map((proposal) => ({ ...proposal, fidelity: 1 })),
      promotions,
      ready: [{ from: 1, to: 3 }],
      slots: 1,
      trialsPerSlot: 3,
      at: NOON + 2,
    });
  }

  const pause = (fidelity: number, error: number, more: Partial<Pause> = {}): ReturnType<StudyStore["pauseTrial"]> =>
    store().pauseTrial("s", 1, {
      fidelity,
      metrics: { error },
      feasible: true,
      costUsd: null,
      lease: null,
      at: NOON + 4,
      ...more,
    });

  it("pauses a trial with what it measured, once, and is no best", async () => {
    await started(1);
    const before = await claimed(store(), "s");
    expect(before).toMatchObject({ fidelity: 1, rungs: [] });
    const answers = await Promise.all([1, 2, 3].map(() => pause(1, 0.5, { standardErrors: { error: 0.1 } })));
    expect(answers.filter(({ paused }) => paused)).toHaveLength(1);
    const measured = { metrics: { error: 0.5 }, standardErrors: { error: 0.1 }, feasible: true };
    const rungs = [{ fidelity: 1, ...measured }];
    const after = { ...before, ...measured, rungs, state: "PAUSED", lease: null };
    expect(await store().getTrial("s", 1)).toEqual(after);
    expect(answers.map(({ trial }) => trial)).toEqual([after, after, after]);
    expect(await store().getStudy("s")).toMatchObject({
      best: null,
      counts: { proposed: 0, running: 0, paused: 1 },
      updatedAt: NOON + 4,
    });
    expect((await pause(1, 0.7)).paused).toBe(false);
  });

  it("promotes with the epoch, and what is claimed then keeps what it measured", async () => {
    await started(1);
    await claimed(store(), "s");
    const { trial } = await pause(1, 0.5);
    await open(2, { promotions: [{ number: 1, fidelity: 3 }] });
    expect(await store().getTrial("s", 1)).toEqual({ ...trial, state: "PROPOSED", fidelity: 3 });
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 1, paused: 0 });
    expect(await claimed(store(), "s", { epoch: 2 })).toMatchObject({ fidelity: 3, attempts: 2, rungs: trial.rungs });
    await pause(3, 0.4, { standardErrors: { error: 0.1 } });
    await open(3, { promotions: [{ number: 1, fidelity: 9 }] });
    await claimed(store(), "s", { epoch: 3 });
    const end = await store().settleTrial("s", 1, success(0.3, { fidelity: 9 }));
    expect(end).toMatchObject({ settled: true, trial: { metrics: { error: 0.3 }, fidelity: 9 } });
    expect(end.trial).not.toHaveProperty("standardErrors");
    expect(end.trial.rungs.map(({ fidelity, metrics }) => [fidelity, metrics["error"]])).toEqual([
      [1, 0.5],
      [3, 0.4],
    ]);
    expect(await store().getStudy("s")).toMatchObject({
      best: { trial: 1, score: 0.3 },
      counts: { paused: 0, succeeded: 1 },
    });
  });

  it("promotes nothing but what is paused below, and nothing twice", async () => {
    await started(3);
    await claimed(store(), "s");
    await pause(1, 0.5);
    const promotions = [
      { number: 1, fidelity: 1 },
      { number: 2, fidelity: 3 },
      { number: 9, fidelity: 3 },
    ];
    const before = await store().readTrials("s", { from: 1, to: 9 });
    await open(2, { promotions });
    expect(await store().readTrials("s", { from: 1, to: 9 })).toEqual(before);
    await open(3, { promotions: [{ number: 1, fidelity: 3 }] });
    await claimed(store(), "s", { epoch: 3 });
    await open(3, { promotions: [{ number: 1, fidelity: 9 }] });
    expect(await store().getTrial("s", 1)).toMatchObject({ state: "RUNNING", fidelity: 3 });
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 2, running: 1, paused: 0 });
  });

  it("takes no report of an earlier rung, of none, or of a trial that has ended", async () => {
    await started(1);
    await claimed(store(), "s");
    await pause(1, 0.5);
    await open(2, { promotions: [{ number: 1, fidelity: 3 }] });
    await claimed(store(), "s", { epoch: 2 });
    const before = await store().getStudy("s");
    expect((await pause(1, 0.1)).paused).toBe(false);
    expect((await store().settleTrial("s", 1, success(0.1, { fidelity: 1 }))).settled).toBe(false);
    expect((await store().settleTrial("s", 1, success(0.1))).settled).toBe(false);
    expect(await store().getStudy("s")).toEqual(before);
    await store().settleTrial("s", 1, success(0.4, { fidelity: 3 }));
    expect((await pause(3, 0.1)).paused).toBe(false);
    const unknown = { fidelity: 1, metrics: {}, feasible: true, costUsd: null, lease: null, at: NOON };
    await expect(store().pauseTrial("s", 7, unknown)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("takes the result of a trial that was given up for dead", async () => {
    await started(1);
    await claimed(store(), "s");
    await store().requeueTrial("s", 1, { countsAttempt: false, lost: true, reason: null, at: NOON + 3 });
    expect(await pause(1, 0.5)).toMatchObject({ paused: true, trial: { state: "PAUSED", attempts: 0 } });
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 0, paused: 1 });
  });

  it("adds the costs of its rungs up", async () => {
    await started(1);
    await claimed(store(), "s");
    await pause(1, 0.5, { costUsd: 0.25 });
    await open(2, { promotions: [{ number: 1, fidelity: 3 }] });
    expect((await claimed(store(), "s", { epoch: 2 })).cost).toEqual({ usd: 0.25 });
    const { trial } = await store().settleTrial("s", 1, success(0.4, { fidelity: 3, costUsd: 0.5 }));
    expect(trial.cost).toEqual({ usd: 0.75 });
    expect((await store().getStudy("s"))?.spentUsd).toBe(0.75);
  });

  it("keeps of a trial that is stopped as it trains how far it had come, where that is told", async () => {
    await started(1);
    const { lease } = await claimed(store(), "s");
    const settlement = failure(null, {
      ...{ state: "STOPPED", metrics: { error: 0.5 }, fidelity: 1, lease, reached: 0.25 },
      reason: { code: "BEHIND", message: "it was behind" },
    });
    const { trial, settled } = await store().settleTrial("s", 1, settlement);
    expect(settled).toBe(true);
    expect(trial).toMatchObject({ state: "STOPPED", metrics: { error: 0.5 }, fidelity: 0.25, rungs: [] });
    expect(await store().settleTrial("s", 1, settlement)).toEqual({ trial, settled: false });
    expect((await store().settleTrial("s", 1, success(0.1, { fidelity: 1 }))).settled).toBe(false);
  });

  const stop = (fidelity: number): ReturnType<StudyStore["settleTrial"]> =>
    store().settleTrial("s", 1, failure(null, { state: "STOPPED", fidelity, at: NOON + 9 }));

  it("stops a paused trial where it stands, once", async () => {
    await started(1);
    await claimed(store(), "s");
    expect((await stop(1)).settled, "it runs").toBe(false);
    const { trial } = await pause(1, 0.5);
    const stops = await Promise.all([stop(1), stop(1)]);
    expect(stops.filter(({ settled }) => settled)).toHaveLength(1);
    const reason = expect.objectContaining({ code: expect.any(String) });
    expect(await store().getTrial("s", 1)).toEqual({ ...trial, state: "STOPPED", reason, endedAt: NOON + 9 });
    expect((await store().getStudy("s"))?.counts).toMatchObject({ paused: 0, stopped: 1 });
    await open(2, { promotions: [{ number: 1, fidelity: 3 }] });
    expect(await store().getTrial("s", 1)).toMatchObject({ state: "STOPPED", fidelity: 1 });
  });

  it("stops a promoted trial on the rung that it has measured; one that has measured none is cancelled alone", async () => {
    await started(1);
    expect((await stop(1)).settled).toBe(false);
    await claimed(store(), "s");
    await pause(1, 0.5);
    await open(2, { promotions: [{ number: 1, fidelity: 3 }] });
    expect(await stop(3)).toMatchObject({
      settled: true,
      trial: { state: "STOPPED", fidelity: 1, metrics: { error: 0.5 } },
    });
  });

  it("fails on a higher rung, and keeps the lower ones", async () => {
    await started(1);
    await claimed(store(), "s");
    const { trial } = await pause(1, 0.5);
    await open(2, { promotions: [{ number: 1, fidelity: 3 }] });
    const { lease } = await claimed(store(), "s", { epoch: 2 });
    expect(await store().settleTrial("s", 1, failure(lease, { fidelity: 3 }))).toMatchObject({
      settled: true,
      trial: { state: "FAILED", metrics: null, feasible: null, fidelity: 3, rungs: trial.rungs },
    });
  });
}
