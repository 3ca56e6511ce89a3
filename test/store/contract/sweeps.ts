import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { NOON, spec } from "../fixtures.ts";

export function sweepsContract(store: () => StudyStore): void {
  it("keeps the sweep last put under a name", async () => {
    const nightly = { name: "nightly", spec: spec(), schedule: "rate(1 day)", updatedAt: NOON };
    expect(await store().getSweep("nightly")).toBeNull();
    await store().putSweep(nightly);
    await store().putSweep({ ...nightly, name: "weekly", schedule: "rate(7 days)" });
    expect(await store().getSweep("nightly")).toEqual(nightly);

    const changed = { ...nightly, spec: spec({ trials: 9 }), schedule: "cron(0 3 * * ? *)", updatedAt: NOON + 1 };
    await store().putSweep(changed);
    await store().putSweep(changed);
    expect(await store().getSweep("nightly")).toEqual(changed);
  });

  it("removes a sweep, once", async () => {
    await store().putSweep({ name: "nightly", spec: spec(), schedule: "rate(1 day)", updatedAt: NOON });
    expect(await store().deleteSweep("nightly")).toBe(true);
    expect(await store().getSweep("nightly")).toBeNull();
    expect(await store().deleteSweep("nightly")).toBe(false);
  });
}
