import { describe, expect, test } from "vitest";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { extendStudy, stopStudy } from "../../../lib/tuner/lifecycle/lifecycle.ts";
import type { PlanAnswer } from "../../../lib/workflow/messages.ts";
import { type Given, success, Tuner } from "./support.ts";

/** Rungs 1, 3 and 9. */
const fidelity = { name: "epochs", min: 1, max: 9, rule: "asha" } as const;

async function started(changes: Partial<StudySpec> = {}): Promise<Tuner> {
  const tuner = new Tuner();
  await tuner.start({ fidelity, trials: 9, parallel: 3, retries: 0, ...changes });
  return tuner;
}

/** The smaller x, the better; the longer the training, the better. */
const error = ({ request }: Given): number =>
  Number(request.parameters["x"]) + 1 / (request.fidelity?.["epochs"] ?? Number.NaN);

const tell = (tuner: Tuner, { trial, lease, fidelity }: Given, result: object): Promise<unknown> =>
  tuner.next({ seq: 1, quota: 1, told: { trial, lease, fidelity, result } });

/** Runs epochs until the plan says otherwise. */
async function toTheEnd(tuner: Tuner, result: (given: Given) => object = (given) => success(error(given))) {
  const runs: { readonly trial: number; readonly epochs: number }[] = [];
  for (;;) {
    const answer = await tuner.plan();
    if (answer.action !== "run") return { answer, runs };
    const given: Given[] = [];
    for (let slot = 0; slot < answer.slots; slot++) given.push(await tuner.claim({ epoch: answer.epoch, slot }));
    for (const one of given) {
      runs.push({ trial: one.trial, epochs: one.request.fidelity!["epochs"]! });
      await tell(tuner, one, result(one));
    }
  }
}

function end(tuner: Tuner, answer: PlanAnswer): Promise<unknown> {
  if (answer.action !== "finish") throw new Error(`expected the end, got ${answer.action}`);
  const { status, reason } = answer;
  return finalize({ studyId: "s", generation: 1, status, reason }, tuner.ports);
}

