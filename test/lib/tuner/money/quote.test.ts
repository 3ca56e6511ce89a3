import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StudySpec } from "../../../../lib/study/spec.ts";
import { type Quote, quote, type Spread } from "../../../../lib/tuner/money/quote.ts";
import { spec } from "../../../store/fixtures.ts";

const LOCAL = { timeoutSeconds: null, graceSeconds: 15 };

const budget = (more: Partial<StudySpec["budget"]> = {}): StudySpec["budget"] => ({
  ...{ wallClock: null, trialTimeout: 400, usdPerHour: 36 },
  ...more,
});

const quoted = (more: Partial<StudySpec>): Quote => quote(spec({ retries: 0, budget: budget(), ...more }), LOCAL);

describe("a quote", () => {
  test("is the trials by a share of their time limit, over the slots, by the price", () => {
    const { trials, seconds, usd } = quoted({ trials: 40, parallel: 4 });
    expect(trials).toBe(40);
    expect(seconds).toEqual({ low: 40, expected: 1000, high: 4000 });
    // a cent a second; at worst the grace is paid for too
    expect(usd).toEqual({ low: 1.6, expected: 40, high: 166 });
  });

  test("knows of no more trials than are enqueued where nothing else proposes", () => {
    expect(quoted({ strategy: "manual", enqueue: [{ x: 0 }, { x: 1 }] }).trials).toBe(2);
  });

  test("counts replicates of the two best on top", () => {
    expect(quoted({ trials: 40, parallel: 4, replicates: { final: 5 } })).toMatchObject({
      trials: 50,
      seconds: { expected: 1300 },
    });
  });

  test("expects what the money is enough for, and never more than it", () => {
    const { trials, usd, assumptions } = quoted({ trials: 40, budget: budget({ usd: 10 }) });
    // 4.15 dollars at worst for the last, a dollar for each of those before
    expect(trials).toBe(6);
    expect(usd).toEqual({ low: 0.24, expected: 6, high: 10 });
    expect(assumptions).toContain("40 trials are asked for; what they may use ends it before");
    expect(quoted({ budget: budget({ usd: 4 }) })).toMatchObject({ trials: 0, usd: { expected: 0 } });
  });

  test("expects what the time is enough for", () => {
    expect(quoted({ trials: 40, parallel: 4, budget: budget({ wallClock: 250 }) })).toMatchObject({
      trials: 12,
      seconds: { expected: 300, high: 650 },
    });
  });

  test("of a study that may stop early begins at one trial", () => {
    const stopping = { target: 0.1, noProgress: null, regret: null };
    expect(quoted({ trials: 40, parallel: 1, stopping }).seconds).toEqual({ low: 4, expected: 4000, high: 16_000 });
  });

  test("counts the way between rungs, and at worst every rung of every trial", () => {
    const fidelity = { name: "epochs", min: 1, max: 9, rule: "asha" } as const;
    const { seconds, usd } = quoted({ trials: 9, parallel: 1, fidelity });
    // 1/9 + 1/3 · 2/9 + 1/9 · 6/9 of the whole
    expect(seconds.expected).toBeCloseTo((9 * 100 * 7) / 27, 9);
    expect(seconds.low).toBeCloseTo((9 * 4) / 9, 9);
    expect(seconds.high).toBe(9 * 3 * 400);
    expect(usd.high).toBeCloseTo(9 * 3 * 4.15, 9);
  });

  test("of brackets counts those that begin higher", () => {
    const fidelity = { name: "epochs", min: 1, max: 9, rule: "hyperband" } as const;
    const { seconds } = quoted({ trials: 9, parallel: 1, fidelity });
    // Of 17 trials 9 begin at a ninth of the whole, 5 at a third and 3 at the end; a third of those on a rung climbs.
    const reached = [9, 3 + 5, 8 / 3 + 3].map((trials) => trials / 17);
    const share = reached[0]! / 9 + (3 / 17) * (2 / 9) + (5 / 17) * (3 / 9) + (8 / 51) * (6 / 9) + 3 / 17;
    expect(seconds.expected).toBeCloseTo(9 * 100 * share, 9);
  });

  test("of trials that are stopped as they train counts one attempt", () => {
    const fidelity = { name: "epochs", min: 1, max: 9, rule: "stop" } as const;
    const { seconds } = quoted({ trials: 9, parallel: 1, fidelity });
    expect(seconds.expected).toBeCloseTo((9 * 100 * 7) / 27, 9);
    expect(seconds.high).toBe(9 * 400);
  });

  test("says what it does not know: a limit, a price, whether a budget can be kept", () => {
    const { usd, assumptions } = quoted({ budget: { wallClock: null, trialTimeout: null, usd: 3 } });
    expect(usd).toEqual({ low: 0, expected: 0, high: 0 });
    expect(assumptions.join("\n")).toMatch(
      /no time limit.*\n.*\n.*no price is known.*\n.*budget.usdPerHour.*\n.*budget.trialTimeout/s,
    );
  });

  test("takes the price, the limit and the slots of a runner", () => {
    const price = { usdPerSecond: 0.001, usdPerAttempt: 0.5 };
    const runner = { timeoutSeconds: 100, graceSeconds: 0, outlivesLimit: true, price, slots: 2 };
    const study = spec({ trials: 10, parallel: 8, retries: 0, budget: { wallClock: null, trialTimeout: 60 } });
    const { seconds, usd } = quote(study, runner);
    expect(seconds).toEqual({ low: 3, expected: 75, high: 300 });
    // it runs on until its own limit
    expect(usd).toEqual({ low: 5.006, expected: 5.15, high: 6 });
  });

  test("is finite, however large or small the numbers of the file", () => {
    const numbers = fc.oneof(
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, 5e-324, 1e-9, 1, 3e16, 1e300, 1.6e308, Number.MAX_VALUE),
    );
    const maybe = fc.option(numbers, { nil: undefined });
    const studies = fc.record({
      budget: fc.record({
        wallClock: fc.option(numbers),
        trialTimeout: fc.option(numbers),
        usd: maybe,
        usdPerHour: maybe,
      }),
      trials: fc.constantFrom(1, 1e6),
      retries: fc.constantFrom(0, 10),
      max: fc.option(numbers.filter((max) => max > 0)),
      min: fc.constantFrom(5e-324, 1, 1e300),
    });
    fc.assert(
      fc.property(studies, ({ budget: { usd, usdPerHour, ...times }, max, min, ...more }) => {
        const money = { ...(usd === undefined ? {} : { usd }), ...(usdPerHour === undefined ? {} : { usdPerHour }) };
        const fidelity =
          max === null ? {} : { fidelity: { name: "epochs", min: Math.min(min, max), max, rule: "asha" } as const };
        const {
          trials,
          seconds,
          usd: cost,
        } = quote(spec({ ...more, ...fidelity, budget: { ...times, ...money } }), LOCAL);
        const all = [trials, ...Object.values(seconds), ...Object.values(cost)];
        expect(all.filter((value) => !(Number.isFinite(value) && value >= 0))).toEqual([]);
        expect(seconds.low <= seconds.expected && seconds.expected <= seconds.high).toBe(true);
        expect(cost.low <= cost.expected && cost.expected <= cost.high).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("is in order, whatever the study", () => {
    const duration = fc.option(fc.integer({ min: 1, max: 10_000 }));
    const studies = fc.record({
      trials: fc.integer({ min: 1, max: 1000 }),
      parallel: fc.integer({ min: 1, max: 1000 }),
      retries: fc.integer({ min: 0, max: 9 }),
      wallClock: duration,
      trialTimeout: duration,
      usd: fc.option(fc.double({ min: 0.001, max: 1000, noNaN: true }), { nil: undefined }),
      usdPerHour: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
      fidelity: fc.boolean(),
    });
    fc.assert(
      fc.property(studies, ({ wallClock, trialTimeout, usd, usdPerHour, fidelity, ...more }) => {
        const money = { ...(usd === undefined ? {} : { usd }), ...(usdPerHour === undefined ? {} : { usdPerHour }) };
        const rungs = fidelity ? { fidelity: { name: "epochs", min: 1, max: 27, rule: "asha" } as const } : {};
        const study = spec({ ...more, ...rungs, budget: { wallClock, trialTimeout, ...money } });
        const found = quote(study, LOCAL);
        const inOrder = ({ low, expected, high }: Spread): boolean => 0 <= low && low <= expected && expected <= high;
        expect([found.seconds, found.usd].every(inOrder)).toBe(true);
        expect(Number.isInteger(found.trials) && found.trials >= 0 && found.trials <= study.trials).toBe(true);
        expect(found.usd.high).toBeLessThanOrEqual(usd ?? Number.POSITIVE_INFINITY);
      }),
    );
  });
});
