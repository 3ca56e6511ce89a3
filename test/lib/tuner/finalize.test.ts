import { describe, expect, test } from "vitest";
import type { StudyView } from "../../../lib/study/views.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { interruptStudy } from "../../../lib/tuner/lifecycle/interrupt.ts";
import { success as settlement } from "../../store/fixtures.ts";
import { Tuner } from "./support.ts";

const reason = { code: "TARGET", message: "error 0.1 reaches the target 0.2" };

function end(tuner: Tuner, generation = 1): Promise<StudyView> {
  return finalize({ studyId: "s", generation, status: "COMPLETED", reason }, tuner.ports);
}

describe("finalize", () => {
  test("cancels what was never started and what a dead slot left, and writes the end", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 4, parallel: 2 });
    await tuner.open();
    await tuner.claim();
    await tuner.store.settleTrial("s", 2, settlement(0.1));
    const view = await end(tuner);
    expect(view).toMatchObject({
      status: "COMPLETED",
      reason,
      trials: { total: 4, succeeded: 1, cancelled: 3 },
      best: { trial: 2 },
    });
    expect(await tuner.trial(4)).toMatchObject({
      reason: { code: "TARGET", message: expect.stringMatching(/^the study ended first: /) },
    });
  });

  test("twice, also at once, is told of once", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 4 });
    await tuner.open();
    const [first, second] = await Promise.all([end(tuner), end(tuner)]);
    expect(second).toEqual(first);
    expect(await end(tuner)).toEqual(first);
    expect(tuner.events.filter(({ type }) => type === "studyEnded")).toEqual([
      { type: "studyEnded", study: "s", status: "COMPLETED", reason },
    ]);
  });

  test("ends a study that is about to pause: there is nothing left to pause for", async () => {
    const tuner = new Tuner();
    await tuner.start();
    await interruptStudy("s", tuner.ports);
    expect(await end(tuner)).toMatchObject({ status: "COMPLETED" });
  });

  test("a superseded execution ends nothing", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 4 });
    await tuner.begin(2);
    await tuner.open({ generation: 2 });
    const before = await tuner.study();
    expect(await end(tuner)).toMatchObject({ status: "RUNNING" });
    expect(await tuner.study()).toEqual(before);
  });

  test("an unknown study is NOT_FOUND", async () => {
    await expect(end(new Tuner())).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