describe("a study whose trials may be cut short", () => {
  test("begins every trial at the lowest rung, also the enqueued ones", async () => {
    const tuner = await started({ enqueue: [{ x: 0.5 }] });
    const answer = await tuner.open();
    expect(answer).toMatchObject({ slots: 3, trialsPerSlot: 1 });
    expect((await tuner.claim()).request).toMatchObject({ trial: 1, parameters: { x: 0.5 }, fidelity: { epochs: 1 } });
    expect(await tuner.trial(2)).toMatchObject({ source: "strategy", fidelity: 1, rungs: [] });
  });

  test("pauses what has ended a rung well, and a third of it climbs, up to the whole training", async () => {
    const tuner = await started();
    const { answer, runs } = await toTheEnd(tuner);
    expect(answer).toMatchObject({
      action: "finish",
      status: "COMPLETED",
      reason: { code: "TRIALS", message: "all 9 trials ended, 1 at epochs 9" },
    });
    expect([1, 3, 9].map((epochs) => runs.filter((run) => run.epochs === epochs).length)).toEqual([9, 3, 1]);
    const { counts, best, created } = await tuner.study();
    expect(counts).toMatchObject({ succeeded: 1, paused: 8 });
    expect(created).toBe(9);
    const trials = await tuner.store.readTrials("s", { from: 1, to: 9 });
    const smallest = trials.toSorted((a, b) => Number(a.parameters["x"]) - Number(b.parameters["x"]))[0]!;
    expect(best).toMatchObject({ trial: smallest.number, metrics: smallest.metrics });
    expect(smallest).toMatchObject({ state: "SUCCEEDED", fidelity: 9, attempts: 3 });
    expect(smallest.rungs.map((rung) => rung.fidelity)).toEqual([1, 3]);
    expect(tuner.count("trialPaused")).toBe(12);
    expect(tuner.count("trialEnded")).toBe(1);
  });

  test("stops where they stand what has not climbed to the end", async () => {
    const tuner = await started();
    const { answer } = await toTheEnd(tuner);
    expect(await end(tuner, answer)).toMatchObject({
      status: "COMPLETED",
      trials: { total: 9, succeeded: 1, stopped: 8, paused: 0, cancelled: 0 },
    });
    const stopped = (await tuner.store.readTrials("s", { from: 1, to: 9 })).filter(({ state }) => state === "STOPPED");
    for (const trial of stopped) {
      expect(trial.reason).toEqual({
        code: "RUNG",
        message: expect.stringContaining(`it stood at epochs ${trial.fidelity} of 9; the study ended first`),
      });
      expect(trial.metrics).toEqual(trial.rungs.at(-1)?.metrics);
    }
    expect(stopped.map(({ fidelity: at }) => at).sort()).toEqual([1, 1, 1, 1, 1, 1, 3, 3]);
  });

  test("trains one to the end although too few were begun for any to earn it", async () => {
    const tuner = await started({ trials: 2 });
    const { answer, runs } = await toTheEnd(tuner);
    expect(answer).toMatchObject({ status: "COMPLETED", reason: { code: "TRIALS" } });
    expect(runs.map(({ epochs }) => epochs)).toEqual([1, 1, 3, 9]);
    expect((await tuner.study()).best?.metrics["error"]).toBeLessThan(1.2);
  });

  test("tries the next best where the best cannot be trained to the end", async () => {
    const tuner = await started({ trials: 3 });
    let broken = 0;
    const { runs } = await toTheEnd(tuner, (given) => {
      if (given.request.fidelity?.["epochs"] !== 3 || broken > 0) return success(error(given));
      broken = given.trial;
      return { infeasible: "it diverged" };
    });
    expect(broken).toBeGreaterThan(0);
    const { best, counts } = await tuner.study();
    expect(best?.trial).not.toBe(broken);
    expect(counts).toMatchObject({ infeasible: 1, succeeded: 1, paused: 1 });
    expect(runs.at(-1)).toEqual({ trial: best?.trial, epochs: 9 });
  });

  test("a grid that is used up ends once nothing may climb", async () => {
    const space = {
      parameters: [{ name: "x", type: "int", min: 1, max: 4, scale: "linear" }],
      constraints: [],
    } as const;
    const tuner = await started({ strategy: "grid", space, enqueue: [{ x: 2 }] });
    const { answer, runs } = await toTheEnd(tuner);
    expect(answer).toMatchObject({ status: "COMPLETED", reason: { code: "EXHAUSTED" } });
    expect((await tuner.study()).best?.parameters).toEqual({ x: 1 });
    expect(runs.filter(({ epochs }) => epochs === 9)).toHaveLength(1);
    const trials = await tuner.store.readTrials("s", { from: 1, to: 99 });
    expect(new Set(trials.map(({ parameters }) => parameters["x"]))).toEqual(new Set([1, 2, 3, 4]));
  });

  test("the same configuration twice climbs once", async () => {
    const tuner = await started({ strategy: "manual", trials: 9, enqueue: Array(3).fill({ x: 0.5 }) });
    const { answer, runs } = await toTheEnd(tuner);
    expect(answer).toMatchObject({ reason: { code: "EXHAUSTED" } });
    expect(runs.map(({ epochs }) => epochs)).toEqual([1, 1, 1, 3, 9]);
    expect(new Set(runs.slice(3).map(({ trial }) => trial)).size).toBe(1);
  });

  test("fails when nothing has succeeded on any rung", async () => {
    const tuner = await started({ trials: 30, parallel: 3 });
    const { answer, runs } = await toTheEnd(tuner, () => ({ error: { message: "no" } }));
    expect(answer).toMatchObject({ status: "FAILED", reason: { code: "FAILURES" } });
    expect(runs.length).toBeLessThanOrEqual(12);
  });

  test("does not take a study for broken whose failures stand beside paused trials", async () => {
    const tuner = await started({ trials: 16, failures: { max: { fraction: 0.8 } } });
    const { answer } = await toTheEnd(tuner, (given) =>
      given.trial % 4 === 0 ? success(error(given)) : { error: { message: "no" } },
    );
    expect(answer).toMatchObject({ status: "COMPLETED" });
    expect((await tuner.study()).counts).toMatchObject({ failed: 12, succeeded: 1, paused: 3 });
  });

  test("weighs several objectives and bounds, and no trial on a rung is the best", async () => {
    const metrics = [
      { name: "error", goal: "minimize" },
      { name: "size", goal: "minimize" },
    ] as const;
    const tuner = await started({ metrics, outcomes: [{ metric: "ms", max: 5 }] });
    const { answer } = await toTheEnd(tuner, (given) => ({
      metrics: { error: error(given), size: Number(given.request.parameters["x"]), ms: given.trial },
    }));
    expect(answer).toMatchObject({ status: "COMPLETED", reason: { code: "TRIALS" } });
    const trials = await tuner.store.readTrials("s", { from: 1, to: 9 });
    expect(trials.filter(({ state }) => state === "SUCCEEDED")).toMatchObject([{ feasible: true }]);
    expect(trials.filter(({ rungs }) => rungs.length > 1).every(({ number }) => number <= 5)).toBe(true);
  });
});

