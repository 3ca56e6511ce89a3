import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { claim, claimed, NOON, openNew, proposals, running } from "../fixtures.ts";

type Addition = Parameters<StudyStore["addProposals"]>[1];

export function additionsContract(store: () => StudyStore): void {
  const add = (created: number, count: number, changes: Partial<Addition> = {}): Promise<boolean> =>
    store().addProposals("s", {
      ...{ generation: 1, epoch: 1, created, proposals: proposals(created + 1, count), at: NOON + 5 },
      ...changes,
    });

  it("adds trials that whoever claims next gets, after those that were ready", async () => {
    await running(store(), 2);
    await claimed(store(), "s");
    expect(await add(2, 2)).toBe(true);
    expect(await store().getStudy("s")).toMatchObject({
      created: 4,
      counts: { proposed: 3, running: 1 },
      epoch: { number: 1, ready: [{ from: 1, to: 4 }], slots: 4, trialsPerSlot: 2 },
      updatedAt: NOON + 5,
    });
    const numbers: (number | undefined)[] = [];
    for (let seq = 1; seq < 5; seq++) numbers.push((await store().claimTrial("s", claim({ seq })))?.number);
    expect(numbers).toEqual([2, 3, 4, undefined]);
  });

  it("gives what is added after all had been taken to the claim that found nothing", async () => {
    await running(store(), 1);
    await claimed(store(), "s");
    expect(await store().claimTrial("s", claim({ slot: 1 }))).toBeNull();
    await add(1, 1);
    expect((await claimed(store(), "s", { slot: 1 })).number).toBe(2);
    expect(await store().claimTrial("s", claim({ slot: 2 }))).toBeNull();
  });

  it("lays them beside ranges that end elsewhere, and the next ones to them", async () => {
    await running(store(), 3);
    await store().openEpoch("s", {
      ...{ generation: 1, number: 2, created: 3, proposals: [], slots: 1, trialsPerSlot: 9, at: NOON + 3 },
      ready: [{ from: 1, to: 1 }],
    });
    await add(3, 2, { epoch: 2 });
    await add(5, 3, { epoch: 2 });
    const ready = [
      { from: 1, to: 1 },
      { from: 4, to: 8 },
    ];
    expect((await store().getStudy("s"))?.epoch.ready).toEqual(ready);
    await openNew(store(), "s", 3, 9, 1);
    expect((await store().getStudy("s"))?.epoch.ready).toEqual([{ from: 9, to: 9 }]);
  });

  it("adds once for many who saw the same study", async () => {
    await running(store(), 2);
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => add(2, 3 + (i % 2))));
    expect(answers.filter(Boolean)).toHaveLength(1);
    const study = await store().getStudy("s");
    const created = answers[0] || answers[2] || answers[4] ? 5 : 6;
    expect(study).toMatchObject({
      created,
      counts: { proposed: created },
      epoch: { ready: [{ from: 1, to: created }] },
    });
    expect(await store().readTrials("s", { from: 1, to: created })).toHaveLength(created);
    expect(await add(2, 3)).toBe(false);
    expect(await store().getStudy("s")).toEqual(study);
  });

  it("changes nothing in another generation, in another epoch, or while the study does not run", async () => {
    await running(store(), 2);
    const before = await store().getStudy("s");
    expect(await add(2, 1, { generation: 2 })).toBe(false);
    expect(await add(2, 1, { epoch: 2 })).toBe(false);
    expect(await add(1, 1)).toBe(false);
    expect(await store().getStudy("s")).toEqual(before);
    await store().moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: null, at: NOON + 6 });
    expect(await add(2, 1)).toBe(false);
    expect((await store().getStudy("s"))?.created).toBe(2);
    expect(await store().getTrial("s", 3)).toBeNull();
  });

  it("refuses an unknown study", async () => {
    await expect(add(0, 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("gives every trial once to slots that claim while others add", async () => {
    await running(store(), 4);
    const slot = async (index: number): Promise<number[]> => {
      const numbers: number[] = [];
      for (let seq = 0; seq < 12; seq++) {
        const trial = await store().claimTrial("s", claim({ slot: index, seq }));
        if (trial !== null) numbers.push(trial.number);
        const { created } = (await store().getStudy("s"))!;
        if (created < 24) await add(created, 2);
      }
      return numbers;
    };
    const given = (await Promise.all([0, 1, 2, 3].map(slot))).flat().sort((a, b) => a - b);
    const { created } = (await store().getStudy("s"))!;
    expect(given).toEqual(Array.from({ length: created }, (_, i) => i + 1));
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 0, running: created });
  });
}
