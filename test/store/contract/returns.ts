import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { claimed, NOON, openNew, running, success } from "../fixtures.ts";

const REASON = { code: "REQUEUED", message: "throttled" };

export function returnsContract(store: () => StudyStore): void {
  const requeue = (lease: string | null, countsAttempt: boolean, lost: boolean): Promise<boolean> =>
    store().requeueTrial("s", 1, {
      ...(lease === null ? {} : { lease }),
      countsAttempt,
      lost,
      reason: REASON,
      at: NOON + 5,
    });

  it.each([
    [true, false, 1, 0],
    [false, false, 0, 0],
    [false, true, 0, 1],
    [true, true, 1, 1],
  ])(
    "requeues with countsAttempt %s, lost %s: attempts %i, lost %i",
    async (countsAttempt, wasLost, attempts, lost) => {
      await running(store(), 1);
      const before = await claimed(store(), "s");
      expect(await requeue(before.lease, countsAttempt, wasLost)).toBe(true);
      const after = { ...before, state: "PROPOSED", attempts, lost, lease: null, reason: REASON };
      expect(await store().getTrial("s", 1)).toEqual(after);
      expect(await store().getStudy("s")).toMatchObject({ counts: { proposed: 1, running: 0 }, updatedAt: NOON + 5 });
    },
  );

  it("requeues once, for the holder of the lease alone", async () => {
    await running(store(), 1);
    const { lease } = await claimed(store(), "s");
    expect(await requeue("another", true, true)).toBe(false);
    const answers = await Promise.all([1, 2, 3, 4].map(() => requeue(lease, true, true)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await requeue(lease, true, true)).toBe(false);
    expect(await store().getTrial("s", 1)).toMatchObject({ state: "PROPOSED", lost: 1, attempts: 1 });
    await openNew(store(), "s", 2, 1, 1);
    await claimed(store(), "s", { epoch: 2 });
    expect(await requeue(lease, true, true), "an old lease").toBe(false);
    expect((await store().getStudy("s"))?.counts).toMatchObject({ running: 1, proposed: 0 });
  });

  it("requeues for a plan that names no lease", async () => {
    await running(store(), 1);
    expect(await requeue(null, false, true), "not running").toBe(false);
    await claimed(store(), "s");
    expect(await requeue(null, false, true)).toBe(true);
    expect(await store().getTrial("s", 1)).toMatchObject({ state: "PROPOSED", attempts: 0, lost: 1 });
  });

  it("does not requeue what has ended", async () => {
    await running(store(), 1);
    const { lease } = await claimed(store(), "s");
    await store().settleTrial("s", 1, success(1));
    const before = await store().getStudy("s");
    expect(await requeue(lease, true, false)).toBe(false);
    expect(await requeue(null, true, false)).toBe(false);
    expect(await store().getStudy("s")).toEqual(before);
  });

  it("keeps the reason of a requeue until the trial ends", async () => {
    await running(store(), 1);
    const { lease } = await claimed(store(), "s");
    await requeue(lease, true, false);
    await openNew(store(), "s", 2, 1, 1);
    expect((await claimed(store(), "s", { epoch: 2 })).reason).toEqual(REASON);
    expect((await store().settleTrial("s", 1, success(1))).trial.reason).toBeNull();
  });

  it("cancels a proposed trial, once", async () => {
    await running(store(), 2);
    const before = await store().getTrial("s", 1);
    const reason = { code: "STUDY_ENDED", message: "target reached" };
    const cancels = await Promise.all([1, 2, 3].map(() => store().cancelTrials("s", [1], reason, NOON + 5)));
    expect(cancels.flat()).toEqual([1]);
    expect(await store().getTrial("s", 1)).toEqual({ ...before, state: "CANCELLED", reason, endedAt: NOON + 5 });
    expect(await store().getStudy("s")).toMatchObject({ counts: { proposed: 1, cancelled: 1 }, updatedAt: NOON + 5 });
    expect((await store().settleTrial("s", 1, success(1))).settled, "a result for a cancelled trial").toBe(false);
  });

  it("cancels many at once, each for itself, also while others claim them", async () => {
    await running(store(), 130);
    const all = Array.from({ length: 130 }, (_, i) => i + 1);
    const claims = Promise.all([0, 1, 2].map((slot) => claimed(store(), "s", { slot })));
    const gone = await store().cancelTrials("s", all, REASON, NOON + 5);
    const taken = (await claims).map(({ number }) => number);
    expect([...gone, ...taken].sort((a, b) => a - b)).toEqual(all);
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 0, running: 3, cancelled: 127 });
    expect(await store().cancelTrials("s", all, REASON, NOON + 6)).toEqual([]);
    expect(await store().cancelTrials("s", [], REASON, NOON + 6)).toEqual([]);
  });

  it("cancels neither a running trial nor one that has ended", async () => {
    await running(store(), 1);
    await claimed(store(), "s");
    expect(await store().cancelTrials("s", [1], REASON, NOON + 5)).toEqual([]);
    await store().settleTrial("s", 1, success(1));
    expect(await store().cancelTrials("s", [1], REASON, NOON + 5)).toEqual([]);
    expect((await store().getStudy("s"))?.counts).toMatchObject({ succeeded: 1, cancelled: 0 });
  });
}
