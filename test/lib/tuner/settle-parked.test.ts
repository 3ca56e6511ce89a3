import { describe, expect, test } from "vitest";
import { settleParked } from "../../../lib/tuner/settle-parked.ts";
import { success, Tuner } from "./support.ts";

async function untold(): Promise<{ tuner: Tuner; told: { trial: number; lease: string; result: object } }> {
  const tuner = new Tuner();
  await tuner.start({ trials: 4, parallel: 2 });
  await tuner.open();
  const { trial, lease } = await tuner.claim();
  return { tuner, told: { trial, lease, result: success(0.25) } };
}

describe("a parked result", () => {
  test("counts as if told in time, once however often it is told", async () => {
    const { tuner, told } = await untold();
    for (let time = 0; time < 3; time++) await settleParked({ studyId: "s", told }, tuner.ports);
    expect(await tuner.trial(told.trial)).toMatchObject({ state: "SUCCEEDED", metrics: { error: 0.25 } });
    const ended = tuner.events.filter(({ type }) => type === "trialEnded");
    expect(ended).toMatchObject([{ study: "s", trial: { number: 1 }, best: { trial: 1, metrics: { error: 0.25 } } }]);
  });

  test("counts too when its trial has been taken back meanwhile, which then is not run again", async () => {
    const { tuner, told } = await untold();
    await tuner.open();
    await settleParked({ studyId: "s", told }, tuner.ports);
    expect(await tuner.trial(told.trial)).toMatchObject({ state: "SUCCEEDED", lost: 1 });
    expect((await tuner.claim({ epoch: 2 })).trial).not.toBe(told.trial);
  });

  test("that is a failure says nothing of an attempt after it", async () => {
    const { tuner, told } = await untold();
    await tuner.open();
    await tuner.claim({ epoch: 2 });
    const error = { Error: "TypeError", Cause: "a defect" };
    await settleParked({ studyId: "s", told: { trial: told.trial, lease: told.lease, error } }, tuner.ports);
    expect(await tuner.trial(told.trial)).toMatchObject({ state: "RUNNING", lease: "g1/e2/s0/0" });
  });

  test("of what has been deleted is nothing, and a fault of the store is told", async () => {
    const { tuner, told } = await untold();
    await settleParked({ studyId: "gone", told }, tuner.ports);
    await settleParked({ studyId: "s", told: { ...told, trial: 99 } }, tuner.ports);
    const store = { ...tuner.store, settleTrial: () => Promise.reject(new Error("no store")) };
    await expect(settleParked({ studyId: "s", told }, { ...tuner.ports, store })).rejects.toThrow("no store");
  });
});
