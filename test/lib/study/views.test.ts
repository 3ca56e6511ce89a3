import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveSeed } from "../../../lib/random/philox.ts";
import { Purpose } from "../../../lib/random/purpose.ts";
import { formatIssues } from "../../../lib/study/format-issues.ts";
import { isoTime } from "../../../lib/study/iso-time.ts";
import { optimalTrials } from "../../../lib/study/pareto.ts";
import type { Trial } from "../../../lib/study/records.ts";
import { differences } from "../../../lib/study/resume.ts";
import type { Objective } from "../../../lib/study/spec.ts";
import { trialRequest } from "../../../lib/study/trial-request.ts";
import { studyView, trialView } from "../../../lib/study/views.ts";
import { floatParameter, specWith } from "./file-builder.ts";
import { aBest, aStudy, aTrial, NO_TRIALS } from "./records-builder.ts";

const TWO: readonly Objective[] = [
  { name: "error", goal: "minimize" },
  { name: "gain", goal: "maximize" },
];

test("a study as everyone sees it", () => {
  const study = aStudy({
    spec: { name: "digits", seed: 7, strategy: "sobol" },
    counts: { succeeded: 2, running: 1, cancelled: 4 },
    best: aBest(0.02),
    reason: { code: "TRIALS", message: "done" },
    status: "COMPLETED",
    spentUsd: 0.5,
    createdAt: Date.UTC(2026, 10, 23, 12, 0, 0, 7),
    updatedAt: Date.UTC(2026, 10, 23, 12, 0, 1),
  });
  expect(studyView(study, [aTrial({})])).toEqual({
    id: "s-1",
    name: "digits",
    status: "COMPLETED",
    reason: { code: "TRIALS", message: "done" },
    seed: 7,
    strategy: "sobol",
    trials: { ...NO_TRIALS, total: 7, succeeded: 2, running: 1, cancelled: 4 },
    best: { trial: 7, parameters: { x: 0.5 }, metrics: { error: 0.02 } },
    spend: { usd: 0.5 },
    createdAt: "2026-11-23T12:00:00.007Z",
    updatedAt: "2026-11-23T12:00:01.000Z",
  });
});

test("a study with several objectives shows its Pareto set", () => {
  const trial = aTrial({ number: 3, metrics: { error: 1, gain: 2 } });
  const study = aStudy({ spec: { metrics: TWO } });
  expect(studyView(study, [trial])).toMatchObject({
    best: null,
    reason: null,
    optimal: [{ trial: 3, parameters: { x: 0.5 }, metrics: { error: 1, gain: 2 } }],
  });
  expect(studyView(study).optimal).toEqual([]);
});

test("a trial as everyone sees it", () => {
  const trial = aTrial({
    number: 4,
    attempts: 2,
    startedAt: 0,
    endedAt: 1500,
    reason: { code: "X", message: "y" },
    cost: { usd: 0.1 },
    lease: "secret",
  });
  expect(trialView(trial)).toEqual({
    trial: 4,
    state: "SUCCEEDED",
    feasible: true,
    parameters: { x: 0.5 },
    metrics: { error: 0.1 },
    attempts: 2,
    fidelity: null,
    reason: { code: "X", message: "y" },
    startedAt: "1970-01-01T00:00:00.000Z",
    endedAt: "1970-01-01T00:00:01.500Z",
    cost: { usd: 0.1 },
    decision: { strategy: "random" },
  });
  expect(trialView(aTrial({}))).toMatchObject({ reason: null, startedAt: null, endedAt: null, cost: null });
});

test("a trial that was cut short shows where it stands and what it measured on its way", () => {
  const rungs = [{ fidelity: 1, metrics: { error: 0.5 }, standardErrors: { error: 0.1 }, feasible: true }];
  expect(trialView(aTrial({ state: "PAUSED", fidelity: 1, rungs }))).toMatchObject({
    state: "PAUSED",
    fidelity: 1,
    rungs,
  });
  expect(trialView(aTrial({}))).not.toHaveProperty("rungs");
});

test("times are those of Date, from the year 0 to the year 9999", () => {
  const range = { min: Date.parse("0000-01-01"), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) };
  fc.assert(
    fc.property(fc.integer(range), (ms) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    }),
  );
  for (const day of ["2000-02-29", "1900-03-01", "1999-12-31", "2024-02-29", "2100-02-28"]) {
    expect(isoTime(Date.parse(day))).toBe(`${day}T00:00:00.000Z`);
  }
});

