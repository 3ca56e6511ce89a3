import { describe, expect, test } from "vitest";
import type { FloatParameter } from "../../../lib/space/parameter.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { interruptStudy } from "../../../lib/tuner/lifecycle/interrupt.ts";
import { resumeStudy, stopStudy } from "../../../lib/tuner/lifecycle/lifecycle.ts";
import type { PlanAnswer } from "../../../lib/workflow/messages.ts";
import { AMENDED, claim, failure, success as settlement } from "../../store/fixtures.ts";
import { success, Tuner } from "./support.ts";

const INT_SPACE = {
  parameters: [{ name: "n", type: "int", min: 1, max: 3, scale: "linear" }],
  constraints: [],
} as const;
const EMPTY_SPACE = { ...INT_SPACE, constraints: ["n > 5"] };

describe("an epoch is opened", () => {
  test("over as many trials as the slots may take", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 10, parallel: 4 });
    const answer = await tuner.plan();
    expect(answer).toMatchObject({ action: "run", mode: "inline", epoch: 1, slots: 4, trialsPerSlot: 4 });
    expect(await tuner.study()).toMatchObject({ created: 10, epoch: { number: 1, ready: [{ from: 1, to: 10 }] } });
    expect(tuner.events.at(-1)).toEqual({ type: "epochOpened", study: "s", epoch: 1, proposed: 10, reason: null });
  });

  test("one trial a slot where proposals get better with results", async () => {
    const tuner = new Tuner();
    await tuner.start({ strategy: "bayesian", trials: 10, parallel: 4 });
    expect(await tuner.open()).toMatchObject({ slots: 4, trialsPerSlot: 1 });
    expect((await tuner.study()).created).toBe(4);
  });

  test("over no more slots than there are trials, or than the runner takes", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 3, parallel: 40 });
    expect(await tuner.open()).toMatchObject({ mode: "inline", slots: 3 });
    tuner.runner = { slots: 2 };
    expect(await tuner.open()).toMatchObject({ slots: 2 });
  });

  test("distributed where the slots are many", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 100, parallel: 12 });
    expect(await tuner.open()).toMatchObject({ mode: "distributed", slots: 12 });
  });

  test("first over what people enqueued, completed where it is partial", async () => {
    const tuner = new Tuner();
    const parameters = [
      { name: "x", type: "float", min: 0, max: 1, scale: "linear", default: 0.5 },
      { name: "y", type: "float", min: 0, max: 1, scale: "linear" },
    ] as const;
    const enqueue = [{ x: 0.25, y: 0.75 }, { y: 0.1 }, { x: 0.3 }];
    await tuner.start({ space: { parameters, constraints: [] }, enqueue, trials: 5, parallel: 2 });
    await tuner.open();
    expect(await tuner.trial(1)).toMatchObject({ source: "enqueue", parameters: { x: 0.25, y: 0.75 } });
    expect(await tuner.trial(2)).toMatchObject({
      parameters: { x: 0.5, y: 0.1 },
      decision: { strategy: "manual", given: ["y"] },
    });
    const third = await tuner.trial(3);
    expect(third.parameters).toMatchObject({ x: 0.3, y: expect.any(Number) });
    expect(await tuner.trial(4)).toMatchObject({ source: "strategy", decision: { strategy: "random" } });
    expect((await tuner.study()).created).toBe(5);
  });

  test("by the trial's place among the strategy's, not among all", async () => {
    const alone = new Tuner();
    await alone.start({ strategy: "sobol", trials: 3, parallel: 1 });
    await alone.open();
    const behind = new Tuner();
    await behind.start({ strategy: "sobol", trials: 5, parallel: 1, enqueue: [{ x: 0.1 }, { x: 0.2 }] });
    await behind.open();
    expect((await behind.trial(3)).parameters).toEqual((await alone.trial(1)).parameters);
    expect((await behind.trial(5)).parameters).toEqual((await alone.trial(3)).parameters);
  });
});

