import { describe, expect, test } from "vitest";
import type { StudyStore } from "../../../../lib/store/study-store.ts";
import type { StudySpec } from "../../../../lib/study/spec.ts";
import { createStudy } from "../../../../lib/tuner/create-study.ts";
import { finalize } from "../../../../lib/tuner/finalize.ts";
import { attemptOf } from "../../../../lib/tuner/reports/report-token.ts";
import { measure } from "../../../../lib/tuner/workers/measure.ts";
import { spec } from "../../../store/fixtures.ts";
import { type Given, success, Tuner } from "../support.ts";

/** Rungs 1, 3 and 9. */
const fidelity = { name: "epochs", min: 1, max: 9, rule: "stop" } as const;

async function started(changes: Partial<StudySpec> = {}): Promise<Tuner> {
  const tuner = new Tuner();
  await tuner.start({ fidelity, trials: 12, parallel: 1, retries: 0, ...changes });
  return tuner;
}

/** The smaller x, the better; the longer the training, the better. */
const error = ({ request }: Given, epochs: number): number => Number(request.parameters["x"]) + 1 / epochs;

async function report(tuner: Tuner, { trial }: Given, step: number, value: number): Promise<boolean> {
  const attempt = attemptOf(await tuner.trial(trial));
  return (await measure("s", trial, attempt, { step, metrics: { error: value } }, tuner.ports)).stop;
}

const tell = (tuner: Tuner, { trial, lease, fidelity: asked }: Given, result: object): Promise<unknown> =>
  tuner.next({ seq: 1, quota: 1, told: { trial, lease, fidelity: asked, result } });

/** Trains until it is told to stop. @returns the epochs trained */
async function train(tuner: Tuner, given: Given): Promise<number> {
  for (let epoch = 1; epoch <= 9; epoch++) {
    if (await report(tuner, given, epoch, error(given, epoch))) {
      await tell(tuner, given, success(error(given, epoch)));
      return epoch;
    }
  }
  await tell(tuner, given, success(error(given, 9)));
  return 9;
}

/** @returns epochs of each trial, in the order that they ran */
async function toTheEnd(tuner: Tuner): Promise<number[]> {
  const epochs: number[] = [];
  for (;;) {
    const answer = await tuner.plan();
    if (answer.action !== "run") {
      if (answer.action === "finish") await finalize({ studyId: "s", generation: 1, ...answer }, tuner.ports);
      return epochs;
    }
    const given: Given[] = [];
    for (let slot = 0; slot < answer.slots; slot++) given.push(await tuner.claim({ epoch: answer.epoch, slot }));
    for (const one of given) epochs.push(await train(tuner, one));
  }
}

