import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { type PastTrial, pastTrial } from "../../../lib/study/history.ts";
import { claimed, failure, NOON, openNew, running, success } from "../fixtures.ts";

const LEARNED = new Set(["error"]);
const REASON = { code: "STOPPED_BY_USER", message: "stopped by request" };

export function historyContract(store: () => StudyStore): void {
  const read = (to: number): Promise<readonly PastTrial[]> => store().readHistory("s", { to, learned: LEARNED });

  /** As the trials themselves say, but for cancelled ones. */
  async function expectTrue(to: number): Promise<void> {
    const trials = await store().readTrials("s", { from: 1, to });
    const expected = trials.filter(({ state }) => state !== "CANCELLED").map((trial) => pastTrial(trial, LEARNED));
    expect((await read(to)).filter(({ state }) => state !== "CANCELLED")).toEqual(expected);
  }

  it("is what the trials have come to, whenever it is read, in whatever order they end", async () => {
    await running(store(), 100);
    for (let slot = 0; slot < 100; slot++) await claimed(store(), "s", { slot });
    // 37 and 101 have no common divisor: all trials, those in the middle first
    for (let i = 1; i <= 100; i++) {
      const number = (i * 37) % 101;
      const failed = failure(`g1/e1/s${number - 1}/0`, { fidelity: null });
      await store().settleTrial("s", number, number % 7 === 0 ? failed : success(number / 8));
      if (i % 9 === 0 || i > 95) await expectTrue(100);
      if (i === 60) await expectTrue(40);
    }
    await openNew(store(), "s", 2, 101, 50);
    await expectTrue(150);
    await store().cancelTrials("s", [101, 102, 150], REASON, NOON + 9);
    await store().settleTrial("s", 120, success(-0.5));
    await expectTrue(150);
    expect((await read(150)).find(({ number }) => number === 120)?.metrics).toEqual({ error: -0.5 });
  });

  it("is the same to many who read at once, while trials end", async () => {
    await running(store(), 70);
    for (let slot = 0; slot < 70; slot++) await claimed(store(), "s", { slot });
    const ends = Array.from({ length: 70 }, (_, i) => i + 1).map((n) => store().settleTrial("s", n, success(n)));
    await Promise.all([...ends, read(70), read(70), read(35), read(70)]);
    const [first, ...others] = await Promise.all([read(70), read(70), read(70)]);
    for (const other of others) expect(other).toEqual(first);
    await expectTrue(70);
  });

  it("leaves out what nothing is learned from, and tells replicates from others", async () => {
    await running(store(), 2);
    const metrics = { error: 0.25, log: null, size: 1e300 };
    await store().settleTrial("s", 1, success(0.25, { metrics, standardErrors: { error: 0.01, size: 1 } }));
    await openNew(store(), "s", 2, 3, 1);
    const [trial] = await read(3);
    expect(trial).toMatchObject({ metrics: { error: 0.25 }, standardErrors: { error: 0.01 }, reason: null });
    expect(Object.keys(trial?.metrics ?? {})).toEqual(["error"]);
    expect(await store().readHistory("none", { to: 3, learned: LEARNED })).toEqual([]);
    expect(await read(0)).toEqual([]);
  });

  it("holds trials of any size", async () => {
    await running(store(), 40);
    const long = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`metric${i}`, Math.sin(i) / 3]));
    const learned = new Set(["error", ...Object.keys(long)]);
    for (let n = 1; n <= 40; n++) await store().settleTrial("s", n, success(n, { metrics: { error: n, ...long } }));
    for (let look = 0; look < 3; look++) {
      const trials = await store().readHistory("s", { to: 40, learned });
      expect(trials.map(({ metrics }) => metrics?.["error"])).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
      expect(trials.at(-1)?.metrics).toEqual({ error: 40, ...long });
    }
  });

  it("goes with its study", async () => {
    await running(store(), 40);
    for (let n = 1; n <= 40; n++) await store().settleTrial("s", n, success(n));
    expect(await read(40)).toHaveLength(40);
    await store().moveStudy("s", { from: ["RUNNING"], to: "STOPPED", reason: REASON, at: NOON + 9 });
    expect(await store().deleteStudy("s")).toBe(true);
    expect(await read(40)).toEqual([]);
    await running(store(), 1);
    expect(await read(40)).toHaveLength(1);
  });
}
