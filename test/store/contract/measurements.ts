import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { type Measurement, MOST_MEASUREMENTS } from "../../../lib/study/measurement.ts";
import { claimed, NOON, running } from "../fixtures.ts";

const at = (step: number, error: number | null = step / 8): Measurement => ({ step, metrics: { error } });

export function measurementsContract(store: () => StudyStore): void {
  const add = (number: number, attempt: number, ...measurements: Measurement[]): Promise<boolean> =>
    store().addMeasurements("s", number, { attempt, measurements });
  const read = (number: number): Promise<readonly Measurement[]> => store().readMeasurements("s", number);

  it("keeps what a trial measures at each step, in order, and changes nothing else", async () => {
    await running(store(), 2);
    await claimed(store(), "s");
    const before = [await store().getStudy("s"), await store().getTrial("s", 1)];
    expect(await add(1, 1, at(10))).toBe(true);
    expect(await add(1, 1, at(2, null))).toBe(true);
    expect(await add(1, 1, at(999_999_999), at(1_000_000))).toBe(true);
    expect(await add(1, 1)).toBe(false);
    expect(await read(1)).toEqual([at(2, null), at(10), at(1_000_000), at(999_999_999)]);
    expect(await read(2)).toEqual([]);
    expect([await store().getStudy("s"), await store().getTrial("s", 1)]).toEqual(before);
  });

  it("keeps the first of a step, and the latest attempt at it", async () => {
    await running(store(), 2);
    expect(await add(1, 2, at(1, 0.5))).toBe(true);
    expect(await add(1, 2, at(1, 0.75))).toBe(false);
    expect(await add(1, 1, at(1, 0.25), at(3))).toBe(true);
    expect(await add(1, 12, at(2, 1), at(4))).toBe(true);
    expect(await add(2, 1, at(1))).toBe(true);
    expect(await read(1)).toEqual([at(1, 0.5), at(2, 1), at(3), at(4)]);
  });

  it("keeps so many of a trial and no more", async () => {
    await running(store(), 1);
    const most = Array.from({ length: MOST_MEASUREMENTS - 1 }, (_, step) => at(step));
    expect(await add(1, 1, ...most, at(7000), at(8000))).toBe(false);
    expect(await add(1, 1, ...most)).toBe(true);
    expect(await add(1, 1, at(5000), at(6000))).toBe(false);
    expect(await add(1, 1, at(5000))).toBe(true);
    expect(await add(1, 1, at(6000))).toBe(false);
    expect(await read(1)).toHaveLength(MOST_MEASUREMENTS);
  });

  it("has none of a study that does not exist, or does no more", async () => {
    await expect(add(1, 1, at(1))).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await read(1)).toEqual([]);
    await running(store(), 1);
    await add(1, 1, at(1));
    await store().moveStudy("s", { from: ["RUNNING"], to: "STOPPED", reason: null, at: NOON + 5 });
    await store().deleteStudy("s");
    expect(await read(1)).toEqual([]);
    await running(store(), 1);
    expect(await read(1)).toEqual([]);
  });
}
