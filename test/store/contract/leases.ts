import { expect, it } from "vitest";
import type { Leasing, StudyStore } from "../../../lib/store/study-store.ts";
import { failure, NOON, openNew, running, success } from "../fixtures.ts";

const UNTIL = NOON + 60_000;
const LOST = { code: "LEASE_EXPIRED", message: "nothing was heard of it" };

function leasing(client: string, changes: Partial<Leasing> = {}): Leasing {
  return { client, count: 1, starts: true, until: UNTIL, at: NOON + 3, ...changes };
}

export function leasesContract(store: () => StudyStore): void {
  const numbers = async (client: string, changes: Partial<Leasing> = {}): Promise<readonly number[]> =>
    (await store().leaseTrials("s", leasing(client, changes))).map(({ number }) => number);
  const lose = (number: number, lease: string, expiredAt: number): Promise<boolean> =>
    store().requeueTrial("s", number, {
      lease,
      expiredAt,
      countsAttempt: false,
      lost: true,
      reason: LOST,
      at: NOON + 9,
    });

  it("starts the next ready trials for a client, each under a lease of its own, and counts them", async () => {
    const id = await running(store(), 5);
    const [first, second] = await store().leaseTrials(id, leasing("w1", { count: 2 }));
    expect(first).toMatchObject({ number: 1, state: "RUNNING", attempts: 1, leaseUntil: UNTIL, startedAt: NOON + 3 });
    expect(second).toMatchObject({ number: 2, state: "RUNNING" });
    expect(first?.lease).not.toBe(second?.lease);
    expect(await numbers("w2")).toEqual([3]);
    expect(await store().getStudy(id)).toMatchObject({ counts: { proposed: 2, running: 3 }, updatedAt: NOON + 3 });
    expect(await store().getTrial(id, 1)).toEqual(first);
  });

  it("gives a client that asks again its own trials first, and no more than it asks for", async () => {
    const id = await running(store(), 5);
    const before = await store().leaseTrials(id, leasing("w1", { count: 2 }));
    expect(await store().leaseTrials(id, leasing("w1", { count: 2, until: UNTIL + 1 }))).toEqual(before);
    expect(await numbers("w1", { count: 1 })).toEqual([1]);
    await store().settleTrial(id, 1, success(0.5));
    expect(await numbers("w1", { count: 2 })).toEqual([2, 3]);
    expect(await numbers("w1", { count: 9 })).toEqual([2, 3, 4, 5]);
    expect(await numbers("w2")).toEqual([]);
  });

  it("gives the same client asking many times at once one trial, and different ones different trials", async () => {
    await running(store(), 6);
    const same = await Promise.all([1, 2, 3].map(() => numbers("w1")));
    expect(new Set(same.flat()).size).toBe(1);
    const others = (await Promise.all(["w2", "w3", "w4"].map((client) => numbers(client)))).flat();
    expect(new Set([...same.flat(), ...others]).size).toBe(1 + others.length);
  });

  it("starts none while the study does not run, yet gives a client its own", async () => {
    const id = await running(store(), 3);
    await numbers("w1");
    await store().moveStudy(id, { from: ["RUNNING"], to: "PAUSING", reason: null, at: NOON + 5 });
    expect(await numbers("w1", { count: 2 })).toEqual([1]);
    expect(await numbers("w2")).toEqual([]);
    await store().moveStudy(id, { from: ["PAUSING"], to: "RUNNING", reason: null, at: NOON + 5 });
    expect(await numbers("w1", { count: 2, starts: false })).toEqual([1]);
    await expect(store().leaseTrials("nobody", leasing("w1"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("renews a lease for its holder alone, and never shortens it", async () => {
    const id = await running(store(), 2);
    const [trial] = await store().leaseTrials(id, leasing("w1"));
    const lease = trial?.lease ?? "";
    const renew = (by: string, until: number): ReturnType<StudyStore["renewLease"]> =>
      store().renewLease(id, 1, { lease: by, until });
    expect(await renew(lease, UNTIL + 5)).toEqual({ ...trial, leaseUntil: UNTIL + 5 });
    expect(await renew(lease, UNTIL)).toMatchObject({ leaseUntil: UNTIL + 5 });
    expect(await renew("another", UNTIL + 9)).toMatchObject({ lease, leaseUntil: UNTIL + 5 });
    await store().settleTrial(id, 1, success(0.5));
    expect(await renew(lease, UNTIL + 9)).toMatchObject({ state: "SUCCEEDED", lease: null, leaseUntil: null });
    expect(await store().getStudy(id)).toMatchObject({ updatedAt: NOON + 4 });
    await expect(store().renewLease(id, 7, { lease, until: UNTIL })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("tells of expired leases, and takes a trial back by one unless it was renewed meanwhile", async () => {
    const id = await running(store(), 4);
    const [one] = await store().leaseTrials(id, leasing("w1"));
    await store().leaseTrials(id, leasing("w2", { until: UNTIL + 50 }));
    const expired = async (at: number): Promise<readonly number[]> =>
      (await store().readExpired(id, at)).map(({ number }) => number);
    expect(await expired(UNTIL - 1)).toEqual([]);
    expect(await expired(UNTIL)).toEqual([1]);
    expect(await expired(UNTIL + 50)).toEqual([1, 2]);
    expect(await store().readExpired("nobody", UNTIL)).toEqual([]);

    const lease = one?.lease ?? "";
    await store().renewLease(id, 1, { lease, until: UNTIL + 20 });
    expect(await lose(1, lease, UNTIL)).toBe(false);
    expect(await lose(1, lease, UNTIL + 20)).toBe(true);
    expect(await lose(1, lease, UNTIL + 20)).toBe(false);
    expect(await store().getTrial(id, 1)).toMatchObject({ state: "PROPOSED", attempts: 0, lost: 1, leaseUntil: null });
    expect(await expired(UNTIL + 50)).toEqual([2]);
  });

  it("gives the next attempt another lease, under which the earlier holder fails nothing", async () => {
    const id = await running(store(), 1);
    const [before] = await store().leaseTrials(id, leasing("w1"));
    await lose(1, before?.lease ?? "", UNTIL);
    await openNew(store(), id, 2, 1, 1);
    const [after] = await store().leaseTrials(id, leasing("w1", { until: UNTIL + 60_000 }));
    expect(after).toMatchObject({ number: 1, attempts: 1, lost: 1 });
    expect(after?.lease).not.toBe(before?.lease);
    expect(await store().settleTrial(id, 1, failure(before?.lease ?? ""))).toMatchObject({ settled: false });
    expect(await store().settleTrial(id, 1, success(0.25, { lease: before?.lease ?? "" }))).toMatchObject({
      settled: true,
    });
  });

  it("forgets who ran what with the study", async () => {
    const id = await running(store(), 2);
    await numbers("w1");
    await store().moveStudy(id, { from: ["RUNNING"], to: "STOPPED", reason: null, at: NOON + 5 });
    expect(await store().deleteStudy(id)).toBe(true);
    expect(await store().readExpired(id, UNTIL)).toEqual([]);
  });
}
