import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Trial } from "../../../lib/study/records.ts";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { enqueueTrial, importTrial } from "../../../lib/tuner/add-trial.ts";
import { createStudy } from "../../../lib/tuner/create-study.ts";
import { extendStudy, pauseStudy, resumeStudy, stopStudy } from "../../../lib/tuner/lifecycle/lifecycle.ts";
import { heartbeat } from "../../../lib/tuner/workers/heartbeat.ts";
import { stopTrial } from "../../../lib/tuner/workers/stop-trial.ts";
import { inTheCall, type Suggested, suggest } from "../../../lib/tuner/workers/suggest.ts";
import { tell } from "../../../lib/tuner/workers/tell.ts";
import { spec } from "../../store/fixtures.ts";
import { Tuner } from "./support.ts";

const NOBODY = { start: async () => null };
const MINUTE = 60_000;

/** A study "s" for external workers; the tuner's clock stands until it is moved, and leases have a minute of grace. */
class Workers extends Tuner {
  static async of(changes: Partial<StudySpec> = {}): Promise<Workers> {
    const workers = new Workers();
    await createStudy("s", spec({ runner: { external: true }, ...changes }), workers.ports);
    return workers;
  }

  ask(client: string, count = 1, leaseSeconds = 60): Promise<Suggested> {
    return suggest("s", { client, count, leaseSeconds }, this.ports, inTheCall);
  }

  async one(client: string): Promise<Trial> {
    const [trial] = (await this.ask(client)).trials;
    if (trial === undefined) throw new Error("expected a trial");
    return trial;
  }

  tell({ number, lease }: Trial, result: unknown): Promise<Trial> {
    return tell("s", number, { lease: lease ?? "", result }, this.ports);
  }

  complete(trial: Trial, error: number): Promise<Trial> {
    return this.tell(trial, { metrics: { error } });
  }

  fail(trial: Trial, retryable: boolean): Promise<Trial> {
    return this.tell(trial, { error: { message: "no luck", retryable } });
  }
}

