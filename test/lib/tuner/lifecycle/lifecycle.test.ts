import { describe, expect, test } from "vitest";
import type { Study } from "../../../../lib/study/records.ts";
import { eventView } from "../../../../lib/study/story.ts";
import { createStudy } from "../../../../lib/tuner/create-study.ts";
import { finalize } from "../../../../lib/tuner/finalize.ts";
import { interruptStudy } from "../../../../lib/tuner/lifecycle/interrupt.ts";
import { extendStudy, pauseStudy, resumeStudy, stopStudy } from "../../../../lib/tuner/lifecycle/lifecycle.ts";
import type { Launcher } from "../../../../lib/tuner/ports.ts";
import { recover } from "../../../../lib/tuner/recover.ts";
import type { NextTrialEvent, PlanAnswer } from "../../../../lib/workflow/messages.ts";
import { spec } from "../../../store/fixtures.ts";
import { success, Tuner } from "../support.ts";

class Launches implements Launcher {
  readonly names: string[] = [];
  readonly stopped: string[] = [];
  async stop(name: string): Promise<void> {
    this.stopped.push(name);
  }
  async start(name: string): Promise<null> {
    this.names.push(name);
    return null;
  }
}

/** A study with one trial that runs and others that wait. */
async function running(changes: Parameters<Tuner["start"]>[0] = {}): Promise<Tuner> {
  const tuner = new Tuner();
  await tuner.start({ trials: 6, parallel: 2, ...changes });
  await tuner.open();
  await tuner.claim();
  return tuner;
}

async function finish(tuner: Tuner, status: "COMPLETED" | "FAILED", code: string): Promise<Study> {
  const { generation } = await tuner.study();
  await finalize({ studyId: "s", generation, status, reason: { code, message: "over" } }, tuner.ports);
  return tuner.study();
}

/** The result of the trial that runs. */
const TOLD = { trial: 1, lease: "g1/e1/s0/0", result: success(0.5) };

const refusal = { code: "CONFLICT" };

