import { describe, expect, test } from "vitest";
import type { StudySpec } from "../../../../lib/study/spec.ts";
import { createStudy } from "../../../../lib/tuner/create-study.ts";
import { finalize } from "../../../../lib/tuner/finalize.ts";
import { extendStudy, resumeStudy, stopStudy } from "../../../../lib/tuner/lifecycle/lifecycle.ts";
import { spec } from "../../../store/fixtures.ts";
import { success, Tuner } from "../support.ts";

const SECOND = 1000;
/** A dollar a minute, at most a minute: a dollar and a quarter with the 15 seconds of grace. */
const budget = (usd: number, more: Partial<StudySpec["budget"]> = {}): StudySpec["budget"] => ({
  ...{ wallClock: null, trialTimeout: 60, usd, usdPerHour: 60 },
  ...more,
});

describe("a budget that cannot be kept is refused, with all that is missing", () => {
  const issues = async (more: Partial<StudySpec["budget"]>, tuner = new Tuner()): Promise<readonly string[]> => {
    const { usdPerHour: _, ...bare } = budget(5, { trialTimeout: null });
    try {
      await createStudy("s", spec({ budget: { ...bare, ...more } }), tuner.ports);
    } catch (error) {
      expect(error).toMatchObject({ code: "INVALID_STUDY" });
      expect(await tuner.store.getStudy("s")).toBeNull();
      return (error as { issues: { path: string }[] }).issues.map(({ path }) => path);
    }
    return [];
  };

  test("a runner without price and limit", async () => {
    expect(await issues({})).toEqual(["budget.usdPerHour", "budget.trialTimeout"]);
    expect(await issues({ usdPerHour: 1 })).toEqual(["budget.trialTimeout"]);
    expect(await issues({ trialTimeout: 60 })).toEqual(["budget.usdPerHour"]);
    expect(await issues({ trialTimeout: 60, usdPerHour: 1 })).toEqual([]);
    expect(await issues({ usdPerHour: 0 }), "only what trials report counts").toEqual([]);
  });

  test("not one that has both", async () => {
    const tuner = new Tuner();
    tuner.runner = { timeoutSeconds: 300, price: { usdPerSecond: 0.01, usdPerAttempt: 0 } };
    expect(await issues({}, tuner)).toEqual([]);
  });
});

describe("a claim", () => {
  test("sets aside the limit with its grace, by the price of the study file", async () => {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(10) });
    await tuner.open();
    await tuner.claim();
    expect((await tuner.study()).reservedUsd).toBe(1.25);
  });

  test("by the price of the runner, of which none is known for a file that gives another", async () => {
    const tuner = new Tuner();
    tuner.runner = { timeoutSeconds: 100, graceSeconds: 0, price: { usdPerSecond: 0.01, usdPerAttempt: 0.5 } };
    const { usdPerHour: _, ...bare } = budget(10);
    await tuner.start({ budget: bare });
    await tuner.open();
    await tuner.claim();
    expect((await tuner.study()).reservedUsd).toBe(1.1);
  });

  test("sets aside what a function may cost that runs on when the workflow has given it up", async () => {
    const tuner = new Tuner();
    tuner.runner = { timeoutSeconds: 300, graceSeconds: 0, outlivesLimit: true };
    await tuner.start({ budget: budget(10) });
    await tuner.open();
    await tuner.claim();
    expect((await tuner.study()).reservedUsd).toBe(5);
  });
});

describe("without a cap", () => {
  test("what trials cost is estimated where a price is known", async () => {
    const tuner = new Tuner();
    const { usd: _, ...uncapped } = budget(1, { trialTimeout: null });
    await tuner.start({ budget: uncapped, parallel: 1 });
    await tuner.open();
    const { trial, lease } = await tuner.claim();
    tuner.now += 90 * SECOND;
    await tuner.next({ seq: 1, quota: 1, told: { trial, lease, result: success(1) } });
    expect(await tuner.trial(1)).toMatchObject({ cost: { usd: 1.5 } });
    expect(await tuner.study()).toMatchObject({ spentUsd: 1.5, reservedUsd: 0 });
  });

  test("what is not known is not made up", async () => {
    const tuner = new Tuner();
    await tuner.start({ parallel: 1 });
    await tuner.open();
    const { trial, lease } = await tuner.claim();
    await tuner.next({ seq: 1, quota: 1, told: { trial, lease, result: success(1) } });
    expect(await tuner.trial(1)).toMatchObject({ cost: null });
  });
});

