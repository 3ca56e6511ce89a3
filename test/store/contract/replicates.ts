import { expect, it } from "vitest";
import type { Proposal, StudyStore } from "../../../lib/store/study-store.ts";
import type { Confirmation, Confirming } from "../../../lib/study/records.ts";
import { claimed, failure, NOON, proposals, running, success } from "../fixtures.ts";

const END = { status: "COMPLETED", reason: { code: "TRIALS", message: "all 2 trials ended" } } as const;

export const CONFIRMS: Confirming = { ...END, finalists: [1, 2], after: 2, amendments: 0 };

export const CONFIRMATION: Confirmation = {
  metric: "error",
  level: 0.95,
  winner: 2,
  finalists: [
    {
      trial: 2,
      parameters: { x: 0.5 },
      metrics: { error: 0.25 },
      replicates: 3,
      measured: 2,
      mean: 1e-300,
      interval: [-1e300, 0.1],
      feasible: true,
    },
  ],
  difference: null,
};

export const replicate = (proposal: Proposal): Proposal => ({
  ...proposal,
  source: "replicate",
  decision: { strategy: "replicate", of: 1 },
});

export function replicatesContract(store: () => StudyStore): void {
  async function withReplicates(): Promise<void> {
    await running(store(), 2);
    await store().settleTrial("s", 1, success(0.5));
    await store().openEpoch("s", {
      generation: 1,
      number: 2,
      created: 2,
      proposals: proposals(3, 4).map(replicate),
      ready: [{ from: 3, to: 6 }],
      slots: 1,
      trialsPerSlot: 4,
      confirms: CONFIRMS,
      at: NOON + 5,
    });
  }

  it("keeps with an epoch what its replicates are for, until the next is opened", async () => {
    await withReplicates();
    expect((await store().getStudy("s"))?.epoch).toMatchObject({ number: 2, confirms: CONFIRMS });
    expect(await store().getTrial("s", 3)).toMatchObject({ source: "replicate", decision: { of: 1 } });
    await store().openEpoch("s", {
      ...{ generation: 1, number: 3, created: 6, proposals: [], ready: [{ from: 3, to: 6 }] },
      ...{ slots: 1, trialsPerSlot: 4, at: NOON + 6 },
    });
    expect((await store().getStudy("s"))?.epoch).not.toHaveProperty("confirms");
  });

  it("counts replicates that end, each once, and takes none for the best", async () => {
    await withReplicates();
    expect(await store().getStudy("s")).toMatchObject({ replicates: { succeeded: 0 }, best: { trial: 1 } });
    const { lease } = await claimed(store(), "s", { epoch: 2 });
    await store().settleTrial("s", 3, failure(lease));
    for (let again = 0; again < 2; again++) await store().settleTrial("s", 4, success(0.1));
    await store().settleTrial("s", 5, success(0, { state: "INFEASIBLE", score: null }));
    await store().cancelTrials("s", [6], END.reason, NOON + 7);
    expect(await store().getStudy("s")).toMatchObject({
      counts: { succeeded: 2, failed: 1, infeasible: 1, cancelled: 1, proposed: 1 },
      replicates: { succeeded: 1, infeasible: 1, failed: 1, stopped: 0, cancelled: 1 },
      best: { trial: 1 },
    });
  });

  it("counts no replicate into how many had ended when the best improved", async () => {
    await withReplicates();
    await store().settleTrial("s", 3, success(0.1));
    await store().settleTrial("s", 2, success(0.2));
    expect(await store().getStudy("s")).toMatchObject({ best: { trial: 2 }, endedAtBest: 2 });
  });

  it("keeps a confirmation while the study has ended, and tells of it once, before the end", async () => {
    await withReplicates();
    const end = { ...END, from: ["RUNNING"], to: "COMPLETED", generation: 1, at: NOON + 8 } as const;
    expect(await store().moveStudy("s", { ...end, confirmation: CONFIRMATION })).toBe(true);
    expect(await store().moveStudy("s", { ...end, confirmation: CONFIRMATION })).toBe(false);
    expect((await store().getStudy("s"))?.confirmation).toEqual(CONFIRMATION);
    const { items } = await store().readEvents("s", { limit: 100 });
    expect(items.slice(-2)).toMatchObject([
      { type: "confirmed", at: NOON + 8, confirmation: CONFIRMATION },
      { type: "moved", to: "COMPLETED" },
    ]);
    await store().beginGeneration("s", { generation: 2, execution: "s-g2", at: NOON + 9 });
    expect((await store().getStudy("s"))?.confirmation).toEqual(CONFIRMATION);
    await store().moveStudy("s", { from: ["COMPLETED"], to: "PAUSED", reason: null, at: NOON + 10 });
    expect((await store().getStudy("s"))?.confirmation).toBe(null);
    expect((await store().readEvents("s", { limit: 100 })).items.at(-1)).toMatchObject({ type: "moved", to: "PAUSED" });
  });
}
