import { describe, expect, it } from "vitest";
import type { CutOff } from "../../lib/tuner/recover.ts";
import type { ExecutionResult } from "../../local/asl/machine.ts";
import { type Executions, trackExecutions } from "../../local/executions.ts";

const ENDED: ExecutionResult = { status: "SUCCEEDED", events: 0, transitions: 0 };

interface Fake {
  readonly executions: Executions;
  /** Names in the order in which they were started. */
  readonly started: string[];
  readonly end: (name: string, result?: ExecutionResult) => void;
}

function fake(recover: (cutOff: CutOff) => Promise<boolean> = async () => false): Fake {
  const started: string[] = [];
  const ends = new Map<string, (result: ExecutionResult) => void>();
  const executions = trackExecutions(({ name }) => {
    if (started.includes(name)) throw Object.assign(new Error(name), { name: "ExecutionAlreadyExists" });
    started.push(name);
    return { result: new Promise((resolve) => ends.set(name, resolve)) };
  }, recover);
  return { executions, started, end: (name, result = ENDED) => ends.get(name)?.(result) };
}

const input = (studyId: string): { studyId: string; generation: number } => ({ studyId, generation: 1 });
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  promise.finally(() => {
    done = true;
  });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return done;
};

describe("executions of this process", () => {
  it("starts a name once, whoever asks and when", async () => {
    const { executions, started, end } = fake();
    const both = [executions.start("a-g1", input("a")), executions.start("a-g1", input("a"))];
    await settled(Promise.all(both));
    executions.begun("a-g1");
    expect(await Promise.all(both)).toEqual([null, null]);
    end("a-g1");
    await executions.idle();
    expect(await executions.start("a-g1", input("a"))).toBeNull();
    expect(started).toEqual(["a-g1"]);
  });

  it("is started when it has begun, or ended before that", async () => {
    const { executions, end } = fake();
    const slow = executions.start("a-g1", input("a"));
    expect(await settled(slow)).toBe(false);
    executions.begun("a-g1");
    expect(await settled(slow)).toBe(true);
    const short = executions.start("b-g1", input("b"));
    await settled(short);
    end("b-g1");
    expect(await short).toBeNull();
  });

  it("waits for one study, and for the execution that took it over", async () => {
    const { executions, end } = fake();
    void executions.start("a-g1", input("a"));
    void executions.start("b-g1", input("b"));
    const idle = executions.idle("a");
    await settled(idle);
    void executions.start("a-g2", input("a"));
    end("a-g1");
    expect(await settled(idle)).toBe(false);
    await settled(Promise.resolve());
    end("a-g2");
    expect(await settled(idle)).toBe(true);
    expect(await settled(executions.idle())).toBe(false);
  });

  it("tells what failed an execution, once, and to who waits for its study", async () => {
    const { executions, end } = fake();
    const started = [executions.start("a-g1", input("a")), executions.start("b-g1", input("b"))];
    await settled(Promise.all(started));
    end("a-g1", { status: "FAILED", error: "States.Runtime", cause: "why", events: 0, transitions: 0 });
    end("b-g1");
    await executions.idle("b");
    await expect(executions.idle("a")).rejects.toThrow("the workflow ended FAILED: States.Runtime: why");
    await executions.idle();
  });

  it("counts as failed neither what another takes over from, nor the other before it has ended", async () => {
    const asked: CutOff[] = [];
    const { executions, started, end } = fake(async (cutOff) => {
      asked.push(cutOff);
      void executions.start("a-g2", { studyId: "a", generation: 2 });
      return true;
    });
    await settled(executions.start("a-g1", input("a")));
    const idle = executions.idle("a");
    end("a-g1", { status: "FAILED", error: "States.Runtime", cause: "why", events: 0, transitions: 0 });
    expect(await settled(idle)).toBe(false);
    expect(started).toEqual(["a-g1", "a-g2"]);
    expect(asked).toEqual([
      { execution: "a-g1", input: input("a"), status: "FAILED", error: "States.Runtime", cause: "why" },
    ]);
    end("a-g2");
    await idle;
  });

  it("has failed where recovering fails too", async () => {
    const { executions, end } = fake(() => Promise.reject(new Error("no store")));
    await settled(executions.start("a-g1", input("a")));
    end("a-g1", { status: "FAILED", error: "States.Runtime", cause: "why", events: 0, transitions: 0 });
    await expect(executions.idle("a")).rejects.toThrow("the workflow ended FAILED: States.Runtime: why");
  });

  it("passes on why a name cannot be started", async () => {
    const executions = trackExecutions(
      () => {
        throw new Error("InvalidName");
      },
      async () => false,
    );
    await expect(executions.start("?", input("a"))).rejects.toThrow("InvalidName");
    await executions.idle();
  });
});
