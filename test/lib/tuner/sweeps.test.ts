import { describe, expect, test } from "vitest";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import type { Scheduler } from "../../../lib/tuner/ports.ts";
import { deleteSweep, putSweep } from "../../../lib/tuner/sweeps.ts";
import { NOON, spec } from "../../store/fixtures.ts";
import { Tuner } from "./support.ts";

function scheduler(): Scheduler & { readonly schedules: Map<string, string> } {
  const schedules = new Map<string, string>();
  return {
    schedules,
    async put({ name, schedule }) {
      if (!/^(rate|cron)\(/.test(schedule)) throw new PegboxError("INVALID_INPUT", "no such schedule");
      schedules.set(name, schedule);
    },
    async delete(name) {
      schedules.delete(name);
    },
  };
}

const sweep = { name: "nightly", spec: spec(), schedule: "rate(1 day)", overlap: "beside" } as const;

describe("sweeps", () => {
  test("are stored with their schedule, replaced and deleted", async () => {
    const { ports, store } = new Tuner();
    const clock = scheduler();
    expect(await putSweep(sweep, ports, clock)).toEqual({ ...sweep, updatedAt: NOON });
    await putSweep({ ...sweep, schedule: "rate(2 days)" }, ports, clock);
    expect(await store.getSweep("nightly")).toMatchObject({ schedule: "rate(2 days)" });
    expect(clock.schedules).toEqual(new Map([["nightly", "rate(2 days)"]]));
    await deleteSweep("nightly", ports, clock);
    expect(clock.schedules.size).toBe(0);
    expect(await store.getSweep("nightly")).toBeNull();
    await expect(deleteSweep("nightly", ports, clock)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a schedule that is refused changes nothing", async () => {
    const { ports, store } = new Tuner();
    const clock = scheduler();
    await putSweep(sweep, ports, clock);
    const wrong = putSweep({ ...sweep, schedule: "daily", spec: spec({ trials: 1 }) }, ports, clock);
    await expect(wrong).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await store.getSweep("nightly")).toMatchObject({ schedule: "rate(1 day)", spec: { trials: 60 } });
  });

  test.each(["", "with space", "-x", "x".repeat(41), "a/b"])("the name %j is refused", async (name) => {
    const { ports } = new Tuner();
    const put = putSweep({ ...sweep, name }, ports, scheduler());
    await expect(put).rejects.toMatchObject({ code: "INVALID_INPUT", issues: [{ path: "name", got: name }] });
  });

  test("a runner that does not exist is refused", async () => {
    const tuner = new Tuner();
    tuner.runner = null;
    const clock = scheduler();
    await expect(putSweep(sweep, tuner.ports, clock)).rejects.toMatchObject({ code: "RUNNER_MISSING" });
    expect(clock.schedules.size).toBe(0);
  });
});