describe("planned twice", () => {
  test("in a row: the open trials are taken up again and nothing is added", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 10, parallel: 4 });
    await tuner.open();
    expect(await tuner.open()).toMatchObject({ epoch: 2, slots: 4 });
    expect(await tuner.study()).toMatchObject({ created: 10, epoch: { ready: [{ from: 1, to: 10 }] } });
  });

  test("at once: both open the same epoch", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 10, parallel: 4 });
    const [first, second] = await Promise.all([tuner.plan(), tuner.plan()]);
    expect(second).toEqual(first);
    expect((await tuner.study()).created).toBe(10);
  });

  test("at once, over a trial that both take back: it is in the next epoch whoever opens it", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 2, parallel: 2 });
    await tuner.open();
    await tuner.claim();
    await Promise.all([tuner.plan(), tuner.plan()]);
    expect(await tuner.study()).toMatchObject({ created: 2, epoch: { number: 2, ready: [{ from: 1, to: 2 }] } });
    expect(await tuner.trial(1)).toMatchObject({ state: "PROPOSED", attempts: 0, lost: 1 });
  });

  test("by one that is late: live trials of the epoch after are left to their slots", async () => {
    let hold: Promise<void> | null = null;
    let reading = (): void => {};
    const held = new Promise<void>((resolve) => {
      reading = resolve;
    });
    const slow = (store: StudyStore): StudyStore => ({
      ...store,
      async readTrials(id, range) {
        const wait = hold;
        hold = null;
        if (wait !== null) reading();
        await wait;
        return store.readTrials(id, range);
      },
    });
    const tuner = new Tuner(slow);
    await tuner.start({ trials: 2, parallel: 1, strategy: "bayesian" });
    await tuner.open();

    let release = (): void => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const late = tuner.plan();
    await held;
    await tuner.open();
    const live = await tuner.claim({ epoch: 2 });
    release();
    await late;
    expect(await tuner.trial(live.trial)).toMatchObject({ state: "RUNNING", lease: live.lease, lost: 0 });
  });
});

describe("what a closed epoch left open", () => {
  test("a trial whose slot died goes back, no attempt spent, and is given up the third time", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 1, parallel: 1 });
    await tuner.open();
    for (const lost of [1, 2]) {
      await tuner.claim({ epoch: lost });
      await tuner.open();
      expect(await tuner.trial(1)).toMatchObject({ state: "PROPOSED", attempts: 0, lost });
    }
    await tuner.claim({ epoch: 3 });
    const end = await tuner.plan();
    expect(await tuner.trial(1)).toMatchObject({ state: "FAILED", reason: { code: "LOST" } });
    expect(end).toMatchObject({ action: "finish", status: "FAILED", reason: { code: "FAILURES" } });
    expect(tuner.count("trialEnded")).toBe(1);
  });

  test("a trial of an execution that is no more goes back as often as it takes: it was not lost", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 1, parallel: 1 });
    for (let generation = 1; generation <= 5; generation++) {
      await tuner.begin(generation);
      await tuner.open({ generation });
      await tuner.claim({ generation, epoch: generation });
    }
    await tuner.begin(6);
    await tuner.open({ generation: 6 });
    expect(await tuner.trial(1)).toMatchObject({
      state: "PROPOSED",
      attempts: 0,
      lost: 0,
      reason: { message: "the study was interrupted" },
    });
  });

  test("a trial that ends while it is taken back is not run again", async () => {
    const racing = (store: StudyStore): StudyStore => ({
      ...store,
      async requeueTrial(id, number, requeue) {
        await store.settleTrial(id, number, settlement(0.5));
        return store.requeueTrial(id, number, requeue);
      },
    });
    const tuner = new Tuner(racing);
    await tuner.start({ trials: 2, parallel: 2 });
    await tuner.open();
    await tuner.claim();
    await tuner.open();
    expect((await tuner.study()).epoch.ready).toEqual([{ from: 2, to: 2 }]);
  });

  test("a trial that another plan takes back at this moment is open all the same", async () => {
    const racing = (store: StudyStore): StudyStore => ({
      ...store,
      async requeueTrial(id, number, requeue) {
        await store.requeueTrial(id, number, requeue);
        return store.requeueTrial(id, number, requeue);
      },
    });
    const tuner = new Tuner(racing);
    await tuner.start({ trials: 2, parallel: 2 });
    await tuner.open();
    await tuner.claim();
    await tuner.open();
    expect(await tuner.study()).toMatchObject({ created: 2, epoch: { ready: [{ from: 1, to: 2 }] } });
  });

  test("a trial that ends while it is given up keeps its result", async () => {
    const racing = (store: StudyStore): StudyStore => ({
      ...store,
      async settleTrial(id, number, end) {
        if (end.reason?.code === "LOST") await store.settleTrial(id, number, settlement(0.5));
        return store.settleTrial(id, number, end);
      },
    });
    const tuner = new Tuner(racing);
    await tuner.start({ trials: 1, parallel: 1 });
    for (let epoch = 1; epoch <= 3; epoch++) {
      await tuner.open();
      await tuner.claim({ epoch });
    }
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "COMPLETED" });
    expect(tuner.count("trialEnded")).toBe(0);
  });
});

