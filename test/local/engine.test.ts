import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countOf, NO_TRIALS } from "../../adapters/arrows.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import type { Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { TrialResult } from "../../lib/study/trial-contract.ts";
import { spec } from "../store/fixtures.ts";
import { essence, intercept, type Ran, runStudy, type TrialFunction } from "./studies.ts";

const ENDS = [
  "ok",
  "ok",
  "ok",
  "notFinite",
  "infeasible",
  "invalid",
  "throws",
  "fails",
  "retryable",
  "retryable",
] as const;

/** A number in [0, 1) that depends on everything given, for a trial's fate. */
function lot(...parts: readonly number[]): number {
  const hash = parts.reduce((h, part) => Math.imul(h ^ part, 0x9e3779b1) ^ (h >>> 13), 0x2545f491);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

const fateOf = (seed: number, trial: number, attempt: number): (typeof ENDS)[number] =>
  ENDS[Math.floor(lot(seed, trial, attempt) * ENDS.length)] ?? "ok";

/** Few different values, so that there are ties. */
const errorOf = (seed: number, trial: number): number => Math.floor(lot(seed, trial) * 8);

function fated(seed: number): TrialFunction {
  return ({ trial, attempt }): TrialResult => {
    switch (fateOf(seed, trial, attempt)) {
      case "ok":
        return { metrics: { error: errorOf(seed, trial) } };
      case "notFinite":
        return { metrics: { error: Number.NaN } };
      case "infeasible":
        return { infeasible: "no" };
      case "invalid":
        return { metrics: {} };
      case "throws":
        throw new TypeError("a defect");
      case "fails":
        return { error: { message: "no" } };
      case "retryable":
        return { error: { message: "perhaps", retryable: true } };
    }
  };
}

const STATE_OF = { ok: "SUCCEEDED", notFinite: "INFEASIBLE", infeasible: "INFEASIBLE" } as const;

/** How a trial of this study ends, by the words of the contract. */
function expected(seed: number, trial: number, retries: number): Pick<Trial, "state" | "attempts"> {
  let attempt = 1;
  while (attempt <= retries && fateOf(seed, trial, attempt) === "retryable") attempt++;
  const fate = fateOf(seed, trial, attempt);
  return { state: fate in STATE_OF ? STATE_OF[fate as keyof typeof STATE_OF] : "FAILED", attempts: attempt };
}

const FLOAT = { parameters: [{ name: "x", type: "float", min: 0, max: 1, scale: "linear" }], constraints: [] } as const;
const NINE = { parameters: [{ name: "x", type: "int", min: 1, max: 9, scale: "linear" }], constraints: [] } as const;

const studies = fc.record({
  strategy: fc.constantFrom("random", "sobol", "grid", "manual"),
  space: fc.constantFrom(FLOAT, NINE),
  parallel: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(12)),
  trials: fc.integer({ min: 1, max: 40 }),
  retries: fc.integer({ min: 0, max: 2 }),
  enqueue: fc.array(fc.constant({ x: 1 }), { maxLength: 5 }),
  seed: fc.nat(),
}) satisfies fc.Arbitrary<Partial<StudySpec>>;

function check({ study, trials, events, most }: Ran, given: Partial<StudySpec>): void {
  const { strategy, seed, space, trials: budget, parallel, retries, enqueue } = spec(given);
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i + 1));
  const ended = trials.filter(({ state }) => state !== "CANCELLED");
  for (const { number, state, attempts } of ended) {
    expect({ state, attempts }, `trial ${number}`).toEqual(expected(seed, number, retries));
  }
  const told = events.flatMap((event) => (event.type === "trialEnded" ? [event.trial.number] : []));
  expect(told.toSorted((a, b) => a - b)).toEqual(ended.map(({ number }) => number));

  const counts: Record<string, number> = { ...NO_TRIALS };
  for (const { state } of trials) counts[countOf(state)] = (counts[countOf(state)] ?? 0) + 1;
  expect(study.counts).toEqual(counts);
  expect(most).toBeLessThanOrEqual(parallel);

  const failed = ended.every(({ state }) => state === "FAILED");
  const succeeded = ended.filter(({ state }) => state === "SUCCEEDED");
  const least = Math.min(...succeeded.map(({ metrics }) => metrics?.["error"] ?? Number.NaN));
  const best = succeeded.find(({ metrics }) => metrics?.["error"] === least);
  expect(study.best?.trial).toBe(best?.number);

  const possible = strategy === "manual" ? enqueue.length : space === NINE ? enqueue.length + 9 : budget;
  const reached = ended.length === Math.min(budget, possible) || (strategy !== "manual" && space === NINE);
  if (study.status === "COMPLETED") {
    expect(study.reason?.code).toBe(ended.length === budget ? "TRIALS" : "EXHAUSTED");
    expect(reached).toBe(true);
    expect(trials).toHaveLength(ended.length);
  } else {
    expect(study).toMatchObject({ status: "FAILED", reason: { code: "FAILURES" } });
    expect(succeeded).toEqual([]);
    if (!reached) expect(failed && ended.length >= 10).toBe(true);
  }
}

