import { describe, expect, test, vi } from "vitest";
import { lineOf } from "../../../cli/output/plain-lines.ts";
import { studyPage } from "../../../cli/output/study-page.ts";
import { countsText, studySummary } from "../../../cli/output/summary.ts";
import { winnerLines } from "../../../cli/output/winner.ts";
import type { Trial } from "../../../lib/study/records.ts";
import { studyView, trialView } from "../../../lib/study/views.ts";
import { aBest, aStudy, aTrial } from "../../lib/study/records-builder.ts";

vi.hoisted(() => {
  process.env["NO_COLOR"] = "1";
});

const place = {
  goOn: "pegbox run 'my study.yaml' --resume --state 'my state'",
  options: " --state 'my state'",
};

describe("the last words of a run", () => {
  test("say how it ended, the winner, and what to type", () => {
    const reason = { code: "NO_PROGRESS", message: "no better in 5 trials" };
    const counts = { succeeded: 11, failed: 1, cancelled: 2 };
    const study = aStudy({ status: "COMPLETED", reason, counts, best: aBest(0.25) });
    expect(studySummary(studyView(study), 30, place)).toBe(`
s-1 COMPLETED: no better in 5 trials
12 of 30 trials ended: 11 succeeded, 1 failed; 2 suggestions cancelled

best: trial 7, error=0.25
  x  0.5

look again   pegbox show s-1 --state 'my state'
every trial  pegbox export s-1 --state 'my state' > s-1.csv`);
  });

  test("a paused study says how it goes on, a failed one where to look", () => {
    const paused = studySummary(studyView(aStudy({ status: "PAUSED", best: null })), 30, place);
    expect(paused).toContain("go on        pegbox run 'my study.yaml' --resume --state 'my state'\n");
    expect(paused).toContain("no trial has a usable, feasible result");
    const failed = studySummary(studyView(aStudy({ status: "FAILED" })), 30, { ...place, options: "" });
    expect(failed).toContain("see why      pegbox show s-1\n");
  });

  test("what has not ended is counted beside what has", () => {
    const view = studyView(aStudy({ counts: { infeasible: 1, stopped: 1, running: 2, proposed: 3, cancelled: 1 } }));
    expect(countsText(view, 30)).toBe(
      "2 of 30 trials ended: 1 infeasible, 1 stopped; 2 running, 3 proposed; 1 suggestion cancelled",
    );
    expect(countsText(studyView(aStudy({})), 1)).toBe("0 of 1 trial ended");
  });
});

describe("several objectives", () => {
  const metrics = [
    { name: "error", goal: "minimize" },
    { name: "speed", goal: "maximize" },
  ];
  const optimal = (count: number): Trial[] =>
    Array.from({ length: count }, (_, i) => aTrial({ number: i + 1, metrics: { error: 0.125, speed: i } }));

  test("a table of the trials that no other beats", () => {
    expect(winnerLines(studyView(aStudy({ spec: { metrics } }), optimal(1)))).toEqual([
      "1 trial that no other beats in every objective:",
      "trial  error  speed  parameters",
      "    1  0.125      0  x=0.5",
    ]);
  });

  test("many of them, and none", () => {
    expect(winnerLines(studyView(aStudy({ spec: { metrics } }), optimal(12))).at(-1)).toBe(
      "and 2 more: --json gives all",
    );
    expect(winnerLines(studyView(aStudy({ spec: { metrics } }), []))).toEqual([
      "no trial has a usable, feasible result",
    ]);
  });
});

describe("a line a trial", () => {
  const { spec } = aStudy({ spec: { trials: 100 } });
  const ended = (trial: Trial, best = 7) =>
    lineOf({ type: "trialEnded", trial, best: { ...aBest(0.1), trial: best } }, spec, 5);

  test("with its values, or why there is none", () => {
    expect(ended(aTrial({ number: 7 }))).toBe("  5/100  trial 7  error=0.1  x=0.5  new best");
    expect(ended(aTrial({ feasible: false }))).toBe(
      "  5/100  trial 1  error=0.1 (beyond an outcome constraint)  x=0.5",
    );
    const reason = { code: "EXIT", message: `exit 1\n${"x".repeat(200)}` };
    const failed = ended(aTrial({ state: "FAILED", metrics: null, reason })) ?? "";
    expect(failed).toMatch(/^ {2}5\/100 {2}trial 1 {2}FAILED EXIT: exit 1 x{92}… {2}x=0\.5$/);
  });

  test("of one that is run again, and none for what is no news", () => {
    const reason = { code: "TIMEOUT", message: "over 5 s" };
    expect(lineOf({ type: "trialRequeued", number: 3, reason }, spec, 5)).toBe(
      "trial 3 is run again: TIMEOUT: over 5 s",
    );
    const interrupted = { code: "INTERRUPTED", message: "the trial was interrupted" };
    expect(lineOf({ type: "trialRequeued", number: 3, reason: interrupted }, spec, 5)).toBeNull();
    expect(lineOf({ type: "trialStarted", trial: aTrial({}) }, spec, 5)).toBeNull();
  });
});

test("the page of a study ends with its last trials, within the width of a terminal", () => {
  const study = aStudy({ counts: { succeeded: 1, proposed: 1 }, best: aBest(0.1) });
  const last = [aTrial({}), aTrial({ number: 2, state: "PROPOSED", metrics: null, feasible: null })];
  const page = studyPage({ view: studyView(study), spec: study.spec }, last.map(trialView), 40).split("\n");
  expect(page.slice(-3)).toEqual([
    "trial  state      result     parameters",
    "    1  SUCCEEDED  error=0.1  x=0.5",
    "    2  PROPOSED              x=0.5",
  ]);
  expect(page[3]).toBe("created 1970-01-01T00:00:00.000Z, last …");
});