describe("an attempt on a rung", () => {
  test("is retried for that rung, and retries are counted for the trial", async () => {
    const tuner = await started({ trials: 1, retries: 1 });
    let failures = 0;
    const { runs } = await toTheEnd(tuner, (given) => {
      const fails = given.request.fidelity?.["epochs"] === 3 && failures++ === 0;
      return fails ? { error: { message: "no luck", retryable: true } } : success(error(given));
    });
    expect(runs.map(({ epochs }) => epochs)).toEqual([1, 3, 3, 9]);
    expect(await tuner.trial(1)).toMatchObject({ state: "SUCCEEDED", attempts: 4 });
  });

  test("of a slot given up for dead is taken if the trial still waits for it, and dropped once it has climbed", async () => {
    const tuner = await started({ trials: 1, parallel: 1 });
    await tuner.open();
    const zombie = await tuner.claim();
    await tuner.open();
    await tell(tuner, zombie, success(0.5));
    expect(await tuner.trial(1)).toMatchObject({ state: "PAUSED", rungs: [{ fidelity: 1, metrics: { error: 0.5 } }] });
    await tuner.open();
    const live = await tuner.claim({ epoch: 3 });
    await tell(tuner, zombie, success(0.1));
    expect(await tuner.trial(1)).toMatchObject({ state: "RUNNING", fidelity: 3, lease: live.lease });
  });

  test("is given checkpoints where there is a place for them: from the rung below, to its own", async () => {
    const tuner = await started({ trials: 1 });
    const seen: unknown[] = [];
    const place = { checkpoints: (study: string, trial: number, at: number) => `${study}/${trial}/${at}` };
    Object.defineProperty(tuner, "ports", { value: { ...tuner.ports, ...place } });
    await toTheEnd(tuner, (given) => {
      seen.push(given.request.checkpoint);
      return success(error(given));
    });
    expect(seen).toEqual([
      { from: null, to: "s/1/1" },
      { from: "s/1/1", to: "s/1/3" },
      { from: "s/1/3", to: "s/1/9" },
    ]);
  });
});

describe("cut off", () => {
  test("a plan that died after it promoted, before its epoch was open: the trial is found", async () => {
    const tuner = await started({ trials: 1 });
    await tuner.open();
    await tell(tuner, await tuner.claim(), success(0.5));
    // an epoch that no slot hears of, and one that has forgotten its trial
    await tuner.open();
    const { epoch, created } = await tuner.study();
    const next = { generation: 1, number: epoch.number + 1, created, proposals: [], ready: [] };
    await tuner.store.openEpoch("s", { ...next, slots: 1, trialsPerSlot: 1, at: tuner.now });
    expect(await tuner.trial(1)).toMatchObject({ state: "PROPOSED", fidelity: 3 });
    await tuner.open();
    expect((await tuner.study()).epoch.ready).toEqual([{ from: 1, to: 1 }]);
  });

  test("a study that is stopped keeps what its trials had measured", async () => {
    const tuner = await started({ trials: 3 });
    await tuner.open();
    for (const slot of [0, 1, 2]) await tell(tuner, await tuner.claim({ slot }), success(slot));
    await tuner.open();
    const { trial } = await tuner.claim({ epoch: 2 });
    await stopStudy("s", true, tuner.ports);
    expect(await tuner.trial(trial)).toMatchObject({ state: "STOPPED", fidelity: 1, metrics: { error: 0 } });
    await end(tuner, await tuner.plan());
    expect(await tuner.states()).toEqual(["STOPPED", "STOPPED", "STOPPED"]);
  });

  test("an extended study begins new trials, and those that were stopped stay", async () => {
    const tuner = await started({ trials: 9 });
    await end(tuner, (await toTheEnd(tuner)).answer);
    const stopped = await tuner.store.readTrials("s", { from: 1, to: 9 });
    const launcher = {
      start: async () => {
        await tuner.begin(2);
        return null;
      },
    };
    await extendStudy("s", { trials: 12 }, tuner.ports, launcher);
    const answer = await tuner.open({ generation: 2 });
    expect(answer.slots).toBe(3);
    expect(await tuner.study()).toMatchObject({ created: 12, epoch: { ready: [{ from: 10, to: 12 }] } });
    expect(await tuner.store.readTrials("s", { from: 1, to: 9 })).toEqual(stopped);
  });
});
