import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { executionName } from "../../../lib/study/ids.ts";
import { begin } from "../../../lib/tuner/begin.ts";
import { createStudy, startStudy } from "../../../lib/tuner/create-study.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { pauseStudy, resumeStudy, stopStudy } from "../../../lib/tuner/lifecycle/lifecycle.ts";
import { nextTrial } from "../../../lib/tuner/next-trial.ts";
import { plan } from "../../../lib/tuner/plan.ts";
import { type CutOff, recover } from "../../../lib/tuner/recover.ts";
import type { NextTrialEvent, WorkflowInput } from "../../../lib/workflow/messages.ts";
import { intercept } from "../../local/studies.ts";
import { NOON, spec } from "../../store/fixtures.ts";
import { success, Tuner } from "./support.ts";

type Input = Extract<WorkflowInput, { studyId: string }>;

/** Executions by name, as the service keeps them: a name is started once. */
class Executions {
  readonly inputs: Map<string, Input> = new Map();

  start = async (name: string, input: WorkflowInput): Promise<null> => {
    if (!this.inputs.has(name)) this.inputs.set(name, input as Input);
    return null;
  };

  cutOff(generation: number, status = "ABORTED"): CutOff {
    const execution = executionName("s", generation);
    return { execution, input: this.inputs.get(execution) ?? { studyId: "s", generation }, status };
  }
}

async function running(): Promise<{ tuner: Tuner; executions: Executions }> {
  const tuner = new Tuner();
  const executions = new Executions();
  const { study } = await createStudy("s", spec({ trials: 8, parallel: 2 }), tuner.ports);
  await startStudy(study, executions, tuner.ports);
  await tuner.begin(1);
  return { tuner, executions };
}

async function endTrial(tuner: Tuner, generation: number): Promise<void> {
  const { epoch, trialsPerSlot: quota } = await tuner.open({ generation });
  const { trial, lease } = await tuner.claim({ generation, epoch, quota });
  await tuner.next({ generation, epoch, quota, seq: 1, told: { trial, lease, result: success(0.5) } });
}

describe("an execution that was cut off", () => {
  test("is followed by the next generation, started once however often it is told", async () => {
    const { tuner, executions } = await running();
    for (let time = 0; time < 3; time++) {
      expect(await recover(executions.cutOff(1), tuner.ports, executions)).toBe(true);
    }
    expect([...executions.inputs]).toEqual([
      ["s-g1", { studyId: "s", generation: 1 }],
      ["s-g2", { studyId: "s", generation: 2, recovery: { times: 1, progress: 0 } }],
    ]);
    expect(tuner.events.at(-1)).toEqual({
      type: "studyRecovered",
      study: "s",
      generation: 2,
      reason: { code: "CUT_OFF", message: "ended ABORTED" },
    });
  });

  test.each(["PAUSING", "STOPPING"])(
    "while its study was %s is followed, so that the wish is fulfilled",
    async (wish) => {
      const { tuner, executions } = await running();
      await (wish === "PAUSING" ? pauseStudy("s", tuner.ports) : stopStudy("s", false, tuner.ports));
      expect(await recover(executions.cutOff(1), tuner.ports, executions)).toBe(true);
      await tuner.begin(2);
      expect(await tuner.plan({ generation: 2 })).toMatchObject({ action: wish === "PAUSING" ? "halt" : "finish" });
    },
  );

  test.each([
    ["has paused", (tuner: Tuner) => tuner.store.moveStudy("s", { ...MOVE, to: "PAUSED" })],
    ["was marked FAILED", (tuner: Tuner) => tuner.store.moveStudy("s", { ...MOVE, to: "FAILED" })],
    ["another execution owns", (tuner: Tuner) => tuner.begin(2)],
    [
      "was deleted",
      (tuner: Tuner) => tuner.store.moveStudy("s", { ...MOVE, to: "FAILED" }).then(() => tuner.store.deleteStudy("s")),
    ],
  ])("and whose study %s is left alone", async (_, settle) => {
    const { tuner, executions } = await running();
    await settle(tuner);
    const before = await tuner.store.getStudy("s");
    expect(await recover(executions.cutOff(1), tuner.ports, executions)).toBe(false);
    expect(await tuner.store.getStudy("s")).toEqual(before);
    expect(executions.inputs.size).toBe(1);
  });

  test("of another name than the one that owns the study is left alone", async () => {
    const { tuner, executions } = await running();
    const stranger = { ...executions.cutOff(1), execution: "by-hand" };
    expect(await recover(stranger, tuner.ports, executions)).toBe(false);
    expect(executions.inputs.size).toBe(1);
  });

  test("is the store's to say: while that is down nothing is started, and the fault is told", async () => {
    const { tuner, executions } = await running();
    const down = { ...tuner.ports, store: intercept(tuner.store, () => Promise.reject(new Error("no store"))) };
    await expect(recover(executions.cutOff(1), down, executions)).rejects.toThrow("no store");
    expect(executions.inputs.size).toBe(1);
  });
});