describe("any study", () => {
  test("ends as it should, every trial accounted for once", async () => {
    await fc.assert(
      fc.asyncProperty(studies, async (given) => {
        const store = openSqliteStore({ memory: true });
        check(await runStudy(store, spec(given), fated(given.seed)), given);
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  test("gives the same trials however often it is interrupted, one at a time", async () => {
    const given = fc.record({
      strategy: fc.constantFrom("random", "sobol", "grid"),
      trials: fc.integer({ min: 5, max: 15 }),
      retries: fc.constant(1),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(given, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }), async (changes, moments) => {
        const study = spec({ ...changes, parallel: 1 });
        const undisturbed = openSqliteStore({ memory: true });
        const disturbed = openSqliteStore({ memory: true });
        const whole = await runStudy(undisturbed, study, fated(changes.seed));
        for (const moment of moments) {
          let left = moment;
          const cut: TrialFunction = (request, interrupt) => {
            if (--left === 0) void interrupt();
            return fated(changes.seed)(request, interrupt);
          };
          const { study: now } = await runStudy(disturbed, study, cut);
          if (now.status !== "PAUSED") break;
          expect(now).toMatchObject({ reason: { code: "INTERRUPTED" }, counts: { running: 0 } });
        }
        const [found] = (await disturbed.listStudies({ limit: 1 })).items;
        const done = found !== undefined && found.status !== "PAUSED";
        if (!done) expect(essence(await runStudy(disturbed, study, fated(changes.seed)))).toEqual(essence(whole));
        await undisturbed.close();
        await disturbed.close();
      }),
      { numRuns: 15 },
    );
  });
});

describe("a study", () => {
  test("that learns runs one trial at a time the same way each time", async () => {
    const study = spec({ strategy: "bayesian", trials: 8, parallel: 1 });
    const run = (): Promise<Ran> =>
      runStudy(openSqliteStore({ memory: true }), study, ({ parameters }) => ({
        metrics: { error: (Number(parameters["x"]) - 0.3) ** 2 },
      }));
    const [first, second] = [await run(), await run()];
    expect(essence(second)).toEqual(essence(first));
    expect(first.study).toMatchObject({ status: "COMPLETED", counts: { succeeded: 8 } });
  });

  test("hands over to fresh executions before a history is full, and loses nothing by it", async () => {
    const study = spec({ trials: 1100, parallel: 1 });
    const { study: ended, trials } = await runStudy(openSqliteStore({ memory: true }), study, () => ({
      metrics: { error: 1 },
    }));
    expect(ended).toMatchObject({ status: "COMPLETED", counts: { succeeded: 1100 } });
    expect(ended.generation).toBe(2);
    expect(trials.every(({ attempts }) => attempts === 1)).toBe(true);
  });

  test("that reaches its target mid-epoch cancels what it has not started", async () => {
    const study = spec({ trials: 20, parallel: 2, stopping: { target: 0, noProgress: null, regret: null } });
    const ran = await runStudy(openSqliteStore({ memory: true }), study, ({ trial }) => ({
      metrics: { error: trial === 5 ? 0 : 1 },
    }));
    expect(ran.study).toMatchObject({ status: "COMPLETED", reason: { code: "TARGET" }, best: { trial: 5 } });
    const { succeeded, cancelled } = ran.study.counts;
    expect(succeeded + cancelled).toBe(20);
    expect(cancelled).toBeGreaterThan(0);
  });

  test("whose space is empty fails with that reason, at once", async () => {
    const study = spec({ space: { ...NINE, constraints: ["x > 10"] } });
    const ran = await runStudy(openSqliteStore({ memory: true }), study, () => ({ metrics: { error: 1 } }));
    expect(ran.study).toMatchObject({ status: "FAILED", reason: { code: "SPACE_EMPTY" }, created: 0 });
  });

  test("that has run out of time stops", async () => {
    const study = spec({ trials: 1000, parallel: 1, budget: { wallClock: 5, trialTimeout: null } });
    const ran = await runStudy(openSqliteStore({ memory: true }), study, () => ({ metrics: { error: 1 } }));
    expect(ran.study).toMatchObject({ status: "STOPPED", reason: { code: "WALL_CLOCK" } });
    expect(ran.study.counts.succeeded).toBeGreaterThan(1);
    expect(ran.study.counts.cancelled).toBe(1000 - ran.study.counts.succeeded);
  });

  test("whose store falters goes on when it recovers", async () => {
    const store = openSqliteStore({ memory: true });
    let calls = 0;
    const faltering = intercept(store, async (_, call) => {
      calls++;
      if (calls > 2 && calls < 50 && lot(1, calls) < 0.2) throw new Error("throttled");
      return call();
    });
    const ran = await runStudy(faltering, spec({ trials: 20, parallel: 1 }), () => ({ metrics: { error: 1 } }));
    expect(ran.study).toMatchObject({ status: "COMPLETED", counts: { ...NO_TRIALS, succeeded: 20 } });
    expect(ran.trials.every(({ attempts }) => attempts === 1)).toBe(true);
  });
});
