import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { StudyStatus } from "../../../lib/study/states.ts";
import { claim, claimed, NOON, openNew, running, spec, success } from "../fixtures.ts";

export function deletionsContract(store: () => StudyStore): void {
  const move = (to: StudyStatus): Promise<boolean> =>
    store().moveStudy("s", { from: ["RUNNING"], to, reason: null, at: NOON + 5 });
  const remains = async (): Promise<object> => ({
    study: await store().getStudy("s"),
    trial: await store().getTrial("s", 1),
    trials: await store().readTrials("s", { from: 1, to: 99 }),
    events: await store().readEvents("s", { limit: 9 }),
    listed: await store().listStudies({ limit: 9, name: "digits" }),
  });
  const nothing = {
    study: null,
    trial: null,
    trials: [],
    events: { items: [], next: null },
    listed: { items: [], next: null },
  };

  it("removes a study with everything of it, once", async () => {
    await running(store(), 3);
    const { number } = await claimed(store(), "s");
    await store().settleTrial("s", number, success(1));
    await move("PAUSED");
    expect(await store().deleteStudy("s")).toBe(true);
    expect(await remains()).toEqual(nothing);
    expect(await store().deleteStudy("s")).toBe(false);
    await expect(store().settleTrial("s", number, success(1))).rejects.toMatchObject({ code: "NOT_FOUND" });
    const begin = { generation: 2, execution: "x", at: NOON };
    await expect(store().beginGeneration("s", begin)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("leaves nothing behind that a new study of the same id would find", async () => {
    await running(store(), 3, { trials: 2000 });
    await claimed(store(), "s");
    await move("STOPPED");
    await store().deleteStudy("s");

    await store().createStudy("s", spec({ trials: 10, seed: 8 }), NOON);
    await store().beginGeneration("s", { generation: 1, execution: "other", at: NOON + 1 });
    expect(await store().getStudy("s")).toMatchObject({
      spec: { seed: 8 },
      created: 0,
      counts: { proposed: 0, running: 0 },
      best: null,
      epoch: { number: 0, ready: [] },
    });
    await openNew(store(), "s", 1, 1, 1);
    expect(await store().claimTrial("s", claim())).toMatchObject({ number: 1, state: "RUNNING", attempts: 1 });
    expect((await store().readTrials("s", { from: 1, to: 9 })).map(({ number }) => number)).toEqual([1]);
  });

  it("leaves every other study as it is", async () => {
    await running(store(), 2);
    await move("COMPLETED");
    await store().createStudy("s1", spec(), NOON, { value: "k", hash: "h" });
    const other = await store().getStudy("s1");
    await store().deleteStudy("s");
    expect(await store().getStudy("s1")).toEqual(other);
    expect((await store().readEvents("s1", { limit: 9 })).items).toHaveLength(1);
    const again = await store().createStudy("s2", spec(), NOON, { value: "k", hash: "h" });
    expect(again).toEqual({ study: other, created: false });
  });

  it("forgets the Idempotency-Key that made it, unless it has made another since", async () => {
    const key = { value: "k", hash: "h" };
    await store().createStudy("s", spec(), NOON, key);
    await store().deleteStudy("s");
    expect(await store().createStudy("a", spec(), NOON, key)).toMatchObject({ created: true, study: { id: "a" } });
    const day = 24 * 60 * 60 * 1000;
    expect(await store().createStudy("b", spec(), NOON + day, key)).toMatchObject({ created: true });
    await store().deleteStudy("a");
    expect(await store().createStudy("c", spec(), NOON + day, key)).toMatchObject({ study: { id: "b" } });
  });

  it.each(["RUNNING", "PAUSING", "STOPPING"] as const)("refuses a study that is %s", async (status) => {
    await running(store(), 2);
    await move(status);
    const before = await store().getStudy("s");
    await expect(store().deleteStudy("s")).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await store().getStudy("s")).toEqual(before);
  });

  it("is made by one of many calls at once, or by several together", async () => {
    await running(store(), 9);
    await move("FAILED");
    await Promise.all([1, 2, 3, 4].map(() => store().deleteStudy("s")));
    expect(await remains()).toEqual(nothing);
    expect(await store().deleteStudy("s")).toBe(false);
  });
}
