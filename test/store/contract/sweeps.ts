import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { NOON, spec } from "../fixtures.ts";

const NIGHTLY = {
  ...{ name: "nightly", spec: spec(), schedule: "rate(1 day)" },
  overlap: "beside",
  updatedAt: NOON,
} as const;

export function sweepsContract(store: () => StudyStore): void {
  it("keeps the sweep last put under a name", async () => {
    const nightly = { ...NIGHTLY, overlap: "skip" } as const;
    expect(await store().getSweep("nightly")).toBeNull();
    await store().putSweep(nightly);
    await store().putSweep({ ...nightly, name: "weekly", schedule: "rate(7 days)" });
    expect(await store().getSweep("nightly")).toEqual(nightly);

    const changed = {
      ...nightly,
      spec: spec({ trials: 9 }),
      schedule: "cron(0 3 * * ? *)",
      updatedAt: NOON + 1,
    } as const;
    await store().putSweep(changed);
    await store().putSweep(changed);
    expect(await store().getSweep("nightly")).toEqual(changed);
  });

  it("removes a sweep, once", async () => {
    await store().putSweep(NIGHTLY);
    expect(await store().deleteSweep("nightly")).toBe(true);
    expect(await store().getSweep("nightly")).toBeNull();
    expect(await store().deleteSweep("nightly")).toBe(false);
  });

  it("has one of many studies that are due at once follow the last, and keeps it when the sweep is put again", async () => {
    const follow = (study: string, last: string | null): Promise<boolean> =>
      store().followSweep("nightly", { study, last });
    expect(await follow("a", null)).toBe(false);
    expect(await store().getSweep("nightly")).toBeNull();
    await store().putSweep(NIGHTLY);
    const held = await Promise.all(["a", "b", "c"].map((study) => follow(study, null)));
    expect(held.filter(Boolean)).toHaveLength(1);
    const { last = "" } = (await store().getSweep("nightly")) ?? {};
    expect(["a", "b", "c"]).toContain(last);
    expect([await follow("d", null), await follow("d", "e"), await follow("d", last)]).toEqual([false, false, true]);
    await store().putSweep({ ...NIGHTLY, updatedAt: NOON + 1 });
    expect(await store().getSweep("nightly")).toEqual({ ...NIGHTLY, updatedAt: NOON + 1, last: "d" });
    await store().deleteSweep("nightly");
    await store().putSweep(NIGHTLY);
    expect(await store().getSweep("nightly")).toEqual(NIGHTLY);
  });
}
