import { describe, expect, test } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { refill } from "../../../lib/tuner/refill.ts";
import type { Told } from "../../../lib/workflow/messages.ts";
import { NOON } from "../../store/fixtures.ts";
import { type Given, type Run, success, Tuner } from "./support.ts";

const EVENT = { studyId: "s", generation: 1, epoch: 2 };

const told = ({ trial, lease }: Given): Told => ({ trial, lease, result: success(trial) });

/** A study of four slots after its first round, whose trials took so many seconds. */
async function afterRound(
  seconds: readonly number[],
  changes: Partial<StudySpec> = {},
  wrap?: (store: StudyStore) => StudyStore,
): Promise<Tuner> {
  const tuner = new Tuner(wrap);
  await tuner.start({ strategy: "evolution", trials: 20, parallel: seconds.length, ...changes });
  await tuner.open();
  const given: Given[] = [];
  for (const slot of seconds.keys()) given.push(await tuner.claim({ slot }));
  const ends = given.map((trial, slot) => ({ trial, slot, at: NOON + 1000 * (seconds[slot] ?? 0) }));
  for (const { trial, slot, at } of ends.toSorted((a, b) => a.at - b.at)) {
    tuner.now = at;
    await tuner.next({ slot, seq: 1, quota: 1, told: told(trial) });
  }
  return tuner;
}

/** Its second epoch is open: four slots, six trials. */
async function refilled(
  changes: Partial<StudySpec> = {},
  wrap?: (store: StudyStore) => StudyStore,
): Promise<{ tuner: Tuner; epoch: Run }> {
  const tuner = await afterRound([10, 10, 10, 100], changes, wrap);
  return { tuner, epoch: await tuner.open() };
}

describe("slots wait for one another", () => {
  const rounds = async (tuner: Tuner): Promise<string | undefined> => {
    expect(await tuner.open()).toMatchObject({ trialsPerSlot: 1 });
    const opened = tuner.events.findLast(({ type }) => type === "epochOpened");
    return opened?.type === "epochOpened" ? opened.reason?.message : undefined;
  };

  test("in the first round, and where trials take about the same", async () => {
    const first = new Tuner();
    await first.start({ strategy: "evolution", trials: 20, parallel: 4 });
    expect(await rounds(first)).toBe("too few trials have ended to tell how uneven they are");
    expect(await rounds(await afterRound([10, 11, 12, 13]))).toBe("rounds use 91 % of the slots' time");
  });

  test("where trials are so short that proposals could not keep up", async () => {
    const why = "trials take 3.25 s in the mean: proposals could not keep up with 4 slots";
    expect(await rounds(await afterRound([1, 1, 1, 10]))).toBe(why);
  });

  test("where no more trials remain than there are slots", async () => {
    const tuner = await afterRound([10, 10, 10, 100], { trials: 8 });
    expect(await rounds(tuner)).toBe("no more trials remain than there are slots");
  });

  test("where a plan alone can tell whether enough is known, and in a single slot", async () => {
    const stopping = { target: null, noProgress: null, regret: 1e-9 };
    expect(await rounds(await afterRound([10, 10, 10, 100], { stopping }))).toBeUndefined();
    expect(await rounds(await afterRound([100]))).toBeUndefined();
  });
});

describe("slots go on for themselves", () => {
  test("where the slowest of a round keeps the others waiting: the mean over the longest expected of four", async () => {
    const { tuner, epoch } = await refilled();
    expect(epoch).toMatchObject({ slots: 4, trialsPerSlot: 6 });
    // 32.5 s; 100 s unless all four draws are one of the three short ones: 100 − 90 · 0.75⁴
    const message = "rounds would use 45 % of the slots' time: trials take 32.5 s in the mean, the longest of 4 71.5 s";
    const reason = { code: "SLOTS", message };
    expect(tuner.events.at(-1)).toEqual({ type: "epochOpened", study: "s", epoch: 2, proposed: 6, reason });
    const { items } = await tuner.store.readEvents("s", { limit: 100 });
    expect(items.filter(({ type }) => type === "paced")).toEqual([{ type: "paced", at: tuner.now, epoch: 2, reason }]);
  });

  test("once an epoch that is as the one before is no news", async () => {
    const { tuner } = await refilled();
    await tuner.open();
    const { items } = await tuner.store.readEvents("s", { limit: 100 });
    expect(items.filter(({ type }) => type === "paced")).toHaveLength(1);
  });
});