describe("the budget of trials", () => {
  test("is filled up when trials are cancelled or ended from outside", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 4, parallel: 2 });
    await tuner.open();
    await tuner.store.cancelTrials("s", [2], { code: "X", message: "" }, tuner.now);
    await tuner.store.settleTrial("s", 1, settlement(1));
    await tuner.open();
    expect(await tuner.study()).toMatchObject({ created: 5, epoch: { ready: [{ from: 3, to: 5 }] } });
  });

  test("cancels the trials that are too many when it has become smaller", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 10, parallel: 4 });
    await tuner.open();
    await tuner.store.settleTrial("s", 1, settlement(1));
    await tuner.store.amendStudy("s", { spec: { trials: 3, parallel: 4 }, reason: AMENDED, at: tuner.now });
    expect(await tuner.open()).toMatchObject({ slots: 2 });
    expect(await tuner.states()).toEqual(["SUCCEEDED", "PROPOSED", "PROPOSED", ...Array(7).fill("CANCELLED")]);
  });

  test("cancels what a strategy has proposed in bounds that have been narrowed, and proposes in the new ones", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 20, parallel: 4, enqueue: [{ x: 0.9 }] });
    await tuner.open();
    const [x] = (await tuner.study()).spec.space.parameters;
    const space = { parameters: [{ ...x, max: 0.3 } as FloatParameter], constraints: [] };
    await tuner.store.amendStudy("s", { spec: { space }, reason: AMENDED, at: tuner.now });
    const before = (await tuner.study()).created;
    await tuner.open();
    const { created } = await tuner.study();
    expect(created).toBeGreaterThan(before);
    const trials = await tuner.store.readTrials("s", { from: 1, to: created });
    expect(trials.map(({ state, parameters }) => [state, (parameters["x"] as number) <= 0.3])).toEqual([
      ["PROPOSED", false],
      ...trials.slice(1, before).map(({ parameters }) => {
        const inside = (parameters["x"] as number) <= 0.3;
        return [inside ? "PROPOSED" : "CANCELLED", inside];
      }),
      ...Array(created - before).fill(["PROPOSED", true]),
    ]);
  });

  test("ends the study when it is used up", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 1 });
    await tuner.open();
    await tuner.store.settleTrial("s", 1, settlement(1));
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "COMPLETED", reason: { code: "TRIALS" } });
  });
});

