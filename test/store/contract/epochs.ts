import { expect, it } from "vitest";
import type { Proposal, StudyStore } from "../../../lib/store/study-store.ts";
import type { Epoch } from "../../../lib/study/records.ts";
import { claimed, NOON, openNew, proposals, running, spec, success } from "../fixtures.ts";

export function epochsContract(store: () => StudyStore): void {
  const open = async (number: number, proposed: readonly Proposal[], generation = 1): Promise<Epoch> =>
    store().openEpoch("s", {
      generation,
      number,
      created: (await store().getStudy("s"))?.created ?? 0,
      proposals: proposed,
      ready: [{ from: 1, to: 3 }],
      slots: 2,
      trialsPerSlot: 2,
      at: NOON + 5,
    });

  it("adds the proposals as trials and opens the epoch", async () => {
    await running(store(), 0);
    const epoch = await open(1, proposals(1, 3));
    expect(epoch).toEqual({ number: 1, ready: [{ from: 1, to: 3 }], slots: 2, trialsPerSlot: 2 });
    expect(await store().getStudy("s")).toMatchObject({
      epoch,
      created: 3,
      counts: { proposed: 3 },
      updatedAt: NOON + 5,
    });
    expect(await store().getTrial("s", 2)).toEqual({
      number: 2,
      state: "PROPOSED",
      source: "strategy",
      parameters: { x: 0.5 },
      decision: { strategy: "random" },
      fidelity: null,
      rungs: [],
      metrics: null,
      feasible: null,
      attempts: 0,
      lost: 0,
      lease: null,
      leaseUntil: null,
      reason: null,
      startedAt: null,
      endedAt: null,
      cost: null,
    });
  });

  it("answers a repetition with the open epoch, whatever it proposes", async () => {
    await running(store(), 0);
    const first = await open(1, proposals(1, 3));
    const before = await store().getStudy("s");
    expect(await open(1, proposals(1, 3))).toEqual(first);
    expect(await openNew(store(), "s", 1, 1, 9)).toEqual(first);
    expect(await store().getStudy("s")).toEqual(before);
    await store().moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: null, at: NOON + 6 });
    expect(await open(1, [])).toEqual(first);
  });

  it("opens an epoch once for many plans at once", async () => {
    await running(store(), 0);
    const plans = Array.from({ length: 6 }, (_, i) => openNew(store(), "s", 1, 1, 4 + (i % 2)));
    const epochs = await Promise.all(plans);
    expect(new Set(epochs.map((epoch) => JSON.stringify(epoch))).size).toBe(1);
    const study = await store().getStudy("s");
    expect(study?.epoch).toEqual(epochs[0]);
    expect(study?.created).toBe(epochs[0]?.trialsPerSlot);
    expect(study?.counts.proposed).toBe(study?.created);
  });

  it("keeps a trial whose number exists", async () => {
    await running(store(), 3);
    await claimed(store(), "s");
    const other = [1, 2, 3, 4].map((number) => ({
      number,
      source: "enqueue" as const,
      parameters: { x: 0.25 },
      decision: { strategy: "manual" },
    }));
    const before = await store().readTrials("s", { from: 1, to: 3 });
    await open(2, other);
    const after = await store().readTrials("s", { from: 1, to: 9 });
    expect(after.slice(0, 3)).toEqual(before);
    expect(after.slice(3)).toMatchObject([{ number: 4, source: "enqueue", parameters: { x: 0.25 } }]);
    expect(await store().getStudy("s")).toMatchObject({ created: 4, counts: { proposed: 3, running: 1 } });
  });

  it("opens an epoch without proposals", async () => {
    await running(store(), 3);
    await open(2, []);
    expect(await store().getStudy("s")).toMatchObject({ epoch: { number: 2 }, created: 3, counts: { proposed: 3 } });
  });

  it("refuses a study that does not run, another generation and a number out of turn", async () => {
    const refused = async (call: () => Promise<unknown>): Promise<void> => {
      const before = await store().getStudy("s");
      await expect(call()).rejects.toMatchObject({ code: "CONFLICT" });
      expect(await store().getStudy("s")).toEqual(before);
    };
    await store().createStudy("s", spec(), NOON);
    await refused(() => open(1, proposals(1, 1), 0));
    await store().beginGeneration("s", { generation: 1, execution: "s-g1", at: NOON + 1 });
    await refused(() => open(2, proposals(1, 1)));
    await openNew(store(), "s", 1, 1, 2);
    await openNew(store(), "s", 2, 3, 2);
    await refused(() => open(1, []));
    await refused(() => open(4, []));
    await store().beginGeneration("s", { generation: 2, execution: "s-g2", at: NOON + 1 });
    await refused(() => open(3, [], 1));
    await refused(() => open(2, [], 1));
    await refused(() => open(3, [], 3));
    await store().moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: null, at: NOON + 6 });
    await refused(() => open(3, [], 2));
    await store().moveStudy("s", { from: ["PAUSING"], to: "RUNNING", reason: null, at: NOON + 7 });
    const { created } = (await store().getStudy("s"))!;
    const seen = { generation: 2, number: 3, proposals: [], ready: [], slots: 1, trialsPerSlot: 1, at: NOON + 8 };
    await refused(() => store().openEpoch("s", { ...seen, created: created - 1 }));
    await refused(() => store().openEpoch("s", { ...seen, created: created + 1 }));
  });

  it("takes trials that were brought in finished", async () => {
    await running(store(), 0);
    await open(1, [{ number: 1, source: "import", parameters: { x: 0.5 }, decision: { strategy: "import" } }]);
    const { trial, settled } = await store().settleTrial("s", 1, success(0.5));
    expect(settled).toBe(true);
    expect(trial).toMatchObject({
      state: "SUCCEEDED",
      source: "import",
      attempts: 0,
      startedAt: null,
      endedAt: NOON + 4,
    });
    expect((await store().getStudy("s"))?.counts).toMatchObject({ proposed: 0, succeeded: 1 });
  });

  it("reads the trials of any range in order", async () => {
    await running(store(), 150, { trials: 2000 });
    const read = async (from: number, to: number): Promise<number[]> =>
      (await store().readTrials("s", { from, to })).map(({ number }) => number);
    const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(await read(1, 150)).toEqual(numbers(1, 150));
    expect(await read(7, 31)).toEqual(numbers(7, 31));
    expect(await read(140, 100_000)).toEqual(numbers(140, 150));
    expect(await read(5, 5)).toEqual([5]);
    expect(await read(5, 4)).toEqual([]);
    expect(await store().readTrials("s", { from: 9, to: 9 })).toEqual([await store().getTrial("s", 9)]);
  });
}