describe("a refill", () => {
  test("makes up for what has ended, from what it measured, and no more", async () => {
    const { tuner } = await refilled();
    const first = await tuner.claim({ epoch: 2 });
    await refill(EVENT, tuner.ports);
    expect((await tuner.study()).created).toBe(10);
    const second = await tuner.claim({ epoch: 2, seq: 1, told: told(first) });
    await tuner.next({ epoch: 2, seq: 2, told: told(second) });
    await refill(EVENT, tuner.ports);
    await refill(EVENT, tuner.ports);
    expect(await tuner.study()).toMatchObject({ created: 12, epoch: { ready: [{ from: 5, to: 12 }] } });
    expect((await tuner.trial(12)).decision).toMatchObject({ strategy: "evolution" });
  });

  test("adds once where several see the same", async () => {
    const { tuner } = await refilled();
    await tuner.next({ epoch: 2, seq: 1, told: told(await tuner.claim({ epoch: 2 })) });
    await Promise.all([refill(EVENT, tuner.ports), refill(EVENT, tuner.ports), refill(EVENT, tuner.ports)]);
    expect((await tuner.study()).created).toBe(11);
  });

  test("keeps to the budget", async () => {
    const { tuner } = await refilled({ trials: 11 });
    let given = await tuner.claim({ epoch: 2 });
    for (let seq = 1; seq <= 4; seq++) {
      given = await tuner.claim({ epoch: 2, seq, told: told(given) });
      await refill(EVENT, tuner.ports);
    }
    expect((await tuner.study()).created).toBe(11);
  });

  test("counts a trial that was given back as one that no slot of this epoch will take", async () => {
    const { tuner } = await refilled();
    const { trial, lease } = await tuner.claim({ epoch: 2 });
    const error = { message: "no luck", retryable: true };
    await tuner.next({ epoch: 2, seq: 1, told: { trial, lease, result: { error } } });
    await refill(EVENT, tuner.ports);
    expect((await tuner.study()).created).toBe(11);
  });

  test("does nothing once its epoch is over, another execution owns the study, or it pauses, and in a round", async () => {
    const { tuner } = await refilled();
    await tuner.next({ epoch: 2, seq: 1, told: told(await tuner.claim({ epoch: 2 })) });
    const before = await tuner.study();
    await refill({ ...EVENT, epoch: 1 }, tuner.ports);
    await refill({ ...EVENT, generation: 2 }, tuner.ports);
    await refill({ ...EVENT, studyId: "other" }, tuner.ports);
    expect(await tuner.study()).toEqual(before);
    await tuner.store.moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: null, at: tuner.now });
    await refill(EVENT, tuner.ports);
    expect((await tuner.study()).created).toBe(before.created);
    const round = await afterRound([10, 10, 10, 10]);
    await round.open();
    await round.next({ epoch: 2, seq: 1, quota: 1, told: told(await round.claim({ epoch: 2 })) });
    await refill(EVENT, round.ports);
    expect((await round.study()).created).toBe(8);
  });

  test("of a finite space that is used up adds nothing, and the study is exhausted", async () => {
    const space = {
      parameters: [{ name: "n", type: "int", min: 1, max: 9, scale: "linear" }],
      constraints: [],
    } as const;
    const { tuner } = await refilled({ space });
    for (let seq = 0, next: Told | null = null; ; seq++) {
      const answer = await tuner.next({ epoch: 2, seq, told: next, waits: 3 });
      if (answer.kind !== "lambda") break;
      next = told(answer);
      await refill(EVENT, tuner.ports);
    }
    expect((await tuner.study()).counts).toMatchObject({ succeeded: 9, proposed: 0 });
    expect(await tuner.plan()).toMatchObject({ action: "finish", reason: { code: "EXHAUSTED" } });
  });
});

describe("a slot asks for more proposals", () => {
  test("after each trial that it ends, up to eight slots; not for one that had ended before", async () => {
    const { tuner } = await refilled();
    const first = await tuner.claim({ epoch: 2 });
    expect(tuner.requested).toEqual([]);
    await tuner.next({ epoch: 2, seq: 1, told: told(first) });
    expect(tuner.requested).toEqual([EVENT]);
    await tuner.next({ epoch: 2, seq: 1, told: told(first) });
    expect(tuner.requested).toHaveLength(1);
  });

  test("after every second of sixteen slots", async () => {
    const tuner = await afterRound([...Array(15).fill(20), 200], { trials: 90 });
    await tuner.open();
    let next: Told | null = null;
    for (let seq = 0; seq < 9; seq++) next = told(await tuner.claim({ epoch: 2, seq, told: next }));
    expect(tuner.requested).toHaveLength(4);
  });

  test("no more when the budget is given out", async () => {
    const { tuner } = await refilled({ trials: 10 });
    await tuner.next({ epoch: 2, seq: 1, told: told(await tuner.claim({ epoch: 2 })) });
    expect(tuner.requested).toEqual([]);
  });
});

