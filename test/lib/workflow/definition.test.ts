import jsonata from "jsonata";
import { describe, expect, it } from "vitest";
import { workflowDefinition, workflowJson } from "../../../lib/workflow/definition.ts";
import { CLOCK, simulate } from "./simulated-study.ts";

type Fields = Record<string, unknown>;

interface Named {
  readonly name: string;
  readonly state: Fields;
  /** Names in the same scope: what a transition may lead to. */
  readonly siblings: ReadonlySet<string>;
}

function statesOf(machine: Fields): Named[] {
  const states = machine["States"] as Record<string, Fields>;
  const siblings = new Set(Object.keys(states));
  return Object.entries(states).flatMap(([name, state]) => [
    { name, state, siblings },
    ...(state["ItemProcessor"] === undefined ? [] : statesOf(state["ItemProcessor"] as Fields)),
  ]);
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

const targets = (state: Fields): unknown[] => {
  const ways = [state, ...((state["Catch"] ?? []) as Fields[]), ...((state["Choices"] ?? []) as Fields[])];
  return ways.flatMap((way) => [way["Next"], way["Default"]]).filter((next) => next !== undefined);
};

const PLACEHOLDERS = ["BeginFunction", "PlanFunction", "NextTrialFunction", "FinalizeFunction", "RecoveryQueue"];

const machine = JSON.parse(workflowJson()) as Fields;
const states = statesOf(machine);

describe("the definition", () => {
  it("is plain JSON under the service's 1 MB, the same each time", () => {
    expect(machine).toEqual(workflowDefinition());
    expect(workflowJson()).toBe(workflowJson());
    expect(Buffer.byteLength(workflowJson())).toBeLessThan(1_000_000);
  });

  it("has the states of both Maps under names of their own", () => {
    const names = states.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["Begin", "Plan", "NextTrial", "InlineNextTrial", "Failed"]));
    expect(new Set(names).size).toBe(names.length);
  });

  it("repeats and catches at every Task, and catches at every Map", () => {
    for (const { name, state } of states) {
      if (state["Type"] === "Task") expect(state["Retry"], name).not.toHaveLength(0);
      if (state["Type"] === "Task" || state["Type"] === "Map") expect(state["Catch"], name).not.toHaveLength(0);
    }
    expect(states.filter(({ state }) => state["Type"] === "Task").length).toBeGreaterThan(7);
  });

  it("leads only to states there are, and to each of them", () => {
    for (const { name, state, siblings } of states) {
      for (const target of targets(state)) expect(siblings, `${name} → ${target}`).toContain(target);
    }
    const reached = new Set(states.flatMap(({ state }) => targets(state)));
    const starts = new Set(["Begin", "SlotInit", "InlineSlotInit"]);
    expect(states.map(({ name }) => name).filter((name) => !reached.has(name) && !starts.has(name))).toEqual([]);
  });

  it("has only expressions that JSONata parses, and placeholders only where a function is named", () => {
    const strings = stringsOf(machine);
    const expressions = strings.filter((text) => text.startsWith("{%"));
    expect(expressions.length).toBeGreaterThan(30);
    for (const text of expressions) {
      expect(text).toMatch(/%\}$/);
      expect(() => jsonata(text.slice(2, -2)), text).not.toThrow();
    }
    expect(new Set(strings.filter((text) => text.includes("${")))).toEqual(
      new Set(PLACEHOLDERS.map((name) => `\${${name}}`)),
    );
  });

  it("says the same of a slot in both modes, but for the names", () => {
    const [inline, distributed] = ["RunSlotsInline", "RunSlots"].map((name) =>
      states.filter((each) => each.name === name).map(({ state }) => (state["ItemProcessor"] as Fields)["States"]),
    );
    expect(JSON.parse(JSON.stringify(inline).replaceAll('"Inline', '"'))).toEqual(distributed);
  });
});

