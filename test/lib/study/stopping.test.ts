import { describe, expect, test } from "vitest";
import { endedCount, exhausted, stopReason, withinRegret } from "../../../lib/study/stopping.ts";
import { aBest, aStudy, NO_TRIALS } from "./records-builder.ts";

const NOW = 61_000; // a minute after the start

const end = (study: Parameters<typeof aStudy>[0]): string | null => {
  const stop = stopReason(aStudy(study), NOW);
  return stop === null ? null : `${stop.status} ${stop.reason.code}`;
};

describe("a study that was retried", () => {
  const forgiven = { ended: 12, failed: 10 };
  const endOf = (more: object, counts: object) =>
    stopReason({ ...aStudy({ counts }), spec: { ...aStudy({ spec: more }).spec, forgiven } }, NOW)?.reason.message ??
    null;

  test.each<[more: object, counts: object, message: string | null]>([
    [{}, { failed: 10, succeeded: 2 }, null],
    [{}, { failed: 19, succeeded: 2 }, null],
    [{}, { failed: 20, succeeded: 2 }, "the first 10 trials since the study was retried all failed"],
    [{}, { failed: 19, succeeded: 3 }, null],
    [{ failures: { max: 3 } }, { failed: 13, succeeded: 9 }, null],
    [
      { failures: { max: 3 } },
      { failed: 14, succeeded: 9 },
      "4 of 11 ended trials since the study was retried failed, more than failures.max 3",
    ],
  ])("%j, %j: its failures are counted from there on", (more, counts, message) => {
    expect(endOf(more, counts)).toBe(message);
  });
});

test("cancelled and open trials have not ended", () => {
  const all = {
    ...NO_TRIALS,
    proposed: 1,
    running: 2,
    paused: 3,
    succeeded: 4,
    infeasible: 5,
    failed: 6,
    stopped: 7,
    cancelled: 8,
  };
  expect(endedCount(all)).toBe(22);
});

describe("trials", () => {
  test.each([
    [{ succeeded: 9, running: 5 }, null],
    [{ succeeded: 10 }, "COMPLETED TRIALS"],
    [{ succeeded: 1, infeasible: 3, failed: 3, stopped: 3 }, "COMPLETED TRIALS"],
    [{ succeeded: 9, cancelled: 5 }, null],
    [{ infeasible: 10 }, "FAILED FAILURES"],
    [{ infeasible: 5, failed: 5 }, "FAILED FAILURES"],
  ])("%j", (counts, expected) => {
    expect(end({ spec: { trials: 10 }, counts })).toBe(expected);
  });

  test("one trial that fails is a failed study", () => {
    expect(stopReason(aStudy({ spec: { trials: 1 }, counts: { failed: 1 } }), NOW)?.reason.message).toBe(
      "the only trial did not succeed",
    );
  });
});

describe("failures", () => {
  test.each([
    ["nine at first are not judged", { failed: 9 }, null],
    ["ten at first end the study", { failed: 10 }, "FAILED FAILURES"],
    ["anything else among them saves it", { failed: 10, infeasible: 1 }, null],
  ])("%s", (_, counts, expected) => {
    expect(end({ counts })).toBe(expected);
  });

  test.each([
    ["20%", { failed: 2, succeeded: 8 }, null],
    ["20%", { failed: 3, succeeded: 7 }, "FAILED FAILURES"],
    ["20%", { failed: 8, succeeded: 1 }, null],
    ["0%", { failed: 1, succeeded: 9 }, "FAILED FAILURES"],
    [3, { failed: 3, succeeded: 20 }, null],
    [3, { failed: 4, succeeded: 20 }, "FAILED FAILURES"],
    [3, { failed: 4, succeeded: 5 }, null],
  ])("max %j with %j", (max, counts, expected) => {
    expect(end({ spec: { failures: { max } }, counts })).toBe(expected);
  });

  test("say their numbers", () => {
    const study = aStudy({ spec: { failures: { max: "12.5%" } }, counts: { failed: 3, succeeded: 7 } });
    expect(stopReason(study, NOW)?.reason.message).toBe("3 of 10 ended trials failed, more than failures.max 12.5%");
  });

  test("come before what was reached", () => {
    expect(end({ spec: { trials: 10, failures: { max: 1 } }, counts: { failed: 2, succeeded: 8 } })).toBe(
      "FAILED FAILURES",
    );
  });
});

