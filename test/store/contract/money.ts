import fc from "fast-check";
import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { StudyEvent } from "../../../lib/study/events.ts";
import type { Meter } from "../../../lib/study/price/meter.ts";
import type { Study, Trial } from "../../../lib/study/records.ts";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { AMENDED, claim, claimed, failure, NOON, openNew, proposals, running, success } from "../fixtures.ts";

/** A tenth of a dollar a second, at most two dollars an attempt. */
const METER: Meter = { usdPerSecond: 0.1, usdPerAttempt: 0.05, reservedUsd: 2 };
const SECOND = 1000;

const budget = (usd?: number): StudySpec["budget"] => ({
  wallClock: null,
  trialTimeout: null,
  ...(usd === undefined ? {} : { usd }),
});

export function moneyContract(store: () => StudyStore, open: () => Promise<StudyStore>): void {
  const study = async (): Promise<Study> => (await store().getStudy("s")) as Study;
  const money = async (): Promise<readonly [spent: number, reserved: number]> => {
    const { spentUsd, reservedUsd } = await study();
    return [spentUsd, reservedUsd];
  };
  const pay = (slot: number, meter: Meter | null = METER): Promise<Trial | null> =>
    store().claimTrial("s", claim({ slot, ...(meter === null ? {} : { meter }) }));
  const requeue = (number: number, more: object): Promise<boolean> =>
    store().requeueTrial("s", number, {
      countsAttempt: true,
      lost: false,
      reason: null,
      at: NOON + 13 * SECOND,
      ...more,
    });
  const told = async (): Promise<readonly StudyEvent[]> =>
    (await store().readEvents("s", { limit: 99 })).items.filter(({ type }) => type === "spent" || type === "overrun");
  const amend = (usd?: number): Promise<Study | null> =>
    store().amendStudy("s", { spec: { budget: budget(usd) }, reason: AMENDED, at: NOON + 20 * SECOND });

  it("sets the worst case of an attempt aside, and charges its time when it ends", async () => {
    await running(store(), 2, { budget: budget(5) });
    const trial = await claimed(store(), "s", { meter: METER, at: NOON });
    expect(trial.meter).toEqual({ ...METER, since: NOON });
    expect(await money()).toEqual([0, 2]);
    const end = await store().settleTrial("s", 1, success(1, { lease: trial.lease, at: NOON + 10 * SECOND }));
    expect(end.trial.cost).toEqual({ usd: 1.05 });
    expect(end.trial).not.toHaveProperty("meter");
    expect(await money()).toEqual([1.05, 0]);
  });

  it("charges what the attempt says that it has cost in place of its time", async () => {
    await running(store(), 2, { budget: budget(5) });
    const { lease } = await claimed(store(), "s", { meter: METER, at: NOON });
    await store().settleTrial("s", 1, success(1, { lease, costUsd: 0.5, at: NOON + 10 * SECOND }));
    expect(await money()).toEqual([0.5, 0]);
  });

  it("charges no time beyond the limit, and no less than the least", async () => {
    await running(store(), 2);
    const first = await claimed(store(), "s", { meter: METER, at: NOON });
    await store().settleTrial("s", 1, success(1, { lease: first.lease, at: NOON + 9999 * SECOND }));
    expect(await money()).toEqual([2, 0]);
    const second = await claimed(store(), "s", { slot: 1, meter: { ...METER, minSeconds: 6 }, at: NOON });
    await store().settleTrial("s", 2, success(1, { lease: second.lease, at: NOON + 1 }));
    expect(await money()).toEqual([2.65, 0]);
  });

  it("starts no attempt that might not fit, and takes no turn for it", async () => {
    await running(store(), 4, { budget: budget(5) });
    expect((await pay(0))?.number).toBe(1);
    expect((await pay(1))?.number).toBe(2);
    expect(await pay(2)).toBeNull();
    expect((await pay(2, { ...METER, reservedUsd: 1 }))?.number).toBe(3);
    expect(await pay(3, { ...METER, reservedUsd: 0.000000001 })).toBeNull();
    expect(await money()).toEqual([0, 5]);
    await store().settleTrial("s", 1, success(1, { lease: "g1/e1/s0/0", costUsd: 0.5 }));
    expect((await pay(4, { ...METER, reservedUsd: 1.5 }))?.number).toBe(4);
    expect(await money()).toEqual([0.5, 4.5]);
  });

  it("gives of many claims at once those a trial that fit under the cap", async () => {
    await running(store(), 8, { budget: budget(5) });
    const given = await Promise.all(Array.from({ length: 8 }, (_, slot) => pay(slot)));
    expect(given.filter((trial) => trial !== null)).toHaveLength(2);
    expect(await money()).toEqual([0, 4]);
  });

  it("answers a claim that was made before, whatever is left", async () => {
    await running(store(), 2, { budget: budget(2) });
    const first = await pay(0);
    expect(await pay(1)).toBeNull();
    expect(await pay(0)).toEqual(first);
    expect(await money()).toEqual([0, 2]);
  });

  it("sets aside for what a client leases too, as many as fit", async () => {
    await running(store(), 6, { budget: budget(5) });
    const leasing = { client: "w", count: 4, starts: true, until: NOON + 60 * SECOND, meter: METER, at: NOON };
    const given = await store().leaseTrials("s", leasing);
    expect(given.map(({ number, meter }) => [number, meter?.since])).toEqual([
      [1, NOON],
      [2, NOON],
    ]);
    expect(await store().leaseTrials("s", leasing)).toEqual(given);
    expect(await store().leaseTrials("s", { ...leasing, client: "v" })).toEqual([]);
    expect(await money()).toEqual([0, 4]);
    await store().settleTrial("s", 1, success(1, { lease: given[0]!.lease, at: NOON + 10 * SECOND }));
    expect(await money()).toEqual([1.05, 2]);
  });

  it("counts what is brought in finished with its cost", async () => {
    await running(store(), 1, { budget: budget(5) });
    const [proposal] = proposals(2, 1);
    const settlement = success(1, { costUsd: 2.5, at: NOON });
    await store().addTrial("s", { created: 1, proposals: [{ ...proposal!, source: "import" }], settlement, at: NOON });
    expect(await money()).toEqual([2.5, 0]);
    expect((await told()).map(({ type }) => type)).toEqual(["overrun", "spent"]);
    expect((await pay(0))?.number).toBe(1);
  });

  it("refuses a claim that does not say what it may cost, under a cap alone", async () => {
    await running(store(), 2, { budget: budget(5) });
    expect(await pay(0, null)).toBeNull();
    expect(await pay(0, { ...METER, reservedUsd: null })).toBeNull();
    await amend();
    expect((await pay(0, null))?.number).toBe(1);
    expect((await pay(1, { ...METER, reservedUsd: null }))?.number).toBe(2);
    expect(await money()).toEqual([0, 0]);
  });

  it("gives back at a rung and in the queue what an attempt has not cost", async () => {
    await running(store(), 0, { budget: budget(4) });
    const epoch = {
      generation: 1,
      number: 1,
      created: 0,
      ready: [{ from: 1, to: 2 }],
      slots: 2,
      trialsPerSlot: 1,
      at: NOON,
    };
    await store().openEpoch("s", { ...epoch, proposals: proposals(1, 2).map((p) => ({ ...p, fidelity: 1 })) });
    const first = await claimed(store(), "s", { meter: METER, at: NOON });
    const second = await claimed(store(), "s", { slot: 1, meter: METER, at: NOON });
    const rung = { fidelity: 1, metrics: { error: 1 }, feasible: true, costUsd: null };
    await store().pauseTrial("s", 1, { ...rung, lease: first.lease, at: NOON + 10 * SECOND });
    expect(await money()).toEqual([1.05, 2]);
    await requeue(2, { lease: second.lease });
    expect(await money()).toEqual([2.4, 0]);
    expect(await store().getTrial("s", 2)).toMatchObject({ state: "PROPOSED", cost: { usd: 1.35 } });
  });

  it("charges what was given up with all of it, at once, and its late result not again", async () => {
    await running(store(), 1, { budget: budget(9) });
    const lost = await claimed(store(), "s", { meter: METER, at: NOON });
    await requeue(1, { lease: lost.lease, abandoned: true });
    expect(await money()).toEqual([2, 0]);
    const forfeits = [{ lease: lost.lease, usd: 2 }];
    expect(await store().getTrial("s", 1)).toMatchObject({ cost: { usd: 2 }, forfeits });
    await store().settleTrial("s", 1, success(1, { lease: lost.lease, costUsd: 1.5 }));
    expect(await money()).toEqual([2, 0]);
    expect(await told()).toEqual([]);
  });

  it("charges what runs when another's result ends its trial with all of it", async () => {
    await running(store(), 1, { budget: budget(9) });
    const lost = await claimed(store(), "s", { meter: METER, at: NOON });
    await requeue(1, { lease: lost.lease, abandoned: true });
    await openNew(store(), "s", 2, 1, 1);
    const again = await claimed(store(), "s", { epoch: 2, meter: METER, at: NOON });
    const { trial } = await store().settleTrial("s", 1, success(1, { lease: lost.lease }));
    expect(trial.forfeits?.map(({ lease }) => lease)).toEqual([lost.lease, again.lease]);
    expect(await money()).toEqual([4, 0]);
    expect((await store().settleTrial("s", 1, success(2, { lease: again.lease, costUsd: 1 }))).settled).toBe(false);
    expect(await money()).toEqual([4, 0]);
  });

  it("tells of a cost beyond what was set aside, and of 50, 80 and 100 per cent, once each", async () => {
    await running(store(), 5, { budget: budget(5) });
    const ends = [2.5, 1, 1.5, 1];
    for (const [slot, costUsd] of ends.entries()) {
      const given = await pay(slot);
      if (given === null) break;
      const settlement = success(1, { lease: given.lease, costUsd, score: null, at: NOON + (slot + 4) * SECOND });
      await store().settleTrial("s", given.number, settlement);
      await store().settleTrial("s", given.number, settlement);
    }
    const at = (seconds: number): number => NOON + seconds * SECOND;
    expect(await told()).toEqual([
      { type: "overrun", at: at(4), trial: 1, usd: 0.5 },
      { type: "spent", at: at(4), percent: 50, usd: 2.5, capUsd: 5 },
    ]);
    expect(await money()).toEqual([3.5, 0]);
    await pay(8, { ...METER, reservedUsd: 1.5 });
    await store().settleTrial("s", 3, failure("g1/e1/s8/0", { costUsd: 2, at: at(9) }));
    expect((await told()).slice(2)).toEqual([
      { type: "overrun", at: at(9), trial: 3, usd: 0.5 },
      { type: "spent", at: at(9), percent: 80, usd: 5.5, capUsd: 5 },
      { type: "spent", at: at(9), percent: 100, usd: 5.5, capUsd: 5 },
    ]);
    expect(await pay(9, { ...METER, reservedUsd: 0 })).toBeNull();
  });

  it("is given a cap, another and none while trials run, and counts all that was ever spent", async () => {
    await running(store(), 6);
    await pay(0);
    await store().settleTrial("s", 1, success(1, { lease: "g1/e1/s0/0", costUsd: 1 }));
    await pay(1);
    expect(await money()).toEqual([1, 2]);
    expect((await amend(4.5))?.spec.budget.usd).toBe(4.5);
    expect(await pay(2), "3 + 2 > 4.5").toBeNull();
    await amend(5);
    expect((await pay(2))?.number).toBe(3);
    await store().settleTrial("s", 2, success(1, { lease: "g1/e1/s1/0", costUsd: 2 }));
    expect((await told()).map((event) => ("percent" in event ? event.percent : 0))).toEqual([50]);
    expect(await pay(3)).toBeNull();
    await amend();
    expect((await pay(3))?.number).toBe(4);
    await amend(9);
    expect(await money()).toEqual([3, 4]);
    expect((await pay(4))?.number).toBe(5);
    expect(await pay(5)).toBeNull();
    await store().settleTrial("s", 3, success(1, { lease: "g1/e1/s2/0", costUsd: 2 }));
    expect((await told()).length, "5 of 9 dollars").toBe(2);
  });

  it("never has more spent and set aside than the cap, but for what was reported beyond: any calls, at once", async () => {
    const amount = fc.integer({ min: 0, max: 3_000_000_000 }).map((nano) => nano / 1e9);
    const slot = fc.integer({ min: 0, max: 5 });
    const trial = fc.integer({ min: 1, max: 6 });
    const seconds = fc.integer({ min: 0, max: 40 });
    const lease = fc.tuple(fc.integer({ min: 1, max: 2 }), slot).map(([epoch, s]) => `g1/e${epoch}/s${s}/0`);
    const cost = fc.option(amount);
    type Step = (store: StudyStore, epoch: number) => Promise<unknown>;
    const at = (after: number): number => NOON + after * SECOND;
    const steps = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.tuple(slot, amount).map(
          ([s, reservedUsd]): Step =>
            (on, epoch) =>
              on.claimTrial("s", claim({ epoch, slot: s, meter: { ...METER, reservedUsd } })),
        ),
      },
      {
        weight: 3,
        arbitrary: fc.tuple(trial, lease, cost, seconds).map(
          ([n, from, costUsd, after]): Step =>
            (on) =>
              on.settleTrial("s", n, success(1, { lease: from, costUsd, at: at(after) })),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(trial, lease, cost, fc.boolean()).map(
          ([n, from, costUsd, abandoned]): Step =>
            (on) =>
              on.settleTrial("s", n, failure(from, { costUsd, abandoned })),
        ),
      },
      {
        weight: 3,
        arbitrary: fc.tuple(trial, fc.option(lease), cost, fc.boolean()).map(
          ([n, from, costUsd, abandoned]): Step =>
            (on) =>
              on.requeueTrial("s", n, {
                ...(from === null ? {} : { lease: from }),
                ...{ costUsd, abandoned, countsAttempt: true, lost: false, reason: null, at: at(9) },
              }),
        ),
      },
    );
    const together = fc.array(fc.array(steps, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(together, fc.integer({ min: 1, max: 8 }), async (rounds, usd) => {
        const on = await open();
        await running(on, 6, { budget: budget(usd) });
        let seen = 0;
        for (const [round, calls] of rounds.entries()) {
          const epoch = round < rounds.length / 2 ? 1 : 2;
          if (epoch === 2 && (await on.getStudy("s"))?.epoch.number === 1) await openNew(on, "s", 2, 1, 6);
          await Promise.all(calls.map((call) => call(on, epoch)));
          const now = (await on.getStudy("s")) as Study;
          const { items } = await on.readEvents("s", { limit: 200 });
          const overruns = items.reduce((sum, event) => sum + (event.type === "overrun" ? nano(event.usd) : 0), 0);
          const committed = nano(now.spentUsd) + nano(now.reservedUsd);
          expect(committed).toBeLessThanOrEqual(nano(usd) + overruns);
          expect(nano(now.spentUsd), "nothing spent is forgotten").toBeGreaterThanOrEqual(seen);
          seen = nano(now.spentUsd);
          const trials = await on.readTrials("s", { from: 1, to: 6 });
          const sum = (of: (trial: Trial) => number): number => trials.reduce((all, one) => all + nano(of(one)), 0);
          expect(nano(now.reservedUsd)).toBe(sum(({ meter }) => meter?.reservedUsd ?? 0));
          expect(nano(now.spentUsd)).toBe(sum(({ cost: spent }) => spent?.usd ?? 0));
          for (const { state, meter } of trials) expect(meter === undefined || state === "RUNNING").toBe(true);
        }
        const percents = (await on.readEvents("s", { limit: 200 })).items.flatMap((event) =>
          event.type === "spent" ? [event.percent] : [],
        );
        // told by clocks that do not agree, in the order of those
        expect(percents.sort((a, b) => a - b)).toEqual(
          [50, 80, 100].filter((percent) => seen * 100 >= nano(usd) * percent),
        );
        await on.close();
      }),
      { numRuns: 30 },
    );
  });
}

const nano = (usd: number): number => Math.round(usd * 1e9);
