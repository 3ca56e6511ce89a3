import { describe, expect, test } from "vitest";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { nextTrial } from "../../../lib/tuner/next-trial.ts";
import { settleParked } from "../../../lib/tuner/settle-parked.ts";
import type { NextTrialAnswer, NextTrialEvent, Shift, ToldShift } from "../../../lib/workflow/messages.ts";
import { success, Tuner } from "./support.ts";

/** A slot that has run ten trials of a second. */
const QUICK = { trials: 10, seconds: 10 };

async function running(changes: Partial<StudySpec> = {}, shifts = true): Promise<Tuner> {
  const tuner = new Tuner();
  tuner.runner = { shifts, timeoutSeconds: 60, graceSeconds: 0 };
  await tuner.start({ trials: 40, parallel: 2, strategy: "random", ...changes });
  await tuner.open();
  return tuner;
}

/** Claims as a slot that has just told a trial of those before, of which nothing is known here. */
async function ask(tuner: Tuner, event: Partial<NextTrialEvent> = {}): Promise<NextTrialAnswer> {
  const told: ToldShift = { attempts: [], clock: { ...QUICK, since: tuner.now }, result: { results: [] } };
  const base = { studyId: "s", generation: 1, epoch: 1, slot: 0, seq: 0, quota: 100, shifts: true, told };
  return nextTrial({ ...base, ...event }, tuner.ports);
}

async function shift(tuner: Tuner, event: Partial<NextTrialEvent> = {}): Promise<Shift> {
  const answer = await ask(tuner, event);
  if (answer.kind !== "shift") throw new Error(`expected a shift, got ${JSON.stringify(answer)}`);
  return answer;
}

const numbers = ({ attempts }: Shift): readonly number[] => attempts.map(({ trial }) => trial);

function told({ attempts, clock }: Shift, outcome: Pick<ToldShift, "result" | "error">): ToldShift {
  return { attempts, clock, ...outcome };
}

describe("a slot whose trials are short is given", () => {
  test("several of them, with a claim and a lease each, for the time of one", async () => {
    const tuner = await running();
    const given = await shift(tuner);
    expect(given).toMatchObject({
      target: "trial",
      timeoutSeconds: 60,
      attempts: [0, 1, 2, 3, 4, 5].map((i) => ({ trial: i + 1, lease: `g1/e1/s0/${i}` })),
      clock: { ...QUICK, since: tuner.now },
    });
    const { trials } = given.request;
    expect(trials.map(({ trial }) => trial)).toEqual(numbers(given));
    expect(new Set(trials.map(({ deadline }) => deadline))).toEqual(new Set(["2026-11-23T12:01:00.000Z"]));
    expect((await tuner.study()).counts.running).toBe(6);
    expect(tuner.count("trialStarted")).toBe(6);
  });

  test("the same for the same claim, and what it was not told of with the next", async () => {
    const tuner = await running();
    const given = await shift(tuner);
    expect(await shift(tuner)).toEqual(given);
    // the answer of six was not heard, and now fewer are claimed at once
    const fewer = await shift(tuner, { quota: 2 });
    expect(numbers(fewer)).toEqual([1, 2]);
    expect(numbers(await shift(tuner, { seq: 2 }))).toEqual([3, 4, 5, 6, 7, 8]);
    expect((await tuner.study()).counts.running).toBe(8);
  });

  test("one by one of the last, so that no slot is left without", async () => {
    const tuner = await running({ trials: 20, parallel: 2 });
    const sizes: number[] = [];
    for (let seq = 0; seq < 20; seq += sizes.at(-1) ?? 0) {
      const answer = await ask(tuner, { seq });
      sizes.push(answer.kind === "shift" ? answer.attempts.length : 1);
    }
    expect(sizes).toEqual([5, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1]);
  });

  test.each<[string, Partial<StudySpec>, boolean, Partial<NextTrialEvent>]>([
    ["its runner takes none", {}, false, {}],
    ["its workflow knows none", {}, true, { shifts: false }],
    ["nothing has been measured", {}, true, { told: null }],
    ["the strategy learns", { strategy: "evolution" }, true, {}],
    ["trials train further", { fidelity: { name: "epochs", min: 1, max: 9, rule: "median" } }, true, {}],
  ])("one at a time where %s", async (_, changes, shifts, event) => {
    const tuner = await running(changes, shifts);
    expect(await ask(tuner, event)).toMatchObject({ kind: "lambda", trial: 1 });
  });

  test("no more at once than the budget has room for at their worst", async () => {
    const tuner = await running({
      budget: { wallClock: null, trialTimeout: null, usd: 1, usdPerHour: 6 },
      parallel: 2,
    });
    // 60 s are 0.10 USD: ten attempts for two slots
    expect(numbers(await shift(tuner))).toEqual([1, 2, 3, 4, 5]);
    expect((await tuner.study()).reservedUsd).toBe(0.5);
    expect(numbers(await shift(tuner, { slot: 1 }))).toEqual([6, 7]);
    expect(await ask(tuner, { slot: 2 })).toMatchObject({ kind: "lambda", trial: 8 });
  });
});