describe("what an attempt is charged with", () => {
  async function after(told: object, seconds: number): Promise<number> {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(10) });
    await tuner.open();
    const { trial, lease } = await tuner.claim();
    tuner.now += seconds * SECOND;
    await tuner.next({ seq: 1, quota: 1, told: { trial, lease, ...told } });
    expect((await tuner.study()).reservedUsd).toBe(0);
    return (await tuner.study()).spentUsd;
  }
  const caught = (name: string): object => ({ error: { Error: name, Cause: "" } });
  const failed = { error: { message: "no", retryable: true } };

  test.each([
    ["its time", { result: success(1) }, 30, 0.5],
    ["what it reports", { result: { ...success(1), cost: { usd: 0.2 } } }, 30, 0.2],
    ["its time, when it fails and runs again", { result: failed }, 6, 0.1],
    ["what it reports, when it fails and runs again", { result: { ...failed, cost: { usd: 0.3 } } }, 6, 0.3],
    ["its time, when it was interrupted", caught("Pegbox.Interrupted"), 12, 0.2],
    ["its time, when it was throttled", caught("Lambda.TooManyRequestsException"), 12, 0.2],
    ["all, when the workflow gave it up and it may still run", caught("States.Timeout"), 12, 1.25],
    ["all, when its connection broke and it may still run", caught("Lambda.SdkClientException"), 12, 1.25],
    ["never more than all", { result: success(1) }, 9999, 1.25],
  ])("%s", async (_, told, seconds, usd) => {
    expect(await after(told, seconds)).toBe(usd);
  });

  test("all, when its slot died", async () => {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(10) });
    await tuner.open();
    await tuner.claim();
    await tuner.plan();
    expect(await tuner.study()).toMatchObject({ spentUsd: 1.25, reservedUsd: 0 });
  });

  test("all, when it is given up by who stops the study at once", async () => {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(10) });
    await tuner.open();
    await tuner.claim();
    await stopStudy("s", true, tuner.ports);
    expect(await tuner.study()).toMatchObject({ spentUsd: 1.25, reservedUsd: 0, counts: { stopped: 1 } });
  });
});

describe("a study with a cap", () => {
  test("opens no more slots than it can afford, and ends when it cannot afford one", async () => {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(4), parallel: 8, strategy: "bayesian" });
    expect(await tuner.open()).toMatchObject({ slots: 3 });
    expect((await tuner.study()).created).toBe(3);
    for (const slot of [0, 1, 2]) await tuner.claim({ slot });
    expect(await tuner.next({ slot: 3 })).toEqual({ kind: "done" });
    const ends = [0, 1, 2].map(async (slot) => {
      const lease = `g1/e1/s${slot}/0`;
      const { number } = (await tuner.store.readTrials("s", { from: 1, to: 3 })).find((one) => one.lease === lease)!;
      const told = { trial: number, lease, result: { ...success(slot), cost: { usd: 1 } } };
      return tuner.next({ slot, seq: 1, quota: 1, told });
    });
    await Promise.all(ends);
    const end = await tuner.plan();
    const message = "$3.00 of the $4.00 of budget.usd are spent; one trial more may cost up to $1.25";
    expect(end).toEqual({ action: "finish", status: "STOPPED", reason: { code: "BUDGET_USD", message } });
  });

  test("lets what runs end, and goes on with what that gives back", async () => {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(2), parallel: 2, strategy: "random", trials: 9 });
    expect(await tuner.open()).toMatchObject({ slots: 1 });
    let { trial, lease } = await tuner.claim();
    for (let seq = 1; seq < 5; seq++) {
      expect(await tuner.next({ slot: 1 }), "a second might not fit").toEqual({ kind: "done" });
      tuner.now += 6 * SECOND;
      ({ trial, lease } = await tuner.claim({ seq, told: { trial, lease, result: success(1) } }));
    }
    expect(await tuner.study()).toMatchObject({
      spentUsd: 0.4,
      reservedUsd: 1.25,
      counts: { succeeded: 4, running: 1 },
    });
  });

  test("starts nothing more once reports have passed the cap", async () => {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(2, { usdPerHour: 0 }), parallel: 2, strategy: "random" });
    await tuner.open();
    const { trial, lease } = await tuner.claim();
    const told = { trial, lease, result: { ...success(1), cost: { usd: 2.5 } } };
    expect(await tuner.next({ seq: 1, told })).toEqual({ kind: "done" });
    const { items } = await tuner.store.readEvents("s", { limit: 99 });
    expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining(["overrun", "spent"]));
    const end = await tuner.plan();
    expect(end).toMatchObject({ action: "finish", status: "STOPPED", reason: { code: "BUDGET_USD" } });
  });

  test("goes on once it is given more, and only then", async () => {
    const tuner = new Tuner();
    await tuner.start({ budget: budget(1) });
    const end = await tuner.plan();
    if (end.action !== "finish") throw new Error("expected the end");
    await finalize({ studyId: "s", generation: 1, ...end }, tuner.ports);
    const launcher = { start: async () => null };
    await expect(resumeStudy("s", tuner.ports, launcher)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(extendStudy("s", { trials: 99 }, tuner.ports, launcher)).rejects.toMatchObject({ code: "CONFLICT" });
    await extendStudy("s", { budget: { usd: 3 } }, tuner.ports, launcher);
    expect(await tuner.study()).toMatchObject({ status: "PAUSED", spec: { budget: budget(3) } });
    await tuner.begin(2);
    expect(await tuner.open({ generation: 2 })).toMatchObject({ slots: 2 });
  });

  test("is refused a cap that cannot be kept; where nobody knew the runner, the plan ends it", async () => {
    const tuner = new Tuner();
    await tuner.start();
    const launcher = { start: async () => null };
    const wish = extendStudy("s", { budget: { usd: 3 } }, tuner.ports, launcher);
    await expect(wish).rejects.toMatchObject({ code: "INVALID_STUDY" });
    tuner.runner = null;
    await extendStudy("s", { budget: { usd: 3 } }, tuner.ports, launcher);
    tuner.runner = {};
    const message = expect.stringMatching(/cannot be kept: budget.usdPerHour: .*; budget.trialTimeout: /);
    expect(await tuner.plan()).toMatchObject({ status: "STOPPED", reason: { code: "BUDGET_USD", message } });
  });
});