describe("pause", () => {
  test("lets what runs end, starts nothing, then waits without an execution", async () => {
    const tuner = await running();
    expect(await pauseStudy("s", tuner.ports)).toMatchObject({
      status: "PAUSING",
      reason: { code: "PAUSED_BY_USER" },
    });
    expect(await tuner.next({ slot: 1 })).toEqual({ kind: "done" });
    expect(await tuner.next({ seq: 1, told: TOLD })).toEqual({ kind: "done" });
    expect(await tuner.plan()).toEqual({ action: "halt" });
    const study = await tuner.study();
    expect(study).toMatchObject({ status: "PAUSED", reason: { code: "PAUSED_BY_USER" } });
    expect(study.counts).toMatchObject({ succeeded: 1, proposed: 5 });
  });

  test("keeps a study that has not started from starting", async () => {
    const tuner = new Tuner();
    await createStudy("s", spec(), tuner.ports);
    expect((await pauseStudy("s", tuner.ports)).status).toBe("PAUSED");
  });

  test("once more changes nothing", async () => {
    const tuner = await running();
    const first = await pauseStudy("s", tuner.ports);
    tuner.now += 1000;
    expect(await pauseStudy("s", tuner.ports)).toEqual(first);
  });

  test("is not undone by an execution that was about to begin", async () => {
    const tuner = await running();
    await pauseStudy("s", tuner.ports);
    await tuner.plan();
    await resumeStudy("s", tuner.ports, new Launches());
    await pauseStudy("s", tuner.ports);
    await tuner.begin(2);
    expect(await tuner.plan({ generation: 2 })).toEqual({ action: "halt" });
    expect(await tuner.study()).toMatchObject({ status: "PAUSED", generation: 2, reason: { code: "PAUSED_BY_USER" } });
    const launches = new Launches();
    await resumeStudy("s", tuner.ports, launches);
    expect(launches.names, "a name that no execution has had").toEqual(["s-g3"]);
  });

  test("takes a study that was interrupted out of the hands of whoever would go on with it", async () => {
    const tuner = await running();
    await interruptStudy("s", tuner.ports);
    expect(await pauseStudy("s", tuner.ports)).toMatchObject({
      status: "PAUSING",
      reason: { code: "PAUSED_BY_USER" },
    });
  });

  test("is refused for a study that has ended or is being stopped", async () => {
    const tuner = await running();
    await stopStudy("s", false, tuner.ports);
    await expect(pauseStudy("s", tuner.ports)).rejects.toMatchObject(refusal);
    await finish(tuner, "COMPLETED", "TARGET");
    await expect(pauseStudy("s", tuner.ports)).rejects.toMatchObject(refusal);
    await expect(pauseStudy("none", tuner.ports)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

/** Trials of an epoch fail one after the other, ten of them, and the plan that follows says what becomes of the study. */
async function failTen(tuner: Tuner, generation: number): Promise<PlanAnswer> {
  const { epoch } = await tuner.open({ generation });
  let told: NextTrialEvent["told"] = null;
  for (let seq = 0; seq <= 10; seq++) {
    const answer = await tuner.next({ generation, epoch, seq, told });
    if (answer.kind !== "lambda" || seq === 10) break;
    told = { trial: answer.trial, lease: answer.lease, result: { error: { message: "no data", retryable: false } } };
  }
  return tuner.plan({ generation });
}

describe("retry", () => {
  test("goes on with a study that has FAILED: its failures are forgiven, until as many fail again", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 40, parallel: 1 });
    expect(await failTen(tuner, 1)).toMatchObject({ action: "finish", status: "FAILED" });
    await finish(tuner, "FAILED", "FAILURES");
    const launches = new Launches();
    const study = await resumeStudy("s", tuner.ports, launches);
    expect(study).toMatchObject({ status: "PAUSED", spec: { forgiven: { ended: 10, failed: 10 } } });
    expect(await resumeStudy("s", tuner.ports, launches), "once more changes nothing").toMatchObject({ amendments: 1 });
    expect(await tuner.begin(2)).toMatchObject({ admitted: true });
    const again = {
      action: "finish",
      reason: { message: "the first 10 trials since the study was retried all failed" },
    };
    expect(await failTen(tuner, 2)).toMatchObject(again);
    const { items } = await tuner.store.readEvents("s", { limit: 99 });
    expect(items.map((event) => eventView(event).message)).toContain(
      "retried by request: failures are counted from here on",
    );
  });

  test("is refused where nothing is left to try, and comes with being given more", async () => {
    const tuner = new Tuner();
    await tuner.start({ trials: 10, parallel: 1 });
    await failTen(tuner, 1);
    await finish(tuner, "FAILED", "FAILURES");
    const launches = new Launches();
    await expect(resumeStudy("s", tuner.ports, launches)).rejects.toMatchObject(refusal);
    expect((await tuner.study()).amendments).toBe(0);
    await extendStudy("s", { trials: 20 }, tuner.ports, launches);
    expect(await tuner.study()).toMatchObject({ status: "PAUSED", spec: { trials: 20, forgiven: { failed: 10 } } });
    expect(launches.names).toEqual(["s-g2"]);
  });
});

describe("resume", () => {
  test("starts the next generation of a study that waits", async () => {
    const tuner = await running();
    const launches = new Launches();
    await pauseStudy("s", tuner.ports);
    await tuner.plan();
    await resumeStudy("s", tuner.ports, launches);
    expect(launches.names).toEqual(["s-g2"]);
    expect(await tuner.begin(2)).toMatchObject({ admitted: true });
    expect(await tuner.study()).toMatchObject({ status: "RUNNING", reason: null });
  });

  test("goes on at once while it is still about to pause", async () => {
    const tuner = await running();
    const launches = new Launches();
    await pauseStudy("s", tuner.ports);
    expect(await resumeStudy("s", tuner.ports, launches)).toMatchObject({ status: "RUNNING", reason: null });
    expect(launches.names).toEqual([]);
    expect(await tuner.plan()).toMatchObject({ action: "run" });
  });

  test("does nothing to a study that runs", async () => {
    const tuner = await running();
    const launches = new Launches();
    await resumeStudy("s", tuner.ports, launches);
    expect(launches.names).toEqual([]);
  });

  test("takes up a study that was stopped or that a defect ended", async () => {
    const tuner = await running();
    const launches = new Launches();
    await finish(tuner, "FAILED", "INTERNAL");
    expect((await resumeStudy("s", tuner.ports, launches)).status).toBe("PAUSED");
    expect(await tuner.begin(2)).toMatchObject({ admitted: true });
    expect(launches.names).toEqual(["s-g2"]);
  });

  test("lets a study that waits end as it should, and refuses one whose time is over", async () => {
    const tuner = await running({ trials: 1, budget: { wallClock: 60, trialTimeout: null } });
    await pauseStudy("s", tuner.ports);
    await tuner.next({ seq: 1, told: TOLD });
    await tuner.plan();
    const launches = new Launches();
    await resumeStudy("s", tuner.ports, launches);
    expect(launches.names).toEqual(["s-g2"]);
    const late = await running({ budget: { wallClock: 60, trialTimeout: null } });
    await pauseStudy("s", late.ports);
    await late.plan();
    late.now += 60_000;
    await expect(resumeStudy("s", late.ports, launches)).rejects.toMatchObject(refusal);
  });

  test("is refused where the study would end again at once, and while it is being stopped", async () => {
    const tuner = await running({ trials: 1 });
    await tuner.next({ seq: 1, told: TOLD });
    await finish(tuner, "COMPLETED", "TRIALS");
    const launches = new Launches();
    await expect(resumeStudy("s", tuner.ports, launches)).rejects.toMatchObject({
      ...refusal,
      hint: expect.stringContaining("extend"),
    });
    const other = await running();
    await stopStudy("s", false, other.ports);
    await expect(resumeStudy("s", other.ports, launches)).rejects.toMatchObject(refusal);
    expect(launches.names).toEqual([]);
  });
});

describe("stop", () => {
  test("ends the study once what runs has ended", async () => {
    const tuner = await running();
    expect(await stopStudy("s", false, tuner.ports)).toMatchObject({ status: "STOPPING" });
    expect(await tuner.next({ seq: 1, told: TOLD })).toEqual({ kind: "done" });
    const answer = await tuner.plan();
    expect(answer).toMatchObject({ action: "finish", status: "STOPPED", reason: { code: "STOPPED_BY_USER" } });
    if (answer.action !== "finish") return;
    await finalize({ studyId: "s", generation: 1, ...answer }, tuner.ports);
    const study = await tuner.study();
    expect(study).toMatchObject({ status: "STOPPED", reason: { code: "STOPPED_BY_USER" } });
    expect(study.counts).toMatchObject({ succeeded: 1, cancelled: 5, proposed: 0, running: 0 });
  });

  test("now: gives up what runs, and drops what it still reports", async () => {
    const tuner = await running();
    await stopStudy("s", true, tuner.ports);
    expect(await tuner.trial(1)).toMatchObject({ state: "STOPPED", reason: { code: "STOPPED_BY_USER" } });
    await tuner.next({ seq: 1, told: TOLD });
    expect(await tuner.trial(1)).toMatchObject({ state: "STOPPED", metrics: null });
    expect((await tuner.study()).best).toBeNull();
  });

  test("now: ends the execution with what runs, once, and the next one ends the study", async () => {
    const tuner = await running();
    const launcher = new Launches();
    await stopStudy("s", false, tuner.ports, launcher);
    expect(launcher.stopped).toEqual([]);
    await stopStudy("s", true, tuner.ports, launcher);
    await stopStudy("s", true, tuner.ports, launcher);
    expect(launcher.stopped).toEqual(["s-g1"]);

    const input = { studyId: "s", generation: 1 };
    expect(await recover({ input, execution: "s-g1", status: "ABORTED" }, tuner.ports, launcher)).toBe(true);
    expect(launcher.names).toEqual(["s-g2"]);
    expect(await tuner.begin(2)).toMatchObject({ admitted: true });
    expect(await tuner.plan({ generation: 2 })).toMatchObject({ action: "finish", status: "STOPPED" });
    expect((await tuner.study()).counts).toMatchObject({ running: 0, stopped: 1 });
  });

  test("ends a study that waits at once", async () => {
    const tuner = await running();
    await pauseStudy("s", tuner.ports);
    await tuner.plan();
    expect(await stopStudy("s", false, tuner.ports)).toMatchObject({ status: "STOPPED" });
    expect((await tuner.study()).counts).toMatchObject({ proposed: 0, running: 0, cancelled: 6 });
  });

  test("reaches a study between two executions", async () => {
    const tuner = await running();
    await stopStudy("s", false, tuner.ports);
    expect(await tuner.begin(2)).toMatchObject({ admitted: true });
    expect(await tuner.plan({ generation: 2 })).toMatchObject({ action: "finish", status: "STOPPED" });
  });

  test("once more changes nothing; a study that has ended otherwise refuses", async () => {
    const tuner = await running();
    await stopStudy("s", false, tuner.ports);
    const first = await tuner.study();
    tuner.now += 1000;
    expect(await stopStudy("s", false, tuner.ports)).toEqual(first);
    await finish(tuner, "COMPLETED", "TARGET");
    await expect(stopStudy("s", false, tuner.ports)).rejects.toMatchObject(refusal);
  });
});

describe("extend", () => {
  test("gives a study that runs more room", async () => {
    const tuner = await running();
    const launches = new Launches();
    const study = await extendStudy("s", { trials: 9, budget: { wallClock: 60 } }, tuner.ports, launches);
    expect(study.spec).toMatchObject({ trials: 9, budget: { wallClock: 60, trialTimeout: null } });
    expect(launches.names).toEqual([]);
  });

  test("goes on with a study that has ended", async () => {
    const tuner = await running({ trials: 1 });
    await tuner.next({ seq: 1, told: TOLD });
    await finish(tuner, "COMPLETED", "TRIALS");
    const launches = new Launches();
    await extendStudy("s", { trials: 3 }, tuner.ports, launches);
    expect(launches.names).toEqual(["s-g2"]);
    await tuner.begin(2);
    expect(await tuner.open({ generation: 2 })).toMatchObject({ epoch: 2 });
    expect((await tuner.study()).counts).toMatchObject({ succeeded: 1, proposed: 2 });
  });

  test("once more starts what a crash left unstarted", async () => {
    const tuner = await running({ trials: 1 });
    await tuner.next({ seq: 1, told: TOLD });
    await finish(tuner, "COMPLETED", "TRIALS");
    const broken: Launcher = { start: () => Promise.reject(new Error("a power cut")) };
    await expect(extendStudy("s", { trials: 3 }, tuner.ports, broken)).rejects.toThrow("a power cut");
    const launches = new Launches();
    await extendStudy("s", { trials: 3 }, tuner.ports, launches);
    expect(launches.names).toEqual(["s-g2"]);
  });

  test("is refused where the study would end again all the same, and changes nothing", async () => {
    const tuner = await running({ trials: 1, stopping: { target: 0.9, noProgress: null, regret: null } });
    await tuner.next({ seq: 1, told: TOLD });
    await finish(tuner, "COMPLETED", "TARGET");
    const before = await tuner.study();
    await expect(extendStudy("s", { trials: 3 }, tuner.ports, new Launches())).rejects.toMatchObject(refusal);
    expect(await tuner.study()).toEqual(before);
  });

  test("refuses fewer trials than there are, and changes nothing", async () => {
    const tuner = await running();
    await expect(extendStudy("s", { trials: 2 }, tuner.ports, new Launches())).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ path: "trials", expected: "at least the 6 that the study has", got: "2" }],
    });
    expect((await tuner.study()).spec.trials).toBe(6);
  });
});
