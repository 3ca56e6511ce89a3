import { describe, expect, test } from "vitest";
import type { StudySpec } from "../../../../lib/study/spec.ts";
import type { StudyStatus } from "../../../../lib/study/states.ts";
import { studyView } from "../../../../lib/study/views.ts";
import { type CostedTrial, type CostReport, costReport } from "../../../../lib/tuner/money/cost-report.ts";
import { spec } from "../../../store/fixtures.ts";
import { aStudy, aTrial } from "../../study/records-builder.ts";

const SECOND = 1000;

/** Trial i ends after i seconds, having cost and measured this. */
function trial(i: number, usd: number | null, error: number | null, more: Partial<CostedTrial> = {}): CostedTrial {
  return aTrial({
    ...{ state: error === null ? "FAILED" : "SUCCEEDED", feasible: error === null ? null : true },
    ...{ metrics: error === null ? null : { error }, cost: usd === null ? null : { usd } },
    ...{ startedAt: (i - 1) * SECOND, endedAt: i * SECOND },
    ...more,
  });
}

function report(
  trials: readonly CostedTrial[],
  more: Partial<StudySpec> = {},
  status: StudyStatus = "COMPLETED",
): CostReport {
  const spentUsd = trials.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0);
  return costReport(spec(more), studyView(aStudy({ status, spentUsd })), trials);
}

/** Ten trials of a dollar each, whose best falls from 1 by a tenth each. */
const TEN = Array.from({ length: 10 }, (_, i) => trial(i + 1, 1, 1 - i / 10));

describe("what a study has cost", () => {
  test("by the states of its trials, by what proposed them and by what ran them", () => {
    const trials = [
      trial(1, 1, 0.5),
      trial(2, 2, null),
      trial(3, 0.5, 0.4, { decision: { strategy: "bayesian" }, runner: "large" }),
      trial(4, null, null, { state: "RUNNING", endedAt: null }),
      trial(5, null, null, { state: "PROPOSED", startedAt: null, endedAt: null }),
    ];
    const budget = { wallClock: null, trialTimeout: null, usd: 9 };
    expect(report(trials, { budget, runner: { lambda: "train" } })).toMatchObject({
      usd: 3.5,
      capUsd: 9,
      byState: {
        SUCCEEDED: { trials: 2, usd: 1.5 },
        FAILED: { trials: 1, usd: 2 },
        RUNNING: { trials: 1, usd: 0 },
        PROPOSED: { trials: 1, usd: 0 },
      },
      byStrategy: { random: { trials: 4, usd: 3 }, bayesian: { trials: 1, usd: 0.5 } },
      byRunner: { train: { trials: 3, usd: 3 }, large: { trials: 1, usd: 0.5 } },
    });
  });

  test("and what that has bought, in per cent of the first result", () => {
    expect(report(TEN)).toMatchObject({ improvementPercent: 90, usdPerPercent: 10 / 90 });
    const metrics = [{ name: "error", goal: "maximize" }] as const;
    expect(report([trial(1, 1, -2), trial(2, 1, -1)], { metrics }).improvementPercent).toBe(50);
    expect(report([trial(1, 1, 2), trial(2, 1, 3)])).toMatchObject({ improvementPercent: 0, usdPerPercent: null });
    expect(report([trial(1, 1, 0), trial(2, 1, -1)]).improvementPercent).toBeNull();
    expect(report([trial(1, 1, null)])).toMatchObject({ improvementPercent: null, usdPerPercent: null });
  });
});

describe("what one per cent more may cost", () => {
  test("is what the second half of the money has paid for each", () => {
    // from 0.6 to 0.1 for five dollars
    const { usd, basis } = report(TEN).nextPercent;
    expect(usd).toBeCloseTo(5 / ((100 * 0.5) / 0.6), 12);
    expect(basis).toContain("the last 5 USD have improved the best by 83 %");
  });

  test("counts trials in the order in which they ended", () => {
    expect(report([...TEN].reverse()).nextPercent).toEqual(report(TEN).nextPercent);
  });

  test.each<[string, readonly CostedTrial[], Partial<StudySpec>, string]>([
    ["too few have ended", TEN.slice(1), {}, "fewer than 10 trials"],
    ["nothing was spent", TEN.map((one) => ({ ...one, cost: null })), {}, "nothing is known"],
    ["there are several objectives", TEN, { metrics: [...spec().metrics, { name: "b", goal: "minimize" }] }, "several"],
    ["the first half failed", TEN.map((one, i) => (i < 6 ? trial(i + 1, 1, null) : one)), {}, "no usable result"],
    [
      "the second half found nothing",
      TEN.map((_, i) => trial(i + 1, 1, 1 + i)),
      {},
      "5 USD have not improved the best",
    ],
    ["the best was 0", TEN.map((_, i) => trial(i + 1, 1, i < 5 ? 0 : -1)), {}, "no per cent"],
  ])("cannot be said where %s", (_, trials, more, basis) => {
    expect(report(trials, more).nextPercent).toEqual({ usd: null, basis: expect.stringContaining(basis) });
  });
});

describe("what is to come", () => {
  test("is as what has ended, with twice the error of a sum", () => {
    const trials = [1, 2, 3, 4, 5].map((i) => trial(i, i % 2 === 0 ? 2 : 1, 1));
    const rest = report(trials, { trials: 9, parallel: 2 }, "RUNNING").rest;
    expect(rest).toMatchObject({ trials: 4, seconds: { low: 2, expected: 2, high: 2 }, usd: { expected: 5.6 } });
    const margin = 2 * Math.sqrt(0.3 * (4 + 16 / 5));
    expect(rest?.usd.low).toBeCloseTo(5.6 - margin, 12);
    expect(rest?.usd.high).toBeCloseTo(5.6 + margin, 12);
  });

  test("costs no more than the cap has left", () => {
    const capped = { trials: 99, budget: { wallClock: null, trialTimeout: null, usd: 12 } };
    expect(report(TEN, capped, "RUNNING").rest?.usd).toEqual({ low: 2, expected: 2, high: 2 });
  });

  test("is nothing for a study that is over, and is not said of too few trials", () => {
    expect(report(TEN, { trials: 99 }, "STOPPED").rest).toBeNull();
    expect(report(TEN.slice(0, 4), { trials: 99 }, "RUNNING").rest).toBeNull();
    expect(report(TEN, { trials: 10 }, "RUNNING").rest).toBeNull();
  });
});