describe("the Pareto set", () => {
  const trials = (values: readonly (readonly [error: number, gain: number])[]): Trial[] =>
    values.map(([error, gain], index) => aTrial({ number: index + 1, metrics: { error, gain } }));
  const numbers = (found: readonly Trial[]): number[] => found.map(({ number }) => number);

  test("keeps what nothing beats, equals included", () => {
    const some = trials([
      [3, 3],
      [1, 1],
      [2, 1],
      [1, 1],
      [2, 2],
      [3, 2.5],
    ]);
    expect(numbers(optimalTrials(some, TWO))).toEqual([1, 2, 4, 5]);
  });

  test("knows only feasible successes with every objective", () => {
    const others = [
      aTrial({ number: 1, metrics: { error: 0, gain: 9 }, feasible: false }),
      aTrial({ number: 2, metrics: null, state: "FAILED", feasible: null }),
      aTrial({ number: 3, metrics: { error: 0 } }),
      aTrial({ number: 4, metrics: { error: 1, gain: 1 } }),
    ];
    expect(numbers(optimalTrials(others, TWO))).toEqual([4]);
  });

  test("is what the definition says", () => {
    const value = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 25 }), (values) => {
        const beaten = ([error, gain]: readonly [number, number]): boolean =>
          values.some(([e, g]) => e <= error && g >= gain && (e < error || g > gain));
        const expected = values.flatMap((pair, index) => (beaten(pair) ? [] : [index + 1]));
        expect(numbers(optimalTrials(trials(values), TWO))).toEqual(expected);
      }),
    );
  });
});

describe("the request of a trial", () => {
  const study = aStudy({ id: "digits-1", spec: { seed: 7, fixed: { a: [1] }, context: { rows: 3 } } });

  test("has what a trial needs, and absent features are absent keys", () => {
    expect(trialRequest(study, aTrial({ number: 12, attempts: 2 }), Date.UTC(2026, 10, 23, 12))).toEqual({
      study: "digits-1",
      trial: 12,
      attempt: 2,
      seed: deriveSeed(7, Purpose.trialSeed, 12),
      parameters: { x: 0.5 },
      fixed: { a: [1] },
      context: { rows: 3 },
      deadline: "2026-11-23T12:00:00.000Z",
    });
    expect(trialRequest(study, aTrial({}), null)).not.toHaveProperty("deadline");
  });

  test("a retry has the same seed, another trial another", () => {
    const seedOf = (more: Partial<Trial>): number => trialRequest(study, aTrial(more), null).seed;
    expect(seedOf({ number: 2, attempts: 3 })).toBe(seedOf({ number: 2, attempts: 1 }));
    expect(seedOf({ number: 3 })).not.toBe(seedOf({ number: 2 }));
  });
});

describe("what differs from the study that is resumed", () => {
  const before = { parameters: { x: floatParameter({}), y: floatParameter({}) }, fixed: { a: { b: [1, 2] } } };
  const paths = (now: object): string[] => differences(specWith(before), specWith(now)).map(({ path }) => path);

  test("nothing, and what may differ", () => {
    const free = {
      trials: 9,
      parallel: 3,
      budget: { wallClock: 9 },
      stopping: { target: 1, noProgress: 2, regret: 3 },
    };
    expect(paths({ ...before, ...free })).toEqual([]);
    expect(paths({ ...before, parameters: { y: floatParameter({}), x: floatParameter({}) } })).toEqual([]);
  });

  test.each([
    [{ ...before, seed: 3 }, ["seed"]],
    [{ ...before, parameters: { x: floatParameter({ max: 2 }), y: floatParameter({}) } }, ["parameters.x.max"]],
    [{ ...before, parameters: { x: floatParameter({}) } }, ["parameters.y"]],
    [{ ...before, fixed: { a: { b: [1, 3, 4] } } }, ["fixed.a.b.1", "fixed.a.b.2"]],
    [{ ...before, constraints: ["x < 1"] }, ["constraints.0"]],
    [{ ...before, fixed: { a: 1 }, retries: 0, failures: { max: 1 } }, ["fixed.a", "retries", "failures.max"]],
    [{ ...before, runner: { command: ["x"] } }, ["runner.command"]],
  ])("%j", (now, expected) => {
    expect(paths(now)).toEqual(expected);
  });

  test("says what was and what came", () => {
    expect(differences(specWith({ seed: 1 }), specWith({ seed: 2 }))).toEqual([
      { path: "seed", expected: "1, as when the study began", got: "2" },
    ]);
  });
});

describe("issues for a person", () => {
  test("stand in columns, hints below", () => {
    const text = formatIssues([
      { path: "trials", expected: "at least 1", got: "0 (number)" },
      { path: "parameters.x.max", expected: "a number", got: '"1" (text)', hint: "without quotes" },
      { path: "", expected: "a mapping", got: "null" },
    ]);
    expect(text).toBe(
      [
        "trials            expected at least 1, got 0 (number)",
        'parameters.x.max  expected a number, got "1" (text)',
        "                  hint: without quotes",
        "(file)            expected a mapping, got null",
      ].join("\n"),
    );
  });

  test("none are nothing, and a long path does not push the others away", () => {
    expect(formatIssues([])).toBe("");
    const [long, short] = formatIssues([
      { path: "p".repeat(60), expected: "a", got: "b" },
      { path: "q", expected: "a", got: "b" },
    ]).split("\n");
    expect(long).toBe(`${"p".repeat(60)}  expected a, got b`);
    expect(short?.indexOf("expected")).toBe(38);
  });
});
