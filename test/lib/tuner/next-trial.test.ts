import { describe, expect, test } from "vitest";
import type { StudySpec } from "../../../lib/study/spec.ts";
import type { Told } from "../../../lib/workflow/messages.ts";
import { AMENDED } from "../../store/fixtures.ts";
import { type Given, success, Tuner } from "./support.ts";

async function running(changes: Partial<StudySpec> = {}): Promise<Tuner> {
  const tuner = new Tuner();
  await tuner.start({ trials: 10, parallel: 2, ...changes });
  await tuner.open();
  return tuner;
}

function told({ trial, lease }: Given, outcome: Pick<Told, "result" | "error">): Told {
  return { trial, lease, ...outcome };
}

const RETRYABLE = { result: { error: { message: "no luck", retryable: true } } };
const INTERRUPTED = { error: { Error: "Pegbox.Interrupted", Cause: "" } };

describe("a slot is given", () => {
  test("the next trial, with all that its runner needs", async () => {
    const tuner = await running({ context: { rows: 3 } });
    expect(await tuner.claim()).toEqual({
      kind: "lambda",
      trial: 1,
      lease: "g1/e1/s0/0",
      fidelity: null,
      target: "trial",
      clock: { since: tuner.now, trials: 0, seconds: 0 },
      timeoutSeconds: 31_536_000,
      request: {
        study: "s",
        trial: 1,
        attempt: 1,
        seed: expect.any(Number),
        parameters: (await tuner.trial(1)).parameters,
        fixed: { dataset: "digits" },
        context: { rows: 3 },
      },
    });
    expect((await tuner.claim({ slot: 1 })).trial).toBe(2);
    expect(tuner.count("trialStarted")).toBe(2);
  });

  test.each([
    ["the study's time limit", 30.5, null, "2026-11-23T12:00:30.500Z", 46],
    ["the runner's time limit", null, 20, "2026-11-23T12:00:20.000Z", 35],
    ["the shorter of both", 60, 20, "2026-11-23T12:00:20.000Z", 35],
    ["no deadline for a limit of more than a year", 1e12, null, undefined, 31_536_000],
  ])("%s", async (_, trialTimeout, timeoutSeconds, deadline, seconds) => {
    const tuner = await running({ budget: { wallClock: null, trialTimeout } });
    tuner.runner = { timeoutSeconds };
    const given = await tuner.claim();
    expect(given.request.deadline).toBe(deadline);
    expect(given.timeoutSeconds).toBe(seconds);
  });

  test("the same trial for the same claim", async () => {
    const tuner = await running();
    const first = await tuner.claim();
    expect(await tuner.claim()).toEqual(first);
    expect(await tuner.trial(1)).toMatchObject({ attempts: 1 });
    expect((await tuner.study()).counts.running).toBe(1);
  });

  test("nothing for a claim whose trial has ended, or is another's by now", async () => {
    const tuner = await running();
    const ended = await tuner.claim();
    await tuner.next({ slot: 9, seq: 1, quota: 0, told: told(ended, { result: success(1) }) });
    expect(await tuner.next()).toEqual({ kind: "done" });

    const taken = await tuner.claim({ slot: 1 });
    await tuner.open();
    await tuner.claim({ epoch: 2 });
    expect(await tuner.trial(taken.trial)).toMatchObject({ state: "RUNNING", lease: "g1/e2/s0/0" });
    expect(await tuner.next({ slot: 1 })).toEqual({ kind: "done" });
  });

  test("nothing without a runner, and no trial is claimed", async () => {
    const tuner = await running();
    tuner.runner = null;
    expect(await tuner.next()).toEqual({ kind: "done" });
    expect((await tuner.study()).counts.running).toBe(0);
  });

  test.each([
    ["its share is used up", { seq: 3, quota: 3 }],
    ["another generation owns the study", { generation: 0 }],
    ["its epoch is over", { epoch: 0 }],
  ])("nothing when %s", async (_, event) => {
    const tuner = await running();
    expect(await tuner.next(event)).toEqual({ kind: "done" });
    expect((await tuner.study()).counts.running).toBe(0);
  });

  test("nothing once the time of the study is up", async () => {
    const tuner = await running({ budget: { wallClock: 60, trialTimeout: null } });
    tuner.now += 59_999;
    const given = await tuner.claim();
    tuner.now += 1;
    expect(await tuner.next({ seq: 1, told: told(given, { result: success(1) }) })).toEqual({ kind: "done" });
    expect(await tuner.plan()).toMatchObject({ action: "finish", status: "STOPPED", reason: { code: "WALL_CLOCK" } });
  });

  test("nothing once the target is reached, though trials are ready", async () => {
    const tuner = await running({ stopping: { target: 0.1, noProgress: null, regret: null } });
    const [first, second] = [await tuner.claim(), await tuner.claim({ slot: 1 })];
    expect(await tuner.next({ seq: 1, told: told(first, { result: success(0.05) }) })).toEqual({ kind: "done" });
    expect(await tuner.next({ slot: 1, seq: 1, told: told(second, { result: success(0.3) }) })).toEqual({
      kind: "done",
    });
    expect((await tuner.study()).counts).toMatchObject({ succeeded: 2, proposed: 8 });
  });

  test("nothing after as many trials without progress as the study allows", async () => {
    const tuner = await running({ stopping: { target: null, noProgress: 3, regret: null } });
    let told_: Told | null = null;
    for (const [seq, error] of [0.5, 0.4, 0.6, 0.7].entries()) {
      const given: Given = await tuner.claim({ seq, told: told_ });
      told_ = told(given, { result: success(error) });
    }
    const given = await tuner.claim({ seq: 4, told: told_ });
    expect(await tuner.next({ seq: 5, told: told(given, { result: success(0.4) }) })).toEqual({ kind: "done" });
    expect(await tuner.plan()).toMatchObject({
      action: "finish",
      status: "COMPLETED",
      reason: { code: "NO_PROGRESS" },
    });
  });

  test("an unknown study is NOT_FOUND", async () => {
    await expect(new Tuner().next()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a slot tells", () => {
  test("a success, twice: it ends once and is told of once", async () => {
    const tuner = await running();
    const given = await tuner.claim();
    const event = { seq: 1, told: told(given, { result: success(0.5) }) };
    const answers = [await tuner.claim(event), await tuner.claim(event)];
    expect(answers[1]).toEqual(answers[0]);
    expect(await tuner.trial(1)).toMatchObject({ state: "SUCCEEDED", metrics: { error: 0.5 }, attempts: 1 });
    expect(tuner.count("trialEnded")).toBe(1);
    expect(tuner.events.find(({ type }) => type === "trialEnded")).toMatchObject({
      trial: { number: 1 },
      best: { trial: 1, metrics: { error: 0.5 } },
    });
    expect((await tuner.study()).counts).toMatchObject({ succeeded: 1, running: 1 });
  });

  test("a value that is not finite: infeasible, not tried again", async () => {
    const tuner = await running();
    const given = await tuner.claim();
    await tuner.next({ seq: 1, quota: 1, told: told(given, { result: { metrics: { error: null } } }) });
    expect(await tuner.trial(1)).toMatchObject({ state: "INFEASIBLE", reason: { code: "NOT_FINITE" }, attempts: 1 });
  });

  test("nothing at all: the result is invalid", async () => {
    const tuner = await running();
    const given = await tuner.claim();
    await tuner.next({ seq: 1, quota: 1, told: told(given, { result: null }) });
    expect(await tuner.trial(1)).toMatchObject({ state: "FAILED", reason: { code: "RESULT_INVALID" } });
  });

  test("a failure that may pass: as many attempts as the study allows, each in the epoch after", async () => {
    const tuner = await running({ trials: 1, retries: 2 });
    for (const attempt of [1, 2, 3]) {
      const given = await tuner.claim({ epoch: attempt });
      expect(given.request).toMatchObject({ trial: 1, attempt });
      const event = { epoch: attempt, seq: 1, told: told(given, RETRYABLE) };
      expect(await tuner.next(event)).toEqual({ kind: "done" });
      expect(await tuner.next(event)).toEqual({ kind: "done" });
      expect(await tuner.trial(1)).toMatchObject({ attempts: attempt, reason: { code: "ERROR", message: "no luck" } });
      if (attempt < 3) await tuner.open();
    }
    expect(await tuner.trial(1)).toMatchObject({ state: "FAILED", attempts: 3 });
    expect(tuner.count("trialRequeued")).toBe(2);
    expect(tuner.count("trialEnded")).toBe(1);
  });

  test("a failure that will not pass, or with no retries left: failed at once", async () => {
    const tuner = await running({ retries: 0 });
    const [first, second] = [await tuner.claim(), await tuner.claim({ slot: 1 })];
    await tuner.next({ seq: 1, quota: 1, told: told(first, { error: { Error: "ValueError", Cause: "bad" } }) });
    await tuner.next({ slot: 1, seq: 1, quota: 1, told: told(second, RETRYABLE) });
    expect(await tuner.trial(1)).toMatchObject({ state: "FAILED", reason: { code: "ValueError", message: "bad" } });
    expect(await tuner.trial(2)).toMatchObject({ state: "FAILED" });
  });

  test("an interruption: the trial goes back as it was, no attempt spent", async () => {
    const tuner = await running({ retries: 0 });
    const given = await tuner.claim();
    const { parameters } = await tuner.trial(1);
    const event = { seq: 1, quota: 1, told: told(given, INTERRUPTED) };
    await tuner.next(event);
    await tuner.next(event);
    expect(await tuner.trial(1)).toMatchObject({ state: "PROPOSED", attempts: 0, lost: 0, parameters });
    expect(tuner.events.filter(({ type }) => type === "trialRequeued")).toEqual([
      { type: "trialRequeued", study: "s", number: 1, reason: { code: "INTERRUPTED", message: expect.any(String) } },
    ]);
  });

  test.each([
    ["whose Spot machines were taken away each time", "Host EC2 (instance i-0123456789abcdef0) terminated."],
    ["whose Fargate Spot capacity was taken away each time", "Your Spot Task was interrupted."],
    [
      "that nothing had room for",
      "Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
    ],
  ])("a job %s: back to the queue, no attempt spent, though none may be repeated", async (_, StatusReason) => {
    const tuner = await running({ retries: 0 });
    const given = await tuner.claim();
    const Cause = JSON.stringify({ JobId: "1", Status: "FAILED", StatusReason });
    await tuner.next({ seq: 1, quota: 1, told: told(given, { error: { Error: "States.TaskFailed", Cause } }) });
    expect(await tuner.trial(1)).toMatchObject({ state: "PROPOSED", attempts: 0, lost: 0 });
    expect((await tuner.trial(1)).reason).toMatchObject({ code: "INFRASTRUCTURE" });
    await tuner.open();
    expect(await tuner.claim({ epoch: 2 })).toMatchObject({ trial: 1, request: { attempt: 1 } });
  });

  test("its result though the study is paused meanwhile", async () => {
    const tuner = await running();
    const given = await tuner.claim();
    await tuner.store.moveStudy("s", { from: ["RUNNING"], to: "PAUSING", reason: null, at: tuner.now });
    expect(await tuner.next({ seq: 1, told: told(given, { result: success(1) }) })).toEqual({ kind: "done" });
    expect(await tuner.trial(1)).toMatchObject({ state: "SUCCEEDED" });
  });
});

describe("a slot that was given up for dead", () => {
  async function zombie(): Promise<{ tuner: Tuner; old: Given; fresh: Given }> {
    const tuner = await running();
    const old = await tuner.claim();
    await tuner.begin(2);
    await tuner.open({ generation: 2 });
    const fresh = await tuner.claim({ generation: 2, epoch: 2 });
    expect(fresh.trial).toBe(old.trial);
    return { tuner, old, fresh };
  }

  test("may bring a first valid result, and the live one's comes late", async () => {
    const { tuner, old, fresh } = await zombie();
    expect(await tuner.next({ seq: 1, told: told(old, { result: success(0.2) }) })).toEqual({ kind: "done" });
    await tuner.next({ generation: 2, epoch: 2, seq: 1, quota: 1, told: told(fresh, { result: success(0.9) }) });
    expect(await tuner.trial(1)).toMatchObject({ state: "SUCCEEDED", metrics: { error: 0.2 }, attempts: 1 });
    expect(tuner.count("trialEnded")).toBe(1);
  });

  test("whose result comes with other values than the first is told of as late, and who says the same again is not", async () => {
    const { tuner, old, fresh } = await zombie();
    const event = { generation: 2, epoch: 2, seq: 1, quota: 1 };
    const late = (): unknown[] => tuner.events.filter(({ type }) => type === "resultLate");
    await tuner.next({ seq: 1, told: told(old, { result: success(0.2) }) });
    await tuner.next({ ...event, told: told(fresh, { result: success(0.2) }) });
    expect(late()).toEqual([]);
    await tuner.next({ ...event, told: told(fresh, { result: success(0.9) }) });
    await tuner.next({ ...event, told: told(fresh, { error: { Error: "ValueError", Cause: "bad" } }) });
    const trial = await tuner.trial(1);
    const { lease } = fresh;
    expect(trial).toMatchObject({ state: "SUCCEEDED", metrics: { error: 0.2 } });
    expect(late()).toEqual([
      {
        ...{ type: "resultLate", study: "s", trial, lease },
        told: { state: "SUCCEEDED", metrics: { error: 0.9 }, reason: null },
      },
      {
        ...{ type: "resultLate", study: "s", trial, lease },
        told: { state: "FAILED", metrics: null, reason: { code: "ValueError", message: "bad" } },
      },
    ]);
  });

  test.each([
    ["fail", { error: { Error: "ValueError", Cause: "" } }],
    ["retry", RETRYABLE],
    ["give back", INTERRUPTED],
  ])("may not %s the live attempt", async (_, outcome) => {
    const { tuner, old, fresh } = await zombie();
    const before = await tuner.trial(1);
    await tuner.next({ seq: 1, told: told(old, outcome) });
    expect(await tuner.trial(1)).toEqual(before);
    await tuner.next({ generation: 2, epoch: 2, seq: 1, quota: 1, told: told(fresh, { result: success(0.9) }) });
    expect(await tuner.trial(1)).toMatchObject({ state: "SUCCEEDED", metrics: { error: 0.9 } });
  });
});

test("the study that is told of is the stored one: amended while it runs", async () => {
  const tuner = await running({ trials: 10 });
  const given = await tuner.claim();
  await tuner.store.amendStudy("s", { spec: { trials: 1 }, reason: AMENDED, at: tuner.now });
  expect(await tuner.next({ seq: 1, told: told(given, { result: success(1) }) })).toEqual({ kind: "done" });
});
