import { describe, expect, test, vi } from "vitest";
import { Layout } from "../../../cli/output/layout.ts";
import { type Frame, picture } from "../../../cli/output/picture.ts";
import { Progress } from "../../../cli/output/progress.ts";
import { Screen } from "../../../cli/output/screen.ts";
import { textWidth } from "../../../cli/output/text-width.ts";
import type { Best, Trial } from "../../../lib/study/records.ts";
import { specWith } from "../../lib/study/file-builder.ts";
import { aStudy, aTrial } from "../../lib/study/records-builder.ts";

vi.hoisted(() => {
  process.env["NO_COLOR"] = "1";
});

const spec = specWith({
  parameters: {
    learningRate: { type: "float", min: 1e-5, max: 1, scale: "log" },
    optimizer: { type: "categorical", values: ["sgd", "an optimizer with a name that is a sentence"] },
    momentum: { type: "float", min: 0, max: 1, when: { optimizer: "sgd" } },
    layers: { type: "int", min: 1, max: 128 },
  },
  trials: 20,
  parallel: 2,
});
const frame: Frame = { columns: 80, rows: 24, now: 4000, pausing: false };
const sgd = { learningRate: 0.0123456, optimizer: "sgd", momentum: 0.5, layers: 3 };
const other = { learningRate: 1e-5, optimizer: "an optimizer with a name that is a sentence", layers: 128 };

const start = (progress: Progress, trial: Trial, now: number): void =>
  progress.note({ type: "trialStarted", trial: { ...trial, state: "RUNNING", metrics: null } }, now);
const end = (progress: Progress, trial: Trial, best: Best | null, now: number): void =>
  progress.note({ type: "trialEnded", trial, best }, now);

function aRun(): Progress {
  const progress = new Progress({ study: aStudy({ spec: { trials: 20 } }), replicates: 0 }, 0);
  const first = aTrial({ number: 1, parameters: sgd, metrics: { error: 0.25 } });
  const best: Best = { trial: 1, parameters: sgd, metrics: { error: 0.25 }, score: 0.25 };
  start(progress, first, 0);
  start(progress, aTrial({ number: 2, parameters: other }), 0);
  end(progress, first, best, 2000);
  const failed = { state: "FAILED", metrics: null, feasible: null } as const;
  end(
    progress,
    aTrial({ number: 2, parameters: other, ...failed, reason: { code: "EXIT", message: "exit 3\nno" } }),
    best,
    2500,
  );
  start(progress, aTrial({ number: 3, parameters: other }), 3000);
  return progress;
}

describe("the moving table", () => {
  test("shows the trials, the bar, the best and the failures", () => {
    expect(picture(aRun(), spec, new Layout(spec), { ...frame, columns: 90 })).toEqual([
      "trial     time       error  learningRate  optimizer              momentum  layers",
      "  * 1    2.0 s        0.25       0.01235  sgd                         0.5       3",
      "    2    2.5 s      failed          1e-5  an optimizer with a…          ·     128",
      "    3    1.0 s     running          1e-5  an optimizer with a…          ·     128",
      "",
      "━━──────────────────── 2/20 trials  4.0 s, about 29 s left",
      "best error=0.25  trial 1  learningRate=0.01235 optimizer=sgd momentum=0.5 layers=3",
      "1 failed  trial 2 EXIT: exit 3 no",
    ]);
  });

  test("leaves out whole columns where there is no room, and says when it pauses", () => {
    expect(picture(aRun(), spec, new Layout(spec), { ...frame, columns: 44, pausing: true })).toEqual([
      "trial     time       error  learningRate",
      "  * 1    2.0 s        0.25       0.01235",
      "    2    2.5 s      failed          1e-5",
      "    3    1.0 s     running          1e-5",
      "",
      "━────────── 2/20 trials  pausing; Ctrl-C ag…",
      "best error=0.25  trial 1  learningRate=0.01…",
      "1 failed  trial 2 EXIT: exit 3 no",
    ]);
  });

  test("fits any terminal", () => {
    const progress = aRun();
    for (let number = 4; number < 60; number += 1) start(progress, aTrial({ number, parameters: sgd }), 3000);
    for (let number = 60; number < 90; number += 1) end(progress, aTrial({ number, parameters: sgd }), null, 3000);
    for (const [columns, rows] of [
      [20, 8],
      [60, 20],
      [300, 100],
    ] as const) {
      const lines = picture(progress, spec, new Layout(spec), { ...frame, columns, rows });
      expect(lines.length).toBeLessThan(rows);
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns);
    }
  });

  test("keeps its columns whatever the trials are", () => {
    const layout = new Layout(spec);
    const before = picture(new Progress({ study: aStudy({}), replicates: 0 }, 0), spec, layout, frame)[0] ?? "";
    expect(picture(aRun(), spec, layout, frame)[0]).toBe(before);
  });

  test("time left: trials that run beside each other count for what they have run", () => {
    const progress = new Progress({ study: aStudy({}), replicates: 0 }, 0);
    expect(progress.secondsLeft(16, 1000)).toBeNull();
    for (let number = 1; number <= 8; number += 1) start(progress, aTrial({ number }), 0);
    end(progress, aTrial({ number: 1 }), null, 1000);
    // eight trials a second: eight are done or nearly, eight are left
    expect(progress.secondsLeft(16, 1000)).toBeCloseTo(1);
  });

  test("a resumed study counts what ended before, but not towards the pace", () => {
    const progress = new Progress(
      { study: aStudy({ counts: { succeeded: 5, failed: 2, infeasible: 1 } }), replicates: 0 },
      0,
    );
    end(progress, aTrial({ number: 9, startedAt: 0 }), null, 1000);
    expect([progress.ended, progress.failed, progress.infeasible]).toEqual([9, 2, 1]);
    expect(progress.secondsLeft(11, 1000)).toBeCloseTo(2);
  });

  test("a trial that is given back is not running", () => {
    const progress = aRun();
    progress.note({ type: "trialRequeued", number: 3, reason: { code: "LOST", message: "" } }, 3500);
    expect(progress.running.size).toBe(0);
  });
});

test("the screen goes back over what a narrower terminal has wrapped", () => {
  const written: string[] = [];
  const stream = { columns: 10, rows: 24, write: (text: string) => written.push(text) };
  const screen = new Screen(stream as unknown as NodeJS.WriteStream);
  screen.draw(["1234567890", "", "abc"]);
  stream.columns = 5;
  screen.draw(["x"]);
  expect(written[0]).toBe("\u001b[?2026h\r\u001b[0J1234567890\n\nabc\n\u001b[?2026l");
  expect(written[1]).toBe("\u001b[?2026h\r\u001b[4A\u001b[0Jx\n\u001b[?2026l");
});
