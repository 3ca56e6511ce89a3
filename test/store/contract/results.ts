import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { claimed, failure, NOON, openNew, running, success } from "../fixtures.ts";

export function resultsContract(store: () => StudyStore): void {
  it("ends a trial with its result", async () => {
    await running(store(), 2);
    const running1 = await claimed(store(), "s");
    const { trial, settled } = await store().settleTrial(
      "s",
      1,
      success(0.5, { costUsd: 0.25, lease: running1.lease }),
    );
    expect(settled).toBe(true);
    expect(trial).toEqual({
      ...running1,
      state: "SUCCEEDED",
      metrics: { error: 0.5 },
      feasible: true,
      lease: null,
      endedAt: NOON + 4,
      cost: { usd: 0.25 },
    });
    expect(await store().getTrial("s", 1)).toEqual(trial);
    expect(await store().getStudy("s")).toMatchObject({
      counts: { proposed: 1, running: 0, succeeded: 1 },
      best: { trial: 1, parameters: { x: 1 }, metrics: { error: 0.5 }, score: 0.5 },
      endedAtBest: 1,
      spentUsd: 0.25,
      updatedAt: NOON + 4,
    });
  });

  it("keeps the first result, and answers another with it", async () => {
    await running(store(), 1);
    await claimed(store(), "s");
    const { trial } = await store().settleTrial("s", 1, success(0.5, { costUsd: 1 }));
    const before = await store().getStudy("s");
    expect(await store().settleTrial("s", 1, success(0.5, { costUsd: 1 }))).toEqual({ trial, settled: false });
    expect(await store().settleTrial("s", 1, success(0.1, { costUsd: 1 }))).toEqual({ trial, settled: false });
    expect(await store().settleTrial("s", 1, failure("g1/e1/s0/0"))).toEqual({ trial, settled: false });
    expect(await store().getStudy("s")).toEqual(before);
  });

  it("counts one of many results that come at once", async () => {
    await running(store(), 1);
    await claimed(store(), "s");
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store().settleTrial("s", 1, success(i, { costUsd: 0.5 }))),
    );
    expect(answers.filter(({ settled }) => settled)).toHaveLength(1);
    expect(new Set(answers.map(({ trial }) => JSON.stringify(trial))).size).toBe(1);
    expect(await store().getStudy("s")).toMatchObject({
      counts: { running: 0, succeeded: 1 },
      spentUsd: 0.5,
      best: { score: answers.find(({ settled }) => settled)?.trial.metrics?.["error"] },
    });
  });

  it("takes a valid result from a worker given up for dead", async () => {
    await running(store(), 1);
    const dead = await claimed(store(), "s");
    await store().requeueTrial("s", 1, { countsAttempt: false, lost: true, reason: null, at: NOON + 4 });
    const requeued = await store().settleTrial("s", 1, success(0.5, { lease: dead.lease }));
    expect(requeued).toMatchObject({ settled: true, trial: { state: "SUCCEEDED", attempts: 0, lost: 1 } });
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 0, succeeded: 1 });
  });

  it("takes a valid result from a dead worker while another runs the trial", async () => {
    await running(store(), 1);
    const dead = await claimed(store(), "s");
    await store().requeueTrial("s", 1, { countsAttempt: false, lost: true, reason: null, at: NOON + 4 });
    await openNew(store(), "s", 2, 1, 1);
    const live = await claimed(store(), "s", { epoch: 2 });
    const infeasible = { ...success(0), state: "INFEASIBLE", metrics: { error: null }, score: null } as const;
    expect((await store().settleTrial("s", 1, { ...infeasible, lease: dead.lease })).settled).toBe(true);
    const late = await store().settleTrial("s", 1, success(0.1, { lease: live.lease }));
    expect(late).toMatchObject({ settled: false, trial: { state: "INFEASIBLE" } });
    expect((await store().getStudy("s"))?.counts).toMatchObject({ running: 0, infeasible: 1, succeeded: 0 });
  });

  it.each(["FAILED", "STOPPED"] as const)("takes %s from the holder of the lease alone", async (state) => {
    await running(store(), 1);
    expect((await store().settleTrial("s", 1, failure(null, { state }))).settled, "nobody runs it").toBe(false);
    const { lease } = await claimed(store(), "s");
    const before = await store().getStudy("s");
    expect((await store().settleTrial("s", 1, failure("another", { state }))).settled).toBe(false);
    expect((await store().settleTrial("s", 1, failure(null, { state }))).settled).toBe(false);
    expect(await store().getStudy("s")).toEqual(before);
    expect(await store().settleTrial("s", 1, failure(lease, { state, costUsd: 0.5 }))).toMatchObject({
      settled: true,
      trial: { state, lease: null, reason: { code: "TRIAL_FAILED", message: "exit code 1" }, cost: { usd: 0.5 } },
    });
    const counted = state === "FAILED" ? "failed" : "stopped";
    expect(await store().getStudy("s")).toMatchObject({
      counts: { running: 0, [counted]: 1 },
      best: null,
      spentUsd: 0.5,
    });
  });

  it("keeps the best: lower scores win, of equal ones the lower number", async () => {
    await running(store(), 6);
    const best = async (): Promise<readonly unknown[]> => {
      const study = await store().getStudy("s");
      return [study?.best?.trial, study?.best?.score, study?.endedAtBest];
    };
    await store().settleTrial("s", 4, success(2));
    expect(await best()).toEqual([4, 2, 1]);
    await store().settleTrial("s", 5, success(2));
    expect(await best(), "a tie, later").toEqual([4, 2, 1]);
    await store().settleTrial("s", 2, success(2));
    expect(await best(), "a tie, earlier").toEqual([2, 2, 3]);
    await store().settleTrial("s", 1, success(3));
    expect(await best(), "worse").toEqual([2, 2, 3]);
    await store().settleTrial("s", 3, success(1, { feasible: false, score: null }));
    expect(await best(), "without a score").toEqual([2, 2, 3]);
    await store().settleTrial("s", 6, success(-1));
    expect(await best(), "better").toEqual([6, -1, 6]);
  });

  it("finds the best of results that come at once", async () => {
    await running(store(), 12);
    const scores = [5, 3, 8, 1, 9, 1, 7, 2, 4, 6, 1, 3];
    await Promise.all(scores.map((score, i) => store().settleTrial("s", i + 1, success(score))));
    expect(await store().getStudy("s")).toMatchObject({ best: { trial: 4, score: 1 }, counts: { succeeded: 12 } });
  });

  it("does not count cancelled trials as ended", async () => {
    await running(store(), 3);
    await store().cancelTrials("s", [1], { code: "X", message: "" }, NOON + 3);
    await store().settleTrial("s", 2, success(1));
    expect((await store().getStudy("s"))?.endedAtBest).toBe(1);
  });

  it("improves the best only", async () => {
    await running(store(), 3);
    for (const number of [1, 2, 3]) await store().settleTrial("s", number, success(number, { score: null }));
    const best = (trial: number, score: number) => ({
      trial,
      score,
      parameters: { x: 1 / trial },
      metrics: { error: trial },
    });
    await store().improveBest("s", best(2, 2), NOON + 5);
    expect(await store().getStudy("s")).toMatchObject({ best: best(2, 2), endedAtBest: 3, updatedAt: NOON + 5 });
    const before = await store().getStudy("s");
    await store().improveBest("s", best(2, 2), NOON + 6);
    await store().improveBest("s", best(3, 2), NOON + 6);
    await store().improveBest("s", best(3, 3), NOON + 6);
    expect(await store().getStudy("s")).toEqual(before);
    await store().improveBest("s", best(1, 2), NOON + 6);
    expect((await store().getStudy("s"))?.best).toEqual(best(1, 2));
  });

  it("adds up many small costs", async () => {
    await running(store(), 10);
    for (let number = 1; number <= 10; number++) await store().settleTrial("s", number, success(1, { costUsd: 1e-7 }));
    expect((await store().getStudy("s"))?.spentUsd).toBeCloseTo(1e-6, 9);
  });
}
