import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { Trial } from "../../../lib/study/records.ts";
import { claim, claimed, failure, NOON, openNew, proposals, running, success } from "../fixtures.ts";

const SLOTS = 16;

export function claimsContract(store: () => StudyStore): void {
  it("starts the next ready trial", async () => {
    await running(store(), 2);
    const before = await store().getTrial("s", 1);
    const trial = await claimed(store(), "s");
    expect(trial).toEqual({ ...before, state: "RUNNING", attempts: 1, lease: "g1/e1/s0/0", startedAt: NOON + 3 });
    expect(await store().getTrial("s", 1)).toEqual(trial);
    expect(await store().getStudy("s")).toMatchObject({ counts: { proposed: 1, running: 1 }, updatedAt: NOON + 3 });
  });

  it("follows the order of the ready ranges", async () => {
    await running(store(), 6);
    await store().openEpoch("s", {
      generation: 1,
      number: 2,
      created: 6,
      proposals: proposals(7, 2),
      ready: [
        { from: 4, to: 5 },
        { from: 8, to: 8 },
        { from: 1, to: 2 },
      ],
      slots: 1,
      trialsPerSlot: 9,
      at: NOON + 3,
    });
    const numbers: (number | undefined)[] = [];
    for (let seq = 0; seq < 6; seq++) numbers.push((await store().claimTrial("s", claim({ epoch: 2, seq })))?.number);
    expect(numbers).toEqual([4, 5, 8, 1, 2, undefined]);
  });

  it("gives each ready trial once to slots that claim at once, and all of them", async () => {
    await running(store(), 64);
    const slot = async (index: number): Promise<Trial[]> => {
      const trials: Trial[] = [];
      for (let seq = 0; ; seq++) {
        const trial = await store().claimTrial("s", claim({ slot: index, seq }));
        if (trial === null) return trials;
        trials.push(trial);
      }
    };
    const given = (await Promise.all(Array.from({ length: SLOTS }, (_, i) => slot(i)))).flat();
    expect(given.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, i) => i + 1),
    );
    expect(new Set(given.map(({ lease }) => lease)).size).toBe(64);
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 0, running: 64 });
  });

  it("answers the same claim with the same trial", async () => {
    await running(store(), 3);
    const first = await claimed(store(), "s");
    const second = await claimed(store(), "s", { seq: 1 });
    const before = await store().getStudy("s");
    expect(await claimed(store(), "s", { at: NOON + 9 })).toEqual(first);
    expect(await claimed(store(), "s", { seq: 1 })).toEqual(second);
    expect(await store().getStudy("s")).toEqual(before);
    expect(second.number).toBe(2);
  });

  it("answers one claim made many times at once with one trial", async () => {
    await running(store(), 20);
    const trials = await Promise.all(Array.from({ length: 6 }, () => claimed(store(), "s")));
    expect(new Set(trials.map(({ number }) => number)).size).toBe(1);
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 19, running: 1 });
  });

  it("ends a trial and starts the next in one call, and again gives the same, however often and whatever comes between", async () => {
    await running(store(), 20);
    const { number, lease } = await claimed(store(), "s");
    const exchange = (): ReturnType<StudyStore["settleAndClaim"]> =>
      store().settleAndClaim("s", number, success(1, { lease }), claim({ seq: 1, lease: "g1/e1/s0/1" }));
    const answers = await Promise.all(Array.from({ length: 6 }, exchange));
    expect(answers.filter(({ settled }) => settled)).toHaveLength(1);
    const started = answers[0]?.claimed;
    expect(started).toMatchObject({ state: "RUNNING", lease: "g1/e1/s0/1" });
    for (const answer of answers) expect(answer).toMatchObject({ trial: { state: "SUCCEEDED" }, claimed: started });
    expect(await store().getStudy("s")).toMatchObject({
      counts: { proposed: 18, running: 1, succeeded: 1 },
      best: { trial: number },
    });
    const { trial } = await store().settleTrial("s", started?.number ?? 0, success(2, { lease: "g1/e1/s0/1" }));
    expect(await exchange()).toMatchObject({ settled: false, claimed: trial });
  });

  it("gives each slot that exchanges its trials each trial once, and ends each, though others exchange at once", async () => {
    await running(store(), 40);
    const slot = async (index: number): Promise<number[]> => {
      const numbers: number[] = [];
      const leaseOf = (seq: number): string => `g1/e1/s${index}/${seq}`;
      let trial = await store().claimTrial("s", claim({ slot: index, lease: leaseOf(0) }));
      for (let seq = 1; trial !== null; seq++) {
        numbers.push(trial.number);
        const end = success(trial.number, { lease: trial.lease });
        const next = claim({ slot: index, seq, lease: leaseOf(seq) });
        trial = (await store().settleAndClaim("s", trial.number, end, next)).claimed;
      }
      return numbers;
    };
    const given = (await Promise.all(Array.from({ length: 8 }, (_, i) => slot(i)))).flat();
    expect(given.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(await store().getStudy("s")).toMatchObject({
      counts: { proposed: 0, running: 0, succeeded: 40 },
      best: { trial: 1 },
      endedAtBest: expect.any(Number),
    });
  });

  it("answers the same claim with its trial as it stands, when the study has gone on", async () => {
    await running(store(), 2);
    const { number, lease } = await claimed(store(), "s");
    const { trial } = await store().settleTrial("s", number, success(1, { lease }));
    await openNew(store(), "s", 2, 3, 1);
    expect(await store().claimTrial("s", claim())).toEqual(trial);
    await store().moveStudy("s", { from: ["RUNNING"], to: "PAUSED", reason: null, at: NOON + 5 });
    expect(await store().claimTrial("s", claim())).toEqual(trial);
  });

  it("tells claims of other epochs, slots and turns apart", async () => {
    await running(store(), 2);
    await claimed(store(), "s");
    expect((await claimed(store(), "s", { slot: 1 })).number).toBe(2);
    await openNew(store(), "s", 2, 3, 2);
    expect((await claimed(store(), "s", { epoch: 2 })).number).toBe(3);
    expect((await claimed(store(), "s", { epoch: 2, seq: 1 })).number).toBe(4);
  });

  it("gives nothing before the first epoch, or when none is left", async () => {
    await running(store(), 0);
    expect(await store().claimTrial("s", claim())).toBeNull();
    expect(await store().claimTrial("s", claim({ epoch: 0 }))).toBeNull();
    await openNew(store(), "s", 1, 1, 1);
    await claimed(store(), "s");
    expect(await store().claimTrial("s", claim({ seq: 1 }))).toBeNull();
    expect(await store().claimTrial("s", claim({ seq: 1 }))).toBeNull();
  });

  it("gives nothing to another epoch or generation", async () => {
    await running(store(), 3);
    expect(await store().claimTrial("s", claim({ epoch: 2 }))).toBeNull();
    expect(await store().claimTrial("s", claim({ generation: 2 }))).toBeNull();
    await store().beginGeneration("s", { generation: 2, execution: "s-g2", at: NOON + 3 });
    expect(await store().claimTrial("s", claim())).toBeNull();
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 3, running: 0 });
  });

  it("gives nothing while the study does not run", async () => {
    await running(store(), 3);
    await store().moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: null, at: NOON + 3 });
    expect(await store().claimTrial("s", claim())).toBeNull();
    expect((await store().getTrial("s", 1))?.state).toBe("PROPOSED");
  });

  it("passes over trials that are not PROPOSED, and over numbers without a trial", async () => {
    await running(store(), 4);
    await store().settleTrial("s", 1, success(1));
    await store().cancelTrials("s", [2], { code: "X", message: "" }, NOON + 3);
    await store().openEpoch("s", {
      generation: 1,
      number: 2,
      created: 4,
      proposals: [],
      ready: [
        { from: 9, to: 10 },
        { from: 1, to: 3 },
      ],
      slots: 1,
      trialsPerSlot: 4,
      at: NOON + 4,
    });
    expect((await claimed(store(), "s", { epoch: 2 })).number).toBe(3);
    expect(await store().claimTrial("s", claim({ epoch: 2, seq: 1 }))).toBeNull();
  });

  it("gives a trial once an epoch: what is requeued waits for the next", async () => {
    await running(store(), 1);
    const { lease } = await claimed(store(), "s");
    const requeue = { lease: lease ?? "", countsAttempt: true, lost: false, reason: null, at: NOON + 5 };
    await store().requeueTrial("s", 1, requeue);
    expect(await store().claimTrial("s", claim({ seq: 1 }))).toBeNull();
    const ready = [{ from: 1, to: 1 }];
    await store().openEpoch("s", {
      generation: 1,
      number: 2,
      created: 1,
      proposals: [],
      ready,
      slots: 1,
      trialsPerSlot: 1,
      at: NOON + 6,
    });
    const again = await claimed(store(), "s", { epoch: 2, at: NOON + 7 });
    expect(again).toMatchObject({ number: 1, attempts: 2, lease: "g1/e2/s0/0", startedAt: NOON + 3 });
  });

  it("keeps a claim and a result from mixing when they come at once", async () => {
    await running(store(), 12);
    const late = Array.from({ length: 12 }, (_, i) => store().settleTrial("s", i + 1, success(i)));
    const claims = Array.from({ length: 12 }, (_, i) => store().claimTrial("s", claim({ slot: i })));
    await Promise.all([...late, ...claims]);
    const trials = await store().readTrials("s", { from: 1, to: 12 });
    expect(trials.every(({ state, lease }) => state === "SUCCEEDED" && lease === null)).toBe(true);
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 0, running: 0, succeeded: 12 });
    expect((await store().settleTrial("s", 1, failure(null))).settled).toBe(false);
  });
}