describe("a study for external workers", () => {
  it("begins when a worker first asks, and ends with its last trial", async () => {
    const w = await Workers.of({ trials: 3 });
    expect((await w.study()).status).toBe("CREATED");
    const first = await w.one("w1");
    expect(await w.study()).toMatchObject({ status: "RUNNING", generation: 1, counts: { running: 1 } });
    await w.complete(first, 0.5);
    for (const error of [0.25, 0.75]) await w.complete(await w.one("w1"), error);
    expect(await w.study()).toMatchObject({
      ...{ status: "COMPLETED", reason: { code: "TRIALS" }, best: { trial: 2 } },
      ...{ counts: { proposed: 0, running: 0, succeeded: 3 } },
    });
    expect(await w.ask("w1")).toEqual({ trials: [], exhausted: true });
    expect([w.count("trialEnded"), w.count("studyEnded")]).toEqual([3, 1]);
  });

  it("gives a client that asks again its own, its lease renewed, and others other trials", async () => {
    const w = await Workers.of();
    const first = await w.one("w1");
    w.now += 10_000;
    expect(await w.one("w1")).toEqual({ ...first, leaseUntil: (first.leaseUntil ?? 0) + 10_000 });
    expect((await w.one("w2")).number).not.toBe(first.number);
  });

  it("gives nothing, and is not exhausted, while others run the last trials", async () => {
    const w = await Workers.of({ trials: 2 });
    const held = (await w.ask("w1", 5)).trials;
    expect(held).toHaveLength(2);
    expect(await w.ask("w2")).toEqual({ trials: [], exhausted: false });
    await w.complete(held[0]!, 1);
    expect(await w.ask("w2")).toEqual({ trials: [], exhausted: false });
  });

  it("is exhausted with a finite space", async () => {
    const parameters = [{ name: "k", type: "ordinal", values: [1, 2] } as const];
    const w = await Workers.of({ strategy: "grid", space: { parameters, constraints: [] } });
    await w.complete(await w.one("w1"), 1);
    await w.complete(await w.one("w1"), 2);
    expect(await w.ask("w1")).toEqual({ trials: [], exhausted: true });
    expect(await w.study()).toMatchObject({ status: "COMPLETED", reason: { code: "EXHAUSTED" } });
  });

  it("ends by its target once nobody runs a trial any more", async () => {
    const w = await Workers.of({ stopping: { target: 0.1, noProgress: null, regret: null } });
    const [one, two] = [await w.one("w1"), await w.one("w2")];
    await w.complete(one, 0.05);
    expect((await w.study()).status).toBe("RUNNING");
    expect(await w.ask("w1")).toMatchObject({ trials: [], exhausted: true });
    expect((await w.ask("w2")).trials.map(({ number }) => number)).toEqual([two.number]);
    await w.complete(two, 0.5);
    expect(await w.study()).toMatchObject({ status: "COMPLETED", reason: { code: "TARGET" }, counts: { proposed: 0 } });
  });

  it("ends in time though the last worker is never heard of again", async () => {
    const w = await Workers.of({ budget: { wallClock: 3600, trialTimeout: null } });
    await w.one("w1");
    w.now += 3600 * 1000;
    expect(await w.ask("w2")).toEqual({ trials: [], exhausted: true });
    expect(await w.study()).toMatchObject({
      status: "STOPPED",
      reason: { code: "WALL_CLOCK" },
      counts: { running: 0 },
    });
  });

  it("ends without money for one trial more, once nobody runs one that may cost less", async () => {
    const budget = { wallClock: null, trialTimeout: 3600, usd: 2, usdPerHour: 1 };
    const w = await Workers.of({ budget });
    const [one, two] = (await w.ask("w1", 3)).trials;
    expect((await w.study()).reservedUsd).toBe(2);
    expect(await w.ask("w2")).toEqual({ trials: [], exhausted: false });
    await w.tell(one!, { metrics: { error: 1 }, cost: { usd: 0.5 } });
    await w.tell(two!, { metrics: { error: 2 }, cost: { usd: 0.75 } });
    expect(await w.ask("w2")).toEqual({ trials: [], exhausted: true });
    expect(await w.study()).toMatchObject({ status: "STOPPED", reason: { code: "BUDGET_USD" }, spentUsd: 1.25 });
    const unpriced = spec({ runner: { external: true }, budget: { wallClock: null, trialTimeout: null, usd: 2 } });
    await expect(createStudy("t", unpriced, w.ports)).rejects.toMatchObject({ code: "INVALID_STUDY" });
  });

  it.each(["bayesian", "grid", "sobol", "evolution"] as const)(
    "asks %s for what nobody has proposed",
    async (strategy) => {
      const parameters = [{ name: "x", type: "int", min: 1, max: 64, scale: "linear" } as const];
      const w = await Workers.of({ strategy, parallel: 2, trials: 12, space: { parameters, constraints: [] } });
      const seen: unknown[] = [];
      for (let i = 0; i < 12; i++) {
        const trial = await w.one(`w${i % 2}`);
        seen.push(trial.parameters["x"]);
        await w.complete(trial, Number(trial.parameters["x"]));
      }
      expect(new Set(seen).size).toBe(12);
      expect((await w.study()).status).toBe("COMPLETED");
    },
  );

  it("trains on rungs: who has earned it climbs, and is told how far by its request alone", async () => {
    const fidelity = { name: "epochs", min: 1, max: 9, rule: "asha" } as const;
    const w = await Workers.of({ fidelity, trials: 9, parallel: 3 });
    for (let turn = 0; turn < 100; turn++) {
      const [trial] = (await w.ask("w1")).trials;
      if (trial === undefined) break;
      await w.complete(trial, Number(trial.parameters["x"]) + 1 / (trial.fidelity ?? 1));
    }
    const { status, counts } = await w.study();
    expect(status).toBe("COMPLETED");
    expect(counts.succeeded).toBeGreaterThan(0);
    expect(counts.succeeded).toBeLessThan(9);
  });
});