describe("target", () => {
  const minimise = { stopping: { target: 0.02 } };
  const maximise = { ...minimise, metrics: [{ name: "error", goal: "maximize" }] };

  test.each([
    [minimise, 0.021, null],
    [minimise, 0.02, "COMPLETED TARGET"],
    [minimise, 0.01, "COMPLETED TARGET"],
    [maximise, 0.019, null],
    [maximise, 0.02, "COMPLETED TARGET"],
    [maximise, 0.5, "COMPLETED TARGET"],
  ])("%j at %j", (spec, value, expected) => {
    expect(end({ spec, best: aBest(value), counts: { succeeded: 1 } })).toBe(expected);
  });

  test("no feasible trial reaches nothing", () => {
    expect(end({ spec: minimise, best: null, counts: { succeeded: 5 } })).toBeNull();
  });

  test("is told before the trials are used up", () => {
    expect(end({ spec: { ...minimise, trials: 1 }, best: aBest(0), counts: { succeeded: 1 } })).toBe(
      "COMPLETED TARGET",
    );
  });
});

describe("no progress", () => {
  test.each([
    [19, null],
    [20, "COMPLETED NO_PROGRESS"],
  ])("%j trials after the best", (since, expected) => {
    expect(
      end({ spec: { stopping: { noProgress: 20 } }, best: aBest(1), endedAtBest: 5, counts: { succeeded: 5 + since } }),
    ).toBe(expected);
  });

  test("counts from the start while there is no best", () => {
    const study = aStudy({ spec: { stopping: { noProgress: 3 } }, counts: { succeeded: 3 } });
    expect(stopReason(study, NOW)).toEqual({
      status: "COMPLETED",
      reason: { code: "NO_PROGRESS", message: "no best trial was found in the last 3 trials" },
    });
  });

  test("without any success is a failure", () => {
    expect(end({ spec: { stopping: { noProgress: 3 } }, counts: { infeasible: 3 } })).toBe("FAILED FAILURES");
  });
});

test("regret says what is left, of which metric, after how many trials", () => {
  const study = aStudy({ spec: { trials: 60, stopping: { regret: 0.001 } }, counts: { succeeded: 40, failed: 1 } });
  expect(withinRegret(study, 0.00081234)).toEqual({
    status: "COMPLETED",
    reason: {
      code: "REGRET",
      message: "at most 0.00081 of error is left to gain, by a model of 41 of 60 trials; stopping.regret is 0.001",
    },
  });
});

describe("wall clock", () => {
  test.each([
    [61, null],
    [60, "STOPPED WALL_CLOCK"],
    ["0.5m", "STOPPED WALL_CLOCK"],
  ])("a limit of %j after a minute", (wallClock, expected) => {
    expect(end({ spec: { budget: { wallClock } } })).toBe(expected);
  });

  test("does not run before the start", () => {
    expect(end({ spec: { budget: { wallClock: 1 } }, startedAt: null })).toBeNull();
  });
});

describe("a space used up", () => {
  test.each([
    [{ succeeded: 4, failed: 1 }, "COMPLETED EXHAUSTED"],
    [{}, "COMPLETED EXHAUSTED"],
    [{ infeasible: 4 }, "FAILED FAILURES"],
  ])("%j", (counts, expected) => {
    const { status, reason } = exhausted(aStudy({ counts }));
    expect(`${status} ${reason.code}`).toBe(expected);
  });
});