describe("the end", () => {
  test("a grid that is used up completes the study once its trials have ended", async () => {
    const tuner = new Tuner();
    await tuner.start({ strategy: "grid", space: INT_SPACE, trials: 10, parallel: 2 });
    expect(await tuner.open()).toMatchObject({ slots: 2 });
    expect((await tuner.study()).created).toBe(3);
    expect(await tuner.plan()).toMatchObject({ action: "run" });
    for (const number of [1, 2, 3]) await tuner.store.settleTrial("s", number, settlement(number));
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "COMPLETED", reason: { code: "EXHAUSTED" } });
  });

  test("a manual study without anything enqueued completes at once", async () => {
    const tuner = new Tuner();
    await tuner.start({ strategy: "manual" });
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "COMPLETED", reason: { code: "EXHAUSTED" } });
  });

  test.each(["random", "sobol", "grid", "bayesian"] as const)(
    "%s in an empty space fails the study",
    async (strategy) => {
      const tuner = new Tuner();
      await tuner.start({ strategy, space: EMPTY_SPACE });
      expect(await tuner.plan()).toMatchObject({ action: "finish", status: "FAILED", reason: { code: "SPACE_EMPTY" } });
    },
  );

  test("what was enqueued into an empty space is tried all the same", async () => {
    const tuner = new Tuner();
    await tuner.start({ space: EMPTY_SPACE, enqueue: [{ n: 2 }] });
    expect(await tuner.open()).toMatchObject({ slots: 1 });
    await tuner.store.settleTrial("s", 1, settlement(1));
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "FAILED", reason: { code: "SPACE_EMPTY" } });
  });

  test("ten failures before anything else fail the study", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 60, parallel: 1 });
    await tuner.open();
    for (let seq = 0; seq < 10; seq++) {
      const { trial, lease } = await tuner.claim({ seq });
      await tuner.store.settleTrial("s", trial, failure(lease));
    }
    expect(await tuner.next({ seq: 10 })).toEqual({ kind: "done" });
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "FAILED", reason: { code: "FAILURES" } });
  });

  test("five passes in which no slot could work fail the study", async () => {
    const tuner = new Tuner();
    await tuner.start();
    expect(await tuner.plan({ stalls: 4 })).toMatchObject({ action: "run" });
    expect(await tuner.plan({ stalls: 5 })).toMatchObject({ action: "finish", status: "FAILED" });
  });

  test("a full history is handed over with nothing opened", async () => {
    const tuner = new Tuner();
    await tuner.start();
    expect(await tuner.plan({ events: 12_500 })).toEqual({ action: "handOver" });
    expect(await tuner.study()).toMatchObject({ created: 0, epoch: { number: 0 } });
  });
});

describe("within stopping.regret of the optimum", () => {
  const parabola = (x: number): number => (x - 0.3) ** 2;

  /** Runs epochs until the study ends; every trial succeeds. */
  async function end(tuner: Tuner, generation = 1): Promise<PlanAnswer> {
    for (;;) {
      const answer = await tuner.plan({ generation });
      if (answer.action !== "run") return answer;
      for (const { from, to } of (await tuner.study()).epoch.ready) {
        for (let n = from; n <= to; n++) {
          await tuner.store.settleTrial("s", n, settlement(parabola((await tuner.trial(n)).parameters["x"] as number)));
        }
      }
    }
  }
  const stopping = { target: null, noProgress: null, regret: 0.01 };

  test.each(["bayesian", "random"] as const)("%s completes before its trials are used up", async (strategy) => {
    const tuner = new Tuner();
    await tuner.start({ strategy, trials: 100, parallel: 2, stopping });
    expect(await end(tuner)).toMatchObject({ action: "finish", status: "COMPLETED", reason: { code: "REGRET" } });
    const { counts, best } = await tuner.study();
    expect(counts.succeeded).toBeGreaterThanOrEqual(20);
    expect(counts.succeeded).toBeLessThan(100);
    expect(best!.score).toBeLessThan(0.01);
  });

  test("the same results give the same answer", async () => {
    const tuner = new Tuner();
    await tuner.start({ strategy: "random", trials: 100, parallel: 2, stopping });
    const answer = await end(tuner);
    expect(await tuner.plan()).toEqual(answer);
  });

  test("a study that is resumed with less to be left goes on", async () => {
    const tuner = new Tuner();
    await tuner.start({ strategy: "random", trials: 40, parallel: 2, stopping });
    await end(tuner);
    const { counts } = await tuner.study();
    await interruptStudy("s", tuner.ports);
    await tuner.plan();
    const amendment = { trials: 40, stopping: { ...stopping, regret: 1e-12 } };
    await tuner.store.amendStudy("s", { spec: amendment, reason: AMENDED, at: tuner.now });
    await tuner.begin(2);
    expect(await end(tuner, 2)).toMatchObject({ reason: { code: "TRIALS" } });
    expect((await tuner.study()).counts.succeeded).toBeGreaterThan(counts.succeeded);
  });
});