describe("a slot that finds nothing ready", () => {
  async function dry(changes: Partial<StudySpec> = {}): Promise<Tuner> {
    const { tuner } = await refilled(changes);
    for (let slot = 0; slot < 6; slot++) await tuner.claim({ epoch: 2, slot });
    return tuner;
  }

  test("waits three times, longer and longer, and has proposals asked for", async () => {
    const tuner = await dry();
    for (const [waits, seconds] of [1, 3, 9].entries()) {
      expect(await tuner.next({ epoch: 2, slot: 7, waits })).toEqual({ kind: "wait", seconds });
    }
    expect(tuner.requested).toEqual([EVENT, EVENT, EVENT]);
    expect((await tuner.study()).created).toBe(10);
  });

  test("takes what has come meanwhile", async () => {
    const tuner = await dry();
    await tuner.next({ epoch: 2, slot: 7, waits: 0 });
    await tuner.store.addProposals("s", {
      ...{ generation: 1, epoch: 2, created: 10, at: tuner.now },
      proposals: [{ number: 11, source: "strategy", parameters: { x: 0.5 }, decision: { strategy: "evolution" } }],
    });
    expect((await tuner.claim({ epoch: 2, slot: 7, waits: 1 })).trial).toBe(11);
  });

  test.each([3, undefined])("goes on without the optimizer in the end, or where it cannot wait (%s)", async (waits) => {
    const tuner = await dry();
    const waited = waits === undefined ? {} : { waits };
    expect((await tuner.claim({ epoch: 2, slot: 7, ...waited })).trial).toBe(11);
    expect(await tuner.trial(11)).toMatchObject({
      state: "RUNNING",
      source: "strategy",
      decision: { strategy: "sobol", point: 10, fallback: "no proposal was ready" },
    });
    const again = await tuner.claim({ epoch: 2, slot: 7, ...waited });
    expect(again.trial).toBe(11);
    const other = await dry();
    await other.claim({ epoch: 2, slot: 8, ...waited });
    expect((await other.trial(11)).parameters).toEqual((await tuner.trial(11)).parameters);
  });

  test("gives each of many slots a trial of its own, and none beyond the budget", async () => {
    const tuner = await dry({ trials: 12 });
    const answers = await Promise.all([6, 7, 8, 9].map((slot) => tuner.next({ epoch: 2, slot, waits: 3 })));
    const given = answers.flatMap((answer) => (answer.kind === "lambda" ? [answer.trial] : []));
    expect(given.sort()).toEqual([11, 12]);
    expect(answers.filter(({ kind }) => kind === "done")).toHaveLength(2);
  });

  test("is done when the budget is given out, or the study pauses", async () => {
    const full = await dry({ trials: 10 });
    expect(await full.next({ epoch: 2, slot: 7, waits: 0 })).toEqual({ kind: "done" });
    const tuner = await dry();
    await tuner.store.moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: null, at: tuner.now });
    expect(await tuner.next({ epoch: 2, slot: 7, waits: 0 })).toEqual({ kind: "done" });
  });
});

describe("a refill that comes between", () => {
  /** Adds a trial right before the next call of the method. */
  function between(method: "moveStudy" | "openEpoch"): {
    readonly wrap: (store: StudyStore) => StudyStore;
    arm(): void;
  } {
    let armed = false;
    const wrap = (store: StudyStore): StudyStore =>
      new Proxy(store, {
        get: (target, name: keyof StudyStore) => {
          const call = target[name] as (...values: unknown[]) => Promise<unknown>;
          return async (...values: unknown[]) => {
            if (armed && name === method) {
              armed = false;
              const { created = 0 } = (await target.getStudy("s")) ?? {};
              const proposal = { source: "strategy", parameters: { x: 0.5 }, decision: { strategy: "x" } } as const;
              const proposals = [{ number: created + 1, ...proposal }];
              await target.addProposals("s", { generation: 1, epoch: 2, created, proposals, at: NOON });
            }
            return call.apply(target, values);
          };
        },
      });
    return {
      wrap,
      arm: () => {
        armed = true;
      },
    };
  }

  test("a plan's look and its epoch makes it look again", async () => {
    const { wrap, arm } = between("openEpoch");
    const { tuner } = await refilled({}, wrap);
    arm();
    await expect(tuner.plan()).rejects.toMatchObject({ code: "CONFLICT" });
    await tuner.open();
    const { created, epoch } = await tuner.study();
    expect(created).toBe(11);
    expect(epoch).toMatchObject({ number: 3, ready: [{ from: 5, to: 11 }] });
  });

  test("the last look at a study and its end leaves nothing that waits", async () => {
    const { wrap, arm } = between("moveStudy");
    const { tuner } = await refilled({}, wrap);
    arm();
    const end = { status: "COMPLETED", reason: { code: "TARGET", message: "" } } as const;
    await finalize({ studyId: "s", generation: 1, ...end }, tuner.ports);
    expect(await tuner.study()).toMatchObject({
      status: "COMPLETED",
      created: 11,
      counts: { proposed: 0, cancelled: 7 },
    });
  });
});
