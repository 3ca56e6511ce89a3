import { describe, expect, test } from "vitest";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { quote } from "../../../lib/tuner/money/quote.ts";
import type { RunnerTarget } from "../../../lib/tuner/ports.ts";
import { spec } from "../../store/fixtures.ts";
import { success, Tuner } from "./support.ts";

const OUT_OF_MEMORY = {
  Error: "Lambda.Unknown",
  Cause: "RequestId: 1 Error: Runtime exited with error: signal: killed",
};
const INTERRUPTED = { Error: "Pegbox.Interrupted", Cause: "" };
const BUDGET = { wallClock: null, trialTimeout: null, usd: 5 };

const price = (usdPerSecond: number): object => ({ price: { usdPerSecond, usdPerAttempt: 0 } });
const lambda = (target: string, more: object = {}): RunnerTarget => ({
  ...{ kind: "lambda", target, timeoutSeconds: 100, graceSeconds: 0 },
  ...more,
});
const LARGEST = lambda("largest", price(0.02));
const LARGE = lambda("large", { ...price(0.004), bigger: { id: "xl", runner: LARGEST } });
const SMALL = { timeoutSeconds: 100, graceSeconds: 0, ...price(0.001), bigger: { id: "l", runner: LARGE } };

async function started(changes: Partial<StudySpec> = {}): Promise<Tuner> {
  const tuner = new Tuner();
  tuner.runner = SMALL;
  await tuner.start({ trials: 4, parallel: 1, retries: 5, ...changes });
  await tuner.open();
  return tuner;
}

/** Runs trial 1 through these ends, an epoch each. @returns what it was run on each time. */
async function targets(tuner: Tuner, ends: readonly { Error: string; Cause: string }[]): Promise<string[]> {
  const given: string[] = [];
  for (const [i, error] of ends.entries()) {
    const { trial, lease, target } = await tuner.claim({ epoch: i + 1 });
    expect(trial).toBe(1);
    given.push(target);
    tuner.now += 10_000;
    await tuner.next({ epoch: i + 1, seq: 1, quota: 1, told: { trial, lease, error } });
    await tuner.open();
  }
  return given;
}

describe("a trial that ran out of memory", () => {
  test("is tried again on the bigger runner, then on the one after, and stays there whatever else happens", async () => {
    const tuner = await started();
    const ends = [OUT_OF_MEMORY, INTERRUPTED, OUT_OF_MEMORY, OUT_OF_MEMORY];
    expect(await targets(tuner, ends)).toEqual(["trial", "large", "large", "largest"]);
    const { target, trial, lease } = await tuner.claim({ epoch: 5 });
    expect(target).toBe("largest");
    expect(await tuner.trial(1)).toMatchObject({ state: "RUNNING", runner: "xl", attempts: 4 });
    await tuner.next({ epoch: 5, seq: 1, quota: 1, told: { trial, lease, result: success(1) } });
    expect(await tuner.trial(1)).toMatchObject({ state: "SUCCEEDED", runner: "xl" });
    await tuner.open();
    expect((await tuner.claim({ epoch: 6 })).target).toBe("trial");
  });

  test("is tried again on its own where there is none that is bigger, or none any more", async () => {
    const tuner = await started();
    expect(await targets(tuner, [OUT_OF_MEMORY])).toEqual(["trial"]);
    tuner.runner = { timeoutSeconds: 100 };
    expect((await tuner.claim({ epoch: 2 })).target).toBe("trial");
    expect(await tuner.trial(1)).not.toHaveProperty("runner");
  });

  test("is charged by the price of what runs it; each attempt sets the dearest aside", async () => {
    const tuner = await started({ budget: BUDGET });
    await tuner.claim();
    expect((await tuner.study()).reservedUsd).toBe(2);
    expect(await targets(tuner, [OUT_OF_MEMORY, OUT_OF_MEMORY])).toEqual(["trial", "large"]);
    expect(await tuner.study()).toMatchObject({ spentUsd: 10 * 0.001 + 10 * 0.004, reservedUsd: 0 });
  });

  test("starts nowhere where the dearest does not fit", async () => {
    const tuner = new Tuner();
    tuner.runner = SMALL;
    await tuner.start({ budget: { ...BUDGET, usd: 1.5 } });
    expect(await tuner.plan()).toMatchObject({ action: "finish", reason: { code: "BUDGET_USD" } });
  });
});

test("a cap needs the price and the limit of the bigger ones too, and a quote counts them at worst", async () => {
  const unknown = new Tuner();
  unknown.runner = { ...SMALL, bigger: { id: "l", runner: lambda("large") } };
  await expect(unknown.start({ budget: BUDGET })).rejects.toMatchObject({
    code: "INVALID_STUDY",
    issues: [{ path: "budget.usdPerHour", expected: expect.stringContaining("l, which follows") }],
  });
  const asked = spec({ trials: 10, retries: 0 });
  expect(quote(asked, lambda("small", SMALL)).usd.high).toBe(10 * 2);
});