describe("a study", () => {
  it.each([1, 3, 10, 11])("runs every trial once in %i slots, in rounds and asynchronously", async (slots) => {
    for (const pace of ["rounds", "ahead"] as const) {
      const run = await simulate({ slots, trials: 40, pace });
      expect(run.executions.get("s1-g1")).toMatchObject({
        status: "SUCCEEDED",
        output: { id: "s1", status: "COMPLETED" },
      });
      expect(run.told.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 40 }, (_, i) => i + 1),
      );
      expect(run.plans).toHaveLength(pace === "rounds" ? Math.ceil(40 / slots) + 1 : 2);
      expect(run.told[0]).toEqual({
        trial: 1,
        lease: "l1",
        fidelity: null,
        clock: CLOCK,
        result: { metrics: { y: 1 } },
      });
    }
  });

  it.each([2, 12])(
    "waits where no trial is ready, tells each result once, and goes on, with %i slots",
    async (slots) => {
      const run = await simulate({ slots, trials: 40, pace: "refilled", waits: (trial) => trial % 4 });
      expect(run.told.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 40 }, (_, i) => i + 1),
      );
      expect(run.executions.get("s1-g1")?.output).toEqual({ id: "s1", status: "COMPLETED" });
    },
  );

  it("tells the slot's next claim what a trial threw, and goes on", async () => {
    const run = await simulate({
      slots: 2,
      trials: 4,
      pace: "ahead",
      trial: (number) => {
        if (number === 2) throw new RangeError("diverged");
        return null;
      },
    });
    expect(run.told).toHaveLength(4);
    expect(run.told.find(({ trial }) => trial === 2)).toEqual({
      trial: 2,
      lease: "l2",
      fidelity: null,
      clock: CLOCK,
      error: { Error: "RangeError", Cause: '{"errorType":"RangeError","errorMessage":"diverged"}' },
    });
    expect(run.told.find(({ trial }) => trial === 1)).toEqual({
      trial: 1,
      lease: "l1",
      fidelity: null,
      clock: CLOCK,
      result: null,
    });
  });

  it.each([2, 12])("gives %i slots shifts, and counts the claims of all their trials", async (slots) => {
    const trial = (number: number) => {
      if (number === 7) throw new RangeError("diverged");
      return { metrics: { y: number } };
    };
    const run = await simulate({ slots, trials: 40, pace: "ahead", shift: 3, trial });
    expect(run.executions.get("s1-g1")?.output).toEqual({ id: "s1", status: "COMPLETED" });
    const attempts = run.toldShifts.flatMap((told) => told.attempts);
    const numbers = [...attempts, ...run.told].map(({ trial: number }) => number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(new Set(attempts.map(({ lease }) => lease)).size).toBe(attempts.length);
    expect(run.toldShifts.find((told) => told.attempts[0]?.trial === 1)).toEqual({
      attempts: [1, 2, 3].map((number, i) => ({ trial: number, lease: `0/${i}` })),
      clock: CLOCK,
      result: { results: [1, 2, 3].map((y) => ({ metrics: { y } })) },
    });
    const failed = run.toldShifts.filter(({ error }) => error !== undefined);
    expect(failed.map(({ error, result }) => [error?.Error, result])).toEqual([["RangeError", undefined]]);
  });

  it("is handed over to executions of its own name before a history is full, and only then", async () => {
    const run = await simulate({ slots: 8, trials: 3_000, pace: "ahead" });
    expect([...run.executions.keys()]).toEqual(["s1-g1", "s1-g2", "s1-g3"]);
    expect([...run.executions.values()].map(({ status }) => status)).toEqual(Array(3).fill("SUCCEEDED"));
    expect(run.told).toHaveLength(3_000);
  });

  it("counts a next execution that is already there as handed over", async () => {
    let lost = 0;
    const fault = (handler: string) => {
      // The call took effect, its answer was lost: it is repeated.
      if (handler === "startExecution" && lost++ === 0) throw new Error("socket hang up");
    };
    const run = await simulate({ slots: 1, trials: 1_500, pace: "ahead", fault });
    expect(lost).toBe(1);
    expect([...run.executions.values()].map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(run.told).toHaveLength(1_500);
  });

  it("ends without a plan when another execution owns it", async () => {
    const run = await simulate({
      slots: 1,
      trials: 1,
      pace: "rounds",
      input: { studyId: "s1", generation: 1, stale: true },
    });
    expect(run.executions.get("s1-g1")?.status).toBe("SUCCEEDED");
    expect(run.plans).toEqual([]);
  });
});