const MOVE = { from: ["RUNNING"], reason: null, at: NOON } as const;

describe("a trial that ran", () => {
  test("when its execution FAILED was lost, and is given up the third time; the study goes on", async () => {
    const { tuner, executions } = await running();
    for (let generation = 1; generation <= 3; generation++) {
      const { epoch } = await tuner.open({ generation });
      expect((await tuner.claim({ generation, epoch })).trial).toBe(1);
      const cutOff = executions.cutOff(generation, "FAILED");
      for (let time = 0; time < 2; time++) await recover(cutOff, tuner.ports, executions);
      await tuner.begin(generation + 1);
    }
    expect(await tuner.trial(1)).toMatchObject({ state: "FAILED", reason: { code: "LOST" } });
    expect(executions.inputs.get("s-g4")?.recovery).toEqual({ times: 1, progress: 1 });
  });

  test("when its execution was ABORTED is run again as often as it takes: the fault is not its own", async () => {
    const { tuner, executions } = await running();
    for (let generation = 1; generation <= 4; generation++) {
      const { epoch } = await tuner.open({ generation });
      await tuner.claim({ generation, epoch });
      await recover(executions.cutOff(generation), tuner.ports, executions);
      await tuner.begin(generation + 1);
    }
    await tuner.open({ generation: 5 });
    expect(await tuner.trial(1)).toMatchObject({ state: "PROPOSED", lost: 0, attempts: 0 });
  });
});

describe("an execution that ended before it could begin", () => {
  test("uses up its generation: the study goes on with the next, as does who resumes it", async () => {
    const tuner = new Tuner();
    const executions = new Executions();
    const { study } = await createStudy("s", spec(), tuner.ports);
    await startStudy(study, executions, tuner.ports);
    expect(await recover(executions.cutOff(1, "FAILED"), tuner.ports, executions)).toBe(true);
    expect([...executions.inputs.keys()]).toEqual(["s-g1", "s-g2"]);
    expect(await tuner.study()).toMatchObject({ status: "RUNNING", generation: 1 });
  });

  test("after a hand-over leaves the study with the execution before; the one after takes over", async () => {
    const { tuner, executions } = await running();
    await executions.start("s-g2", { studyId: "s", generation: 2 });
    expect(await recover(executions.cutOff(2, "FAILED"), tuner.ports, executions)).toBe(true);
    expect([...executions.inputs.keys()]).toEqual(["s-g1", "s-g2", "s-g3"]);
    expect(await tuner.begin(3)).toMatchObject({ admitted: true });
  });

  test("of a sweep makes the sweep's study, and leaves a sweep alone that was deleted", async () => {
    const tuner = new Tuner();
    const executions = new Executions();
    await tuner.store.putSweep({
      name: "nightly",
      spec: spec(),
      schedule: "rate(1 day)",
      overlap: "beside",
      updatedAt: NOON,
    });
    const input = { sweep: "nightly", scheduledAt: "2026-11-23T12:00:00Z" };
    expect(await recover({ execution: "e", input, status: "FAILED" }, tuner.ports, executions)).toBe(true);
    expect([...executions.inputs.keys()]).toEqual(["nightly-2026-11-23T120000Z-g2"]);
    const gone = { execution: "e", input: { ...input, sweep: "gone" }, status: "FAILED" };
    expect(await recover(gone, tuner.ports, executions)).toBe(false);
  });
});