describe("an execution that may not plan", () => {
  test("pauses a study that was asked to, its trials taken back", async () => {
    const tuner = new Tuner();
    await tuner.start({ parallel: 1 });
    await tuner.open();
    await tuner.claim();
    await interruptStudy("s", tuner.ports);
    expect(await tuner.plan()).toEqual({ action: "halt" });
    expect(await tuner.study()).toMatchObject({ status: "PAUSED", reason: { code: "INTERRUPTED" } });
    expect(await tuner.trial(1)).toMatchObject({ state: "PROPOSED", attempts: 0 });
    expect(await tuner.plan()).toEqual({ action: "halt" });
  });

  test("pauses a study whose runner was removed, names it, and goes on when it is resumed with the runner back", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 4, parallel: 2 });
    const { trialsPerSlot: quota } = await tuner.open();
    const { trial, lease } = await tuner.claim();
    tuner.runner = null;
    const told = { trial, lease, result: success(0.5) };
    expect(await tuner.next({ seq: 1, quota, told })).toEqual({ kind: "done" });
    expect(await tuner.plan()).toEqual({ action: "halt" });
    expect(await tuner.plan()).toEqual({ action: "halt" });
    const { status, reason, counts } = await tuner.study();
    expect({ status, reason, counts }).toMatchObject({
      status: "PAUSED",
      reason: { code: "RUNNER_MISSING", message: expect.stringContaining("there is no runner") },
      counts: { succeeded: 1, failed: 0, running: 0 },
    });
    const started: string[] = [];
    const launcher = {
      start: async (name: string) => {
        started.push(name);
        return null;
      },
    };
    await resumeStudy("s", tuner.ports, launcher);
    expect(started).toEqual(["s-g2"]);
    tuner.runner = {};
    await tuner.begin(2);
    expect(await tuner.open({ generation: 2 })).toMatchObject({ epoch: 2 });
  });

  test("of a study whose runner was removed does as a person wishes meanwhile", async () => {
    let wish = async (): Promise<unknown> => null;
    const tuner = new Tuner((store) => ({
      ...store,
      async moveStudy(...move) {
        const first = wish;
        wish = async () => null;
        await first();
        return store.moveStudy(...move);
      },
    }));
    await tuner.start({ trials: 4, parallel: 2 });
    tuner.runner = null;
    wish = () => stopStudy("s", false, tuner.ports);
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "STOPPED" });
  });

  test("halts when another generation owns the study", async () => {
    const tuner = new Tuner();
    await tuner.start({ parallel: 1 });
    await tuner.begin(2);
    await tuner.open({ generation: 2 });
    const live = await tuner.store.claimTrial("s", claim({ generation: 2 }));
    expect(await tuner.plan()).toEqual({ action: "halt" });
    expect(await tuner.trial(1)).toEqual(live);
  });

  test("fails loudly for a study that does not exist", async () => {
    await expect(new Tuner().plan()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a fault of the store is the workflow's to repeat", async () => {
    const tuner = new Tuner((store) => ({ ...store, readTrials: () => Promise.reject(new Error("throttled")) }));
    await tuner.start({ space: INT_SPACE });
    await tuner.open();
    await expect(tuner.plan()).rejects.toThrow("throttled");
  });
});

describe("the strategy is shown", () => {
  test("ended trials with their values, null where there is none to learn from, and what is pending", async () => {
    const tuner = new Tuner();
    const outcomes = [{ metric: "latency", max: 1 }];
    await tuner.start({ strategy: "sobol", space: INT_SPACE, trials: 3, parallel: 1, outcomes });
    await tuner.open();
    const { trial, lease } = await tuner.claim();
    await tuner.next({ seq: 1, quota: 1, told: { trial, lease, result: success(1) } });
    expect(await tuner.trial(trial)).toMatchObject({ state: "SUCCEEDED", feasible: false });
    await tuner.store.cancelTrials("s", [3], { code: "X", message: "" }, tuner.now);
    await tuner.open();
    const numbers = new Set(await Promise.all([1, 2, 4].map(async (n) => (await tuner.trial(n)).parameters["n"])));
    expect(numbers).toEqual(new Set([1, 2, 3]));
  });
});