describe("a study whose trials are stopped as they train", () => {
  test("asks each for the whole training, and stops on the rungs those that are behind", async () => {
    const tuner = await started();
    const epochs = await toTheEnd(tuner);
    expect(epochs).toHaveLength(12);
    expect(epochs.slice(0, 4)).toEqual([9, 9, 9, 9]);
    expect(epochs.every((length) => [1, 3, 9].includes(length))).toBe(true);
    const trials = await tuner.store.readTrials("s", { from: 1, to: 12 });
    const stopped = trials.filter(({ state }) => state === "STOPPED");
    expect(trials.map((trial) => trial.fidelity)).toEqual(epochs);
    expect(stopped).toHaveLength(epochs.filter((length) => length < 9).length);
    for (const trial of stopped) {
      const epoch = Number(trial.fidelity);
      expect(trial).toMatchObject({ lease: null, rungs: [] });
      expect(trial.reason?.code).toBe("BEHIND");
      expect(trial.reason?.message).toMatch(/^at epochs [13] it was not among the best of \d+: rule stop$/);
      expect(trial.metrics).toEqual({ error: Number(trial.parameters["x"]) + 1 / epoch });
    }
    expect(await tuner.study()).toMatchObject({ status: "COMPLETED", reason: { code: "TRIALS" } });
    const best = trials.toSorted((a, b) => Number(a.parameters["x"]) - Number(b.parameters["x"]))[0]!;
    expect((await tuner.study()).best).toMatchObject({ trial: best.number });
    const ends = tuner.events.flatMap((event) => (event.type === "trialEnded" ? [event.trial.number] : []));
    expect(ends.toSorted((a, b) => a - b)).toEqual(trials.map(({ number }) => number));
  });

  test("a stopped trial stays stopped, whatever it reports or returns", async () => {
    const tuner = await started({ trials: 5, parallel: 5 });
    await tuner.open();
    const given: Given[] = [];
    for (let slot = 0; slot < 5; slot++) given.push(await tuner.claim({ slot }));
    const answers: boolean[] = [];
    for (const [i, one] of given.entries()) answers.push(await report(tuner, one, 1, i));
    expect(answers).toEqual([false, false, false, false, true]);
    const before = await tuner.trial(given[4]!.trial);
    expect(before).toMatchObject({ state: "STOPPED", metrics: { error: 4 }, fidelity: 1 });
    expect(await report(tuner, given[4]!, 2, -1)).toBe(true);
    await tell(tuner, given[4]!, success(-1));
    expect(await tuner.trial(given[4]!.trial)).toEqual(before);
    expect(await report(tuner, given[3]!, 1, 9)).toBe(false);
  });

  test("the strategy learns from the rungs of those that were stopped", async () => {
    const tuner = await started({ strategy: "bayesian", trials: 20 });
    await toTheEnd(tuner);
    const { best } = await tuner.study();
    expect(Number(best?.parameters["x"])).toBeLessThan(0.05);
    const trials = await tuner.store.readTrials("s", { from: 1, to: 20 });
    expect(trials.filter(({ state }) => state === "STOPPED").length).toBeGreaterThan(3);
  });

  test("what others told is read where the rule asks, and nowhere else", async () => {
    const read: number[] = [];
    const counting = (store: StudyStore): StudyStore =>
      new Proxy(store, {
        get(target, name) {
          const arrow = Reflect.get(target, name);
          if (name !== "readMeasurements") return typeof arrow === "function" ? arrow.bind(target) : arrow;
          return (id: string, number: number) => {
            read.push(number);
            return target.readMeasurements(id, number);
          };
        },
      });
    const reads = async (rule: "stop" | "median"): Promise<number[][]> => {
      const tuner = new Tuner(counting);
      await tuner.start({ fidelity: { ...fidelity, min: 2, max: 18, rule }, trials: 4, parallel: 4, retries: 0 });
      await tuner.open();
      const given: Given[] = [];
      for (let slot = 0; slot < 4; slot++) given.push(await tuner.claim({ slot }));
      const steps: number[][] = [];
      for (const step of [1, 2, 3, 6, 7, 18]) {
        read.length = 0;
        await report(tuner, given[3]!, step, 1);
        steps.push([...read]);
      }
      return steps;
    };
    const [own, all] = [[4], [4, 1, 2, 3]];
    expect(await reads("stop")).toEqual([own, all, own, all, own, own]);
    expect(await reads("median")).toEqual([own, all, all, all, all, own]);
  });

  test("by the median rule one is stopped at any step", async () => {
    const tuner = await started({ fidelity: { ...fidelity, rule: "median" }, trials: 6, parallel: 6 });
    await tuner.open();
    const given: Given[] = [];
    for (let slot = 0; slot < 6; slot++) given.push(await tuner.claim({ slot }));
    for (const step of [1, 2]) {
      for (const [i, one] of given.slice(0, 5).entries()) await report(tuner, one, step, i < 3 ? i / step : i);
    }
    expect(await report(tuner, given[5]!, 1, 2)).toBe(false);
    expect(await report(tuner, given[5]!, 2, 2)).toBe(true);
    expect((await tuner.trial(given[5]!.trial)).reason).toEqual({
      code: "BEHIND",
      message: "at epochs 2 its best was worse than the median of the others: rule median",
    });
  });

  test("is refused where nobody would hear its trials", async () => {
    const tuner = new Tuner();
    const deaf = { fidelity, runner: { lambda: "train" } };
    await expect(createStudy("s", spec(deaf), tuner.ports)).rejects.toMatchObject({
      code: "INVALID_STUDY",
      issues: [{ path: "fidelity.rule", expected: expect.stringContaining("nobody hears"), got: "stop" }],
    });
    expect(await tuner.store.getStudy("s")).toBeNull();
    await createStudy("s", spec({ ...deaf, fidelity: { ...fidelity, rule: "hyperband" } }), tuner.ports);
  });
});