describe("executions that are cut off again and again", () => {
  test("fail the study after five in a row, with what cut off the last; resuming goes on", async () => {
    const { tuner, executions } = await running();
    for (let generation = 1; generation <= 5; generation++) {
      expect(await recover(executions.cutOff(generation), tuner.ports, executions)).toBe(true);
      await tuner.begin(generation + 1);
    }
    const last = { ...executions.cutOff(6, "FAILED"), error: "States.Runtime", cause: "why" };
    expect(await recover(last, tuner.ports, executions)).toBe(false);
    expect(await tuner.study()).toMatchObject({
      status: "FAILED",
      reason: {
        code: "CUT_OFF",
        message:
          "its execution was cut off 6 times while no trial ended; the last time it ended FAILED: States.Runtime: why",
      },
    });
    expect(executions.inputs.size).toBe(6);
    await resumeStudy("s", tuner.ports, executions);
    expect(executions.inputs.get("s-g7")).toEqual({ studyId: "s", generation: 7 });
  });

  test("do not while trials end in between", async () => {
    const { tuner, executions } = await running();
    for (let generation = 1; generation <= 8; generation++) {
      if (generation % 2 === 0) await endTrial(tuner, generation);
      expect(await recover(executions.cutOff(generation), tuner.ports, executions)).toBe(true);
      await tuner.begin(generation + 1);
    }
    expect(executions.inputs.get("s-g9")?.recovery).toEqual({ times: 1, progress: 4 });
  });
});

/** One world in which executions die at writes of their store: `lots` says at which, and whether before or after it. */
class MortalWorld {
  readonly tuner: Tuner = new Tuner();
  readonly executions: Executions = new Executions();
  readonly ran: Set<string> = new Set();
  readonly untold: NextTrialEvent[] = [];
  readonly #lots: number[];

  constructor(lots: readonly number[]) {
    this.#lots = [...lots];
  }

  /** Ports of something that dies when the next lot has run down to 0. */
  get ports(): Tuner["ports"] {
    let left = this.#lots.shift() ?? Number.POSITIVE_INFINITY;
    const mortal = async (call: () => Promise<unknown>): Promise<unknown> => {
      left -= 1;
      if (left === 0) throw new Error("dead");
      const answer = await call();
      if (left === 0.5) throw new Error("dead");
      return answer;
    };
    return { ...this.tuner.ports, store: intercept(this.tuner.store, (_, call) => mortal(call)) };
  }

  async execute(name: string, input: Input): Promise<void> {
    const { studyId, generation } = input;
    const ports = this.ports;
    const { admitted } = await begin({ input, execution: name }, ports);
    for (let stalls = 0; admitted; ) {
      const answer = await plan({ studyId, generation, events: 0, stalls }, ports);
      if (answer.action === "finish") await finalize({ studyId, generation, ...answer }, ports);
      if (answer.action !== "run") return;
      for (let slot = 0; slot < answer.slots; slot++) {
        let event: NextTrialEvent | null = {
          studyId,
          generation,
          epoch: answer.epoch,
          slot,
          seq: 0,
          quota: answer.trialsPerSlot,
          told: null,
        };
        while (event !== null) event = await this.#step(event, ports);
      }
    }
  }

  async #step(event: NextTrialEvent, ports: Tuner["ports"]): Promise<NextTrialEvent | null> {
    const given = await nextTrial(event, ports).catch((error: unknown) => {
      if (event.told !== null) this.untold.push(event);
      throw error;
    });
    if (given.kind !== "lambda") return null;
    const { trial, lease } = given;
    return { ...event, seq: event.seq + 1, told: { trial, lease, result: { metrics: { error: trial } } } };
  }
}

test("whatever dies at whatever write, executions and recoveries alike: the study completes, each trial ended once", async () => {
  const lot = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }).map((n) => n + 0.5),
  );
  // no more deaths than may come in a row
  const lots = fc.array(lot, { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(lots, fc.boolean(), fc.integer({ min: 1, max: 3 }), async (deaths, zombies, parallel) => {
      const world = new MortalWorld(deaths);
      const { tuner, executions, ran } = world;
      const { study } = await createStudy("s", spec({ trials: 6, parallel }), tuner.ports);
      await startStudy(study, executions, tuner.ports);
      for (const [name, input] of executions.inputs) {
        expect(ran).not.toContain(name);
        ran.add(name);
        const died = await world.execute(name, input).then(
          () => false,
          () => true,
        );
        if (!died) continue;
        const cutOff = executions.cutOff(input.generation, "FAILED");
        const told = (): Promise<unknown> => recover(cutOff, world.ports, executions);
        while (
          await told().then(
            () => false,
            () => true,
          )
        );
        await recover(cutOff, tuner.ports, executions);
        if (zombies) for (const event of world.untold.splice(0)) await nextTrial(event, tuner.ports);
      }
      expect(await tuner.study()).toMatchObject({ status: "COMPLETED", counts: { succeeded: 6 } });
      const ended = tuner.events.flatMap((event) => (event.type === "trialEnded" ? [event.trial.number] : []));
      expect(new Set(ended).size).toBe(ended.length);
    }),
    { numRuns: 60 },
  );
});