describe("faults", () => {
  const boom = (which: string, times = Infinity) => {
    let left = times;
    return (handler: string) => {
      if (handler === which && left-- > 0) throw new TypeError("no store");
    };
  };

  it("mends a handler that fails a few times", async () => {
    const run = await simulate({ slots: 2, trials: 6, pace: "rounds", fault: boom("PlanFunction", 5) });
    expect(run.executions.get("s1-g1")?.status).toBe("SUCCEEDED");
  });

  it("marks the study failed when Plan fails for good, with the error", async () => {
    const run = await simulate({ slots: 2, trials: 6, pace: "rounds", fault: boom("PlanFunction") });
    expect(run.executions.get("s1-g1")).toMatchObject({ status: "FAILED", error: "TypeError" });
    expect(run.finalized).toEqual([
      {
        studyId: "s1",
        generation: 1,
        status: "FAILED",
        reason: { code: "INTERNAL", message: 'TypeError: {"errorType":"TypeError","errorMessage":"no store"}' },
      },
    ]);
  });

  it("marks the study that the input names when Begin fails for good, and none for a sweep", async () => {
    const fault = boom("BeginFunction");
    const study = await simulate({ slots: 1, trials: 1, pace: "rounds", fault });
    const sweep = await simulate({
      slots: 1,
      trials: 1,
      pace: "rounds",
      fault,
      input: { sweep: "w", scheduledAt: "t" },
    });
    expect(study.finalized).toMatchObject([{ studyId: "s1", generation: 1, status: "FAILED" }]);
    expect(sweep.finalized).toEqual([]);
    expect(sweep.executions.get("s1-g1")).toMatchObject({ status: "FAILED", error: "TypeError" });
  });

  it("mends a handler that is throttled for minutes, as when trials use up the account's concurrency", async () => {
    let left = 12;
    const fault = (handler: string) => {
      if (handler === "NextTrialFunction" && left-- > 0)
        throw Object.assign(new Error("Rate Exceeded."), { name: "Lambda.TooManyRequestsException" });
    };
    const run = await simulate({ slots: 1, trials: 4, pace: "ahead", fault });
    expect(run.executions.get("s1-g1")?.status).toBe("SUCCEEDED");
    expect(run.plans).toHaveLength(2);
  });

  it("marks the study failed for an expression that fails, with the expression, and repeats nothing", async () => {
    let plans = 0;
    const bend = (handler: string, answer: unknown) => {
      if (handler !== "PlanFunction") return answer;
      plans += 1;
      return { action: "finish", reason: { code: "TRIALS", message: "" } };
    };
    const run = await simulate({ slots: 1, trials: 4, pace: "ahead", bend });
    expect(plans).toBe(1);
    expect(run.finalized).toMatchObject([
      {
        status: "FAILED",
        reason: { code: "INTERNAL", message: expect.stringMatching(/QueryEvaluationError.*plan\./) },
      },
    ]);
  });

  it("keeps the first error when marking fails too", async () => {
    const fault = (handler: string) => {
      if (handler === "PlanFunction") throw new TypeError("first");
      if (handler === "FinalizeFunction") throw new RangeError("second");
    };
    const run = await simulate({ slots: 1, trials: 1, pace: "rounds", fault });
    expect(run.executions.get("s1-g1")).toMatchObject({ status: "FAILED", error: "TypeError" });
  });

  it.each([4, 12])("loses one slot of %i without the others", async (slots) => {
    const fault = (handler: string, payload: unknown) => {
      if (handler === "NextTrialFunction" && (payload as { slot: number }).slot === 1) throw new TypeError("lost");
    };
    const run = await simulate({ slots, trials: 30, pace: "ahead", fault });
    expect(run.executions.get("s1-g1")?.output).toEqual({ id: "s1", status: "COMPLETED" });
    expect(run.told).toHaveLength(30);
    expect(run.plans.map(({ stalls }) => stalls)).not.toContain(1);
  });

  it.each([2, 12])("tells Plan how many epochs in a row lost all %i slots, after a growing wait", async (slots) => {
    const run = await simulate({ slots, trials: 5, pace: "ahead", fault: boom("NextTrialFunction") });
    expect(run.plans.map(({ stalls }) => stalls)).toEqual([0, 1, 2, 3]);
    expect(run.finalized).toMatchObject([{ status: "FAILED", reason: { code: "FAILURES" } }]);
  });

  it.each([2, 12])(
    "parks the result that a slot of %i cannot tell, or loses it where the queue is down too",
    async (slots) => {
      const down = (queue: boolean) => (handler: string, payload: unknown) => {
        if (handler === "sendMessage" && queue) throw new TypeError("no queue");
        if (handler !== "NextTrialFunction") return;
        const { slot, told } = payload as { slot: number; told: object | null };
        if (slot === 1 && told !== null) throw new TypeError("no store");
      };
      const kept = await simulate({ slots, trials: 30, pace: "ahead", fault: down(false) });
      expect(kept.executions.get("s1-g1")?.status).toBe("SUCCEEDED");
      const [{ studyId, told } = { studyId: "", told: null }] = kept.parked;
      expect({ studyId, told }).toEqual({
        studyId: "s1",
        told: { trial: 2, lease: "l2", fidelity: null, clock: CLOCK, result: { metrics: { y: 1 } } },
      });
      const numbers = [...kept.told, ...kept.parked.map((each) => each.told)].map(({ trial }) => trial);
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));

      const lost = await simulate({ slots, trials: 30, pace: "ahead", fault: down(true) });
      expect(lost.executions.get("s1-g1")?.status).toBe("SUCCEEDED");
      expect(lost.parked).toEqual([]);
      expect(lost.told).toHaveLength(kept.told.length);
    },
  );
});