describe("of a shift", () => {
  test("each trial ends for itself, and the slot has measured it", async () => {
    const tuner = await running({ retries: 1 });
    const given = await shift(tuner);
    tuner.now += 3000;
    const results = [
      success(1),
      { infeasible: "no" },
      { error: { message: "no luck" } },
      { error: { message: "again", retryable: true } },
      null,
    ];
    const next = await shift(tuner, { seq: 6, told: told(given, { result: { results } }) });
    expect((await tuner.states()).slice(0, 6)).toEqual([
      "SUCCEEDED",
      "INFEASIBLE",
      "FAILED",
      "PROPOSED",
      "PROPOSED",
      "PROPOSED",
    ]);
    expect(next.clock).toEqual({ since: tuner.now, trials: 16, seconds: 13 });
    expect(await tuner.trial(4)).toMatchObject({ attempts: 1, lost: 0 });
    for (const number of [5, 6]) {
      const { attempts, lost, reason } = await tuner.trial(number);
      expect([attempts, lost, reason?.code]).toEqual([0, 1, "REQUEUED"]);
    }
    expect(tuner.count("trialEnded")).toBe(3);
  });

  test("what is told twice, or by nobody, changes nothing", async () => {
    const tuner = await running();
    const given = await shift(tuner);
    const all = told(given, { result: { results: given.attempts.map(() => success(1)) } });
    await ask(tuner, { seq: 6, told: all });
    const study = await tuner.study();
    await ask(tuner, { seq: 6, told: all });
    await settleParked({ studyId: "s", told: told(given, { error: { Error: "Lambda.Unknown" } }) }, tuner.ports);
    expect((await tuner.study()).counts).toEqual(study.counts);
    expect(tuner.count("trialEnded")).toBe(6);
  });

  test.each([
    [{ error: { Error: "Lambda.Unknown", Cause: "signal: killed" } }, 1],
    [{ error: { Error: "States.Timeout" } }, 1],
    [{ result: { metrics: { error: 1 } } }, 1],
    [{ result: null }, 1],
    [{ error: { Error: "Lambda.TooManyRequestsException" } }, 0],
  ])("that ended in %j no trial has lost an attempt, and those that may be why run alone", async (outcome, lost) => {
    const tuner = await running();
    const given = await shift(tuner);
    await ask(tuner, { seq: 6, quota: 6, told: told(given, outcome) });
    for (const number of numbers(given)) {
      expect(await tuner.trial(number)).toMatchObject({ state: "PROPOSED", attempts: 0, lost });
    }
    const { epoch } = await tuner.open();
    expect((await ask(tuner, { epoch })).kind).toBe(lost === 1 ? "lambda" : "shift");
  });

  test("a trial that was lost is left to the next claim", async () => {
    const tuner = await running({ trials: 30 });
    const given = await shift(tuner);
    const results = [success(1), success(1), null, success(1), success(1), success(1)];
    await ask(tuner, { seq: 6, quota: 6, told: told(given, { result: { results } }) });
    const { epoch } = await tuner.open();
    expect(await ask(tuner, { epoch })).toMatchObject({ kind: "lambda", trial: 3, lease: `g1/e${epoch}/s0/0` });
    expect(numbers(await shift(tuner, { epoch, seq: 1 }))[0]).toBe(7);
  });

  test("each trial is charged with its part of the time, unless it says what it has cost", async () => {
    const tuner = await running({ budget: { wallClock: null, trialTimeout: null, usd: 10_000, usdPerHour: 3600 } });
    const given = await shift(tuner);
    tuner.now += 3000;
    const results = [{ ...success(1), cost: { usd: 7 } }, success(1), null, success(1), success(1), success(1)];
    await ask(tuner, { seq: 6, quota: 6, told: told(given, { result: { results } }) });
    const costs = await Promise.all(numbers(given).map(async (number) => (await tuner.trial(number)).cost?.usd));
    expect(costs).toEqual([7, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(await tuner.study()).toMatchObject({ spentUsd: 9.5, reservedUsd: 0 });
  });
});