describe("telling", () => {
  it("takes the first valid result, also from a worker given up for dead, and the same once more", async () => {
    const w = await Workers.of({ trials: 1 });
    const lost = await w.one("w1");
    w.now += 2 * MINUTE;
    const again = await w.one("w2");
    expect(again).toMatchObject({ number: lost.number, attempts: 1, lost: 1 });
    const ended = await w.complete(lost, 0.5);
    expect(ended).toMatchObject({ state: "SUCCEEDED", metrics: { error: 0.5 } });
    expect(await w.complete(lost, 0.5)).toEqual(ended);
    expect(await w.complete(again, 0.5)).toEqual(ended);
    await expect(w.complete(again, 0.75)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(w.fail(again, false)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("takes a failure from the holder alone, and tries again as often as `retries` says", async () => {
    const w = await Workers.of({ trials: 1, retries: 1 });
    const first = await w.one("w1");
    expect(await w.fail(first, true)).toMatchObject({ state: "PROPOSED", attempts: 1 });
    expect(await w.fail(first, true)).toMatchObject({ state: "PROPOSED", attempts: 1 });
    const second = await w.one("w2");
    await expect(w.fail(first, true)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await w.fail(second, true)).toMatchObject({ state: "FAILED", attempts: 2, reason: { message: "no luck" } });
    expect(await w.fail(second, true)).toMatchObject({ state: "FAILED" });
    expect((await w.study()).status).toBe("FAILED");
  });

  it("judges results as the trial contract does", async () => {
    const w = await Workers.of();
    const told = async (result: unknown): Promise<unknown> => (await w.tell(await w.one("w1"), result)).reason?.code;
    expect(await told({ metrics: { error: null } })).toBe("NOT_FINITE");
    expect(await told({ metrics: { other: 1 } })).toBe("RESULT_INVALID");
    expect(await told({ infeasible: "diverged" })).toBe("INFEASIBLE");
    expect(await told({ metrics: { error: 1, log: "x".repeat(40_000) } })).toBe("RESULT_TOO_LARGE");
  });

  it("refuses leases that never were of the trial", async () => {
    const w = await Workers.of();
    const one = await w.one("w1");
    await w.one("w2");
    for (const lease of [
      "x",
      "g1/e1/s0/0",
      (one.lease ?? "").replace(/^1/, "2"),
      (one.lease ?? "").replace("/1/", "/9/"),
    ]) {
      await expect(w.complete({ ...one, lease }, 1)).rejects.toMatchObject({ code: "CONFLICT" });
    }
    await expect(w.complete({ ...one, number: 99 }, 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("leases", () => {
  it("last on with a heartbeat, and a minute longer than was said", async () => {
    const w = await Workers.of({ trials: 1 });
    const { lease, number } = await w.one("w1");
    const beat = (): ReturnType<typeof heartbeat> =>
      heartbeat("s", number, { lease: lease ?? "", leaseSeconds: 60 }, w.ports);
    w.now += MINUTE;
    expect(await beat()).toEqual({ leaseUntil: w.now + MINUTE, stop: false });
    w.now += 2 * MINUTE - 1;
    expect((await w.ask("w2")).trials).toEqual([]);
    w.now += 1;
    expect((await w.ask("w2")).trials).toMatchObject([{ number, lost: 1 }]);
    await expect(beat()).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("give a trial up that was lost three times", async () => {
    const w = await Workers.of({ trials: 2 });
    await w.ask("poisoned", 1);
    for (const client of ["w1", "w2"]) {
      w.now += 2 * MINUTE;
      await w.ask(client, 2);
    }
    w.now += 2 * MINUTE;
    await w.ask("w3", 2);
    expect(await w.trial(1)).toMatchObject({ state: "FAILED", reason: { code: "LOST" }, lost: 2 });
  });
});

describe("wishes", () => {
  it("pause a study with the end of its last trial, and resume it without an execution", async () => {
    const w = await Workers.of();
    const trial = await w.one("w1");
    expect((await pauseStudy("s", w.ports)).status).toBe("PAUSING");
    expect(await w.ask("w2")).toEqual({ trials: [], exhausted: false });
    await w.complete(trial, 1);
    expect((await w.study()).status).toBe("PAUSED");
    expect(await w.ask("w1")).toEqual({ trials: [], exhausted: false });
    expect(await resumeStudy("s", w.ports, NOBODY)).toMatchObject({ status: "RUNNING", generation: 2 });
    expect((await w.ask("w1")).trials).toHaveLength(1);
  });

  it("pause, stop and extend one that nobody works at", async () => {
    const w = await Workers.of({ trials: 1 });
    await w.complete(await w.one("w1"), 1);
    expect((await w.study()).status).toBe("COMPLETED");
    const more = await extendStudy("s", { trials: 2 }, w.ports, NOBODY);
    expect(more).toMatchObject({ status: "RUNNING", generation: 2 });
    await w.ask("w1");
    expect((await stopStudy("s", true, w.ports)).status).toBe("STOPPED");
    expect(await w.states()).toEqual(["SUCCEEDED", "STOPPED"]);
    const idle = await Workers.of();
    await resumeStudy("s", idle.ports, NOBODY);
    expect((await pauseStudy("s", idle.ports)).status).toBe("PAUSED");
  });

  it("stop a trial, which its worker hears of", async () => {
    const w = await Workers.of();
    const { number, lease } = await w.one("w1");
    await expect(stopTrial("s", number, "other", w.ports)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await stopTrial("s", number, lease, w.ports)).toMatchObject({ state: "STOPPED" });
    expect(await stopTrial("s", number, null, w.ports)).toMatchObject({ state: "STOPPED" });
    const beat = { lease: lease ?? "", leaseSeconds: 60 };
    expect(await heartbeat("s", number, beat, w.ports)).toMatchObject({ stop: true });
    expect(await stopTrial("s", number + 1, null, w.ports)).toMatchObject({ state: "CANCELLED" });
    await w.complete(await w.one("w1"), 1);
    await expect(stopTrial("s", number + 2, null, w.ports)).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe("trials that people add", () => {
  it("are run after those that wait, completed by the space, and count", async () => {
    const w = await Workers.of({ trials: 2, enqueue: [{ x: 0.5 }] });
    const added = await enqueueTrial("s", { x: 0.25 }, w.ports);
    expect(added).toMatchObject({ number: 2, source: "enqueue", parameters: { x: 0.25 }, state: "PROPOSED" });
    const values = (await w.ask("w1", 2)).trials.map(({ parameters }) => parameters["x"]);
    expect(values).toEqual([0.5, 0.25]);
    await expect(enqueueTrial("s", { x: 1 }, w.ports)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("take the place of the last that a strategy proposed, where the study has none to spare", async () => {
    const w = await Workers.of({ trials: 3 });
    const [first] = (await w.ask("w1")).trials;
    const added = await enqueueTrial("s", { x: 1 }, w.ports);
    expect(await w.states()).toEqual(["RUNNING", "PROPOSED", "CANCELLED", "PROPOSED"]);
    await w.complete(first!, 1);
    for (let i = 0; i < 2; i++) await w.complete(await w.one("w1"), 1);
    expect(await w.trial(added.number)).toMatchObject({ state: "SUCCEEDED" });
    expect(await w.study()).toMatchObject({ status: "COMPLETED", counts: { succeeded: 3, cancelled: 1 } });
  });

  it("are known and do not count when they come finished", async () => {
    const w = await Workers.of({ trials: 1 });
    const known = await importTrial("s", { x: 0.5 }, { metrics: { error: 0.1 } }, w.ports);
    expect(known).toMatchObject({ number: 1, state: "SUCCEEDED", source: "import", attempts: 0 });
    await w.complete(await w.one("w1"), 0.5);
    expect(await w.study()).toMatchObject({ status: "COMPLETED", best: { trial: 1 }, counts: { succeeded: 2 } });
  });

  it("take no point of a grid away", async () => {
    const parameters = [{ name: "k", type: "ordinal", values: [1, 2, 3] } as const];
    const w = await Workers.of({ strategy: "grid", space: { parameters, constraints: [] } });
    await importTrial("s", { k: 2 }, { metrics: { error: 0.1 } }, w.ports);
    await enqueueTrial("s", { k: 3 }, w.ports);
    const seen: unknown[] = [];
    for (let asked = await w.ask("w1"); asked.trials.length > 0; asked = await w.ask("w1")) {
      seen.push(asked.trials[0]?.parameters["k"]);
      await w.complete(asked.trials[0]!, 1);
    }
    expect(seen).toEqual([3, 1, 2, 3]);
  });

  it("are refused with every problem", async () => {
    const w = await Workers.of();
    await expect(enqueueTrial("s", { x: 2, y: 1 }, w.ports)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ path: "parameters.x", expected: "a number from 0 to 1" }, { path: "parameters.y" }],
    });
    const problems = [{ path: "parameters.x", expected: "a value" }];
    await expect(importTrial("s", {}, { metrics: { error: 1 } }, w.ports)).rejects.toMatchObject({ issues: problems });
    await expect(importTrial("s", { x: 1 }, { metrics: {} }, w.ports)).rejects.toMatchObject({
      issues: [{ path: "metrics" }],
    });
  });

  it("are the same for the same key, whatever has happened meanwhile", async () => {
    const w = await Workers.of({ trials: 1 });
    const key = { value: "k", hash: "h" };
    const added = await enqueueTrial("s", { x: 0.5 }, w.ports, key);
    await w.complete(await w.one("w1"), 1);
    expect(await enqueueTrial("s", { x: 0.5 }, w.ports, key)).toMatchObject({ number: added.number });
    await expect(enqueueTrial("s", { x: 0.5 }, w.ports)).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

it("loses no trial and tells none twice, whoever asks, dies, fails and comes back", async () => {
  const step = fc.record({
    client: fc.nat(4),
    what: fc.constantFrom("ask", "ask", "tell", "tell", "fail", "die", "wait"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const w = await Workers.of({ trials: 8, retries: 9 });
      const held = new Map<number, Trial>();
      const told = new Map<number, number>();
      for (const { client, what } of steps) {
        const trial = held.get(client);
        if (what === "wait") w.now += MINUTE;
        else if (what === "die") held.delete(client);
        else if (what === "ask") {
          const [given] = (await w.ask(`w${client}`)).trials;
          if (given !== undefined) held.set(client, given);
        } else if (trial !== undefined) {
          held.delete(client);
          const answer = what === "tell" ? w.complete(trial, client) : w.fail(trial, true);
          const after = await answer.catch(() => null);
          if (what === "tell" && after?.state === "SUCCEEDED" && !told.has(trial.number))
            told.set(trial.number, client);
        }
      }
      for (let turn = 0; turn < 40; turn++) {
        w.now += 2 * MINUTE;
        const [trial] = (await w.ask("last")).trials;
        if (trial !== undefined) await w.complete(trial, 9);
      }
      const { counts, status } = await w.study();
      expect([status, counts.running, counts.proposed]).toEqual(["COMPLETED", 0, 0]);
      expect(counts.succeeded + counts.failed).toBe(8);
      for (const [number, client] of told) expect((await w.trial(number)).metrics).toEqual({ error: client });
    }),
    { numRuns: 40 },
  );
});
