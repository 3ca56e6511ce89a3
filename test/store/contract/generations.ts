import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { StudyStatus } from "../../../lib/study/states.ts";
import { NOON, running, spec } from "../fixtures.ts";

const INTERRUPTED = { code: "INTERRUPTED", message: "Ctrl-C" };

export function generationsContract(store: () => StudyStore): void {
  const begin = (generation: number, execution: string, at = NOON + 5): Promise<boolean> =>
    store().beginGeneration("s", { generation, execution, at });
  const move = (from: StudyStatus, to: StudyStatus, generation?: number): Promise<boolean> =>
    store().moveStudy("s", {
      from: [from],
      to,
      reason: INTERRUPTED,
      at: NOON + 6,
      ...(generation === undefined ? {} : { generation }),
    });

  it("starts a created study", async () => {
    const { study } = await store().createStudy("s", spec(), NOON);
    expect(await begin(1, "x1")).toBe(true);
    expect(await store().getStudy("s")).toEqual({
      ...study,
      status: "RUNNING",
      generation: 1,
      execution: "x1",
      startedAt: NOON + 5,
      updatedAt: NOON + 5,
    });
  });

  it("says again that an execution owns the study, and changes nothing", async () => {
    await running(store(), 0);
    const before = await store().getStudy("s");
    expect(await begin(1, "s-g1", NOON + 9)).toBe(true);
    expect(await store().getStudy("s")).toEqual(before);
  });

  it("gives a later generation the study, and keeps the first start", async () => {
    await running(store(), 2);
    expect(await begin(4, "s-g4", NOON + 9)).toBe(true);
    expect(await store().getStudy("s")).toMatchObject({
      generation: 4,
      execution: "s-g4",
      startedAt: NOON + 1,
      updatedAt: NOON + 9,
      epoch: { number: 1 },
    });
  });

  it("refuses an earlier generation, and another execution of this one", async () => {
    await running(store(), 0);
    await begin(3, "s-g3");
    const before = await store().getStudy("s");
    expect(await begin(2, "s-g2")).toBe(false);
    expect(await begin(1, "s-g1")).toBe(false);
    expect(await begin(3, "other")).toBe(false);
    expect(await store().getStudy("s")).toEqual(before);
  });

  it("admits one of many executions that begin one generation at once", async () => {
    await store().createStudy("s", spec(), NOON);
    const admitted = await Promise.all(Array.from({ length: 8 }, (_, i) => begin(1, `x${i}`)));
    expect(admitted.filter(Boolean)).toHaveLength(1);
    expect((await store().getStudy("s"))?.execution).toBe(`x${admitted.indexOf(true)}`);
  });

  it("resumes a paused study with the next generation only, and clears the reason", async () => {
    await running(store(), 0);
    await move("RUNNING", "PAUSED");
    expect(await begin(1, "s-g1")).toBe(false);
    expect((await store().getStudy("s"))?.reason).toEqual(INTERRUPTED);
    expect(await begin(2, "s-g2")).toBe(true);
    expect(await store().getStudy("s")).toMatchObject({ status: "RUNNING", reason: null, generation: 2 });
  });

  it.each(["PAUSING", "STOPPING"] as const)("owns a study that is %s, for its wish to be fulfilled", async (status) => {
    await running(store(), 0);
    await move("RUNNING", status);
    expect(await begin(1, "s-g1"), "once more, after the wish").toBe(true);
    expect(await begin(2, "s-g2")).toBe(true);
    expect(await begin(2, "s-g2")).toBe(true);
    expect(await store().getStudy("s")).toMatchObject({
      status,
      reason: INTERRUPTED,
      generation: 2,
      execution: "s-g2",
    });
  });

  it("does not go on with a study that a person has paused meanwhile", async () => {
    await running(store(), 0);
    const reason = { code: "PAUSED_BY_USER", message: "by request" };
    await store().moveStudy("s", { from: ["RUNNING"], to: "PAUSED", reason, at: NOON + 6 });
    expect(await begin(2, "s-g2")).toBe(true);
    expect(await store().getStudy("s")).toMatchObject({ status: "PAUSING", reason, generation: 2 });
  });

  it.each(["STOPPED", "COMPLETED", "FAILED"] as const)(
    "does not go on with a study that is %s, and uses up the generation",
    async (status) => {
      await running(store(), 0);
      await move("RUNNING", status);
      expect(await begin(2, "s-g2")).toBe(false);
      expect(await begin(2, "s-g2")).toBe(false);
      expect(await store().getStudy("s")).toMatchObject({ status, reason: INTERRUPTED, generation: 2 });
    },
  );

  it("moves a study from one of the statuses named", async () => {
    await running(store(), 0);
    const before = await store().getStudy("s");
    const moved = await store().moveStudy("s", {
      from: ["CREATED", "RUNNING"],
      to: "PAUSING",
      reason: INTERRUPTED,
      at: NOON + 6,
    });
    expect(moved).toBe(true);
    const after = await store().getStudy("s");
    expect(after).toEqual({ ...before, status: "PAUSING", reason: INTERRUPTED, updatedAt: NOON + 6 });
    expect(await move("RUNNING", "STOPPED"), "from another status").toBe(false);
    expect(await store().getStudy("s")).toEqual(after);
  });

  it("says of a repeated move that it changed nothing", async () => {
    await running(store(), 0);
    const moves = await Promise.all([
      move("RUNNING", "PAUSING"),
      move("RUNNING", "PAUSING"),
      move("RUNNING", "PAUSING"),
    ]);
    expect(moves.filter(Boolean)).toHaveLength(1);
    expect(await move("RUNNING", "PAUSING")).toBe(false);
  });

  it("moves a study for its own generation only", async () => {
    await running(store(), 0);
    await begin(2, "s-g2");
    expect(await move("RUNNING", "COMPLETED", 1)).toBe(false);
    expect(await move("RUNNING", "COMPLETED", 2)).toBe(true);
    expect(await store().getStudy("s")).toMatchObject({ status: "COMPLETED", generation: 2 });
  });
}
