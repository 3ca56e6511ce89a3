import { describe, expect, it } from "vitest";
import type { ExecutionCount, HistoryEvent } from "../../../local/asl/history.ts";
import { loadStateMachine } from "../../../local/asl/machine.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { run, scripted } from "./scripted.ts";

const machine = (States: Record<string, object>) => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(States)[0],
  States,
});
const call = (FunctionName: string, more: object = { End: true }) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName, Payload: "{% $states.input %}" },
  ...more,
});
const start = { Type: "Task", Resource: "arn:aws:states:::states:startExecution", End: true };
const BIG = "{% $pad('', 262143, 'x') %}";

describe("retries", () => {
  const retrying = (retry: object) =>
    machine({ A: call("fail-X", { Retry: [{ ErrorEquals: ["X"], ...retry }], End: true }) });
  const waited = async (retry: object, random = () => 0.5) => {
    const times: number[] = [];
    const clock = new VirtualClock(0);
    const invoke = async () => {
      times.push(clock.now() / 1000);
      throw Object.assign(new Error(), { name: "X" });
    };
    const loaded = loadStateMachine(retrying(retry), {
      name: "m",
      clock,
      random,
      invoke,
      startExecution: async () => ({ executionArn: "" }),
      sendMessage: async () => {},
    });
    await clock.run(loaded.start({ name: "one", input: {} }).result);
    return times;
  };

  it("wait as the service does: 1 s, doubled, three times", async () => {
    expect(await waited({})).toEqual([0, 1, 3, 7]);
  });

  it("wait as told, up to the longest delay", async () => {
    const retry = { IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 10 };
    expect(await waited(retry)).toEqual([0, 2, 8, 18, 28]);
  });

  it("wait a random part of that with full jitter", async () => {
    const draws = [0, 0.5, 0.25];
    expect(await waited({ JitterStrategy: "FULL" }, () => draws.shift() ?? 0)).toEqual([0, 0, 1, 2]);
  });

  it("are transitions, and 3 events each", async () => {
    const once = await run(machine({ A: call("flaky-0") }));
    const twice = await run(machine({ A: call("flaky-1", { Retry: [{ ErrorEquals: ["Flaky"] }], End: true }) }));
    expect(once).toMatchObject({ events: 7, transitions: 1 });
    expect(twice).toMatchObject({ events: 10, transitions: 2 });
  });

  it("show their count to expressions", async () => {
    const counted = call("flaky-2", {
      Retry: [{ ErrorEquals: ["Flaky"] }],
      Output: "{% $states.context.State.RetryCount %}",
      End: true,
    });
    expect(await run(machine({ A: counted }))).toMatchObject({ output: 2 });
  });
});

describe("what nothing catches", () => {
  const all = { Retry: [{ ErrorEquals: ["States.ALL"] }], Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] };
  const rest = { B: { Type: "Succeed" } };

  it.each([
    ["a result over 256 KiB", { A: call("big", { ...all, Output: {}, End: true }), ...rest }],
    [
      "a payload over 256 KiB",
      { A: { ...call("echo", { ...all, End: true }), Arguments: { FunctionName: "echo", Payload: BIG } }, ...rest },
    ],
    ["an output over 256 KiB", { A: call("echo", { ...all, Output: BIG, End: true }), ...rest }],
    ["assigned variables over 256 KiB", { A: call("echo", { ...all, Assign: { x: BIG }, End: true }), ...rest }],
  ])("%s", async (_, states) => {
    const invoke = async (name: string, payload: unknown) => (name === "big" ? "x".repeat(262_144) : payload);
    expect(await run(machine(states), {}, { invoke })).toMatchObject({
      status: "FAILED",
      error: "States.DataLimitExceeded",
    });
  });

  it("256 KiB exactly is not over it", async () => {
    const states = { A: { Type: "Pass", Output: "{% $pad('', 262142, 'x') %}", End: true } };
    expect((await run(machine(states))).status).toBe("SUCCEEDED");
  });

  it("the 25,000th event, which ends the execution as the service ends it", async () => {
    const loop = { Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "A" }] };
    expect(await run(machine({ A: loop }))).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
      events: 25_000,
    });
  });
});

describe("history", () => {
  const events = async (states: Record<string, object>, input: unknown = {}) => {
    const seen: HistoryEvent[] = [];
    const result = await run(machine(states), input, { record: (event) => seen.push(event) });
    return { result, types: seen.filter(({ execution }) => execution === "one").map(({ type }) => type), seen };
  };
  const inner = (config: object) => ({
    M: {
      Type: "Map",
      ItemProcessor: { ProcessorConfig: config, StartAt: "I", States: { I: { Type: "Succeed" } } },
      End: true,
    },
  });

  it("of a Task", async () => {
    const { types, result } = await events({ A: call("echo") });
    expect(types).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(result.events).toBe(types.length);
  });

  it("of an inline Map: 4 and 2 an iteration, with the iterations' own", async () => {
    const { types, result } = await events(inner({ Mode: "INLINE" }), [1]);
    expect(types.slice(1, -1)).toEqual([
      ...["MapStateEntered", "MapStateStarted", "MapIterationStarted"],
      ...["SucceedStateEntered", "SucceedStateExited"],
      ...["MapIterationSucceeded", "MapStateSucceeded", "MapStateExited"],
    ]);
    expect(result.transitions).toBe(2);
  });

  it("of a distributed Map: 6, however many children, each with a history of its own", async () => {
    const { types, result, seen } = await events(inner({ Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }), [1, 2, 3]);
    expect(types.slice(1, -1)).toEqual([
      "MapStateEntered",
      "MapStateStarted",
      "MapRunStarted",
      "MapRunSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
    ]);
    expect(seen.filter(({ execution }) => execution === "M:1").map(({ type }) => type)).toEqual([
      ...["ExecutionStarted", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"],
    ]);
    expect(result).toMatchObject({ events: 8, transitions: 4 });
  });

  it("is counted for each execution when it ends, whatever its end", async () => {
    const counted: ExecutionCount[] = [];
    const distributed = inner({ Mode: "DISTRIBUTED", ExecutionType: "STANDARD" });
    await run(machine(distributed), [1, 2], { count: (execution) => counted.push(execution) });
    await run(machine({ A: call("fail-X") }), {}, { count: (execution) => counted.push(execution) });
    expect(counted).toEqual([
      { execution: "M:0", events: 4, transitions: 1 },
      { execution: "M:1", events: 4, transitions: 1 },
      { execution: "one", events: 8, transitions: 1 },
      { execution: "one", events: 6, transitions: 1 },
    ]);
  });
});

describe("time", () => {
  it("gives a task up after TimeoutSeconds and tells the function", async () => {
    const clock = new VirtualClock(0);
    let told = 0;
    const invoke = (_: string, __: unknown, signal: AbortSignal) =>
      new Promise<never>(() => signal.addEventListener("abort", () => (told = clock.now())));
    const states = { A: call("hangs", { TimeoutSeconds: 7, End: true }) };
    const loaded = loadStateMachine(machine(states), {
      name: "m",
      clock,
      random: Math.random,
      invoke,
      startExecution: async () => ({ executionArn: "" }),
      sendMessage: async () => {},
    });
    expect(await clock.run(loaded.start({ name: "one", input: {} }).result)).toMatchObject({
      status: "FAILED",
      error: "States.Timeout",
    });
    expect(told).toBe(7_000);
  });

  it.each([0.5, -1, "soon"])("is not %j", async (input) => {
    const wait = machine({ A: { Type: "Wait", Seconds: "{% $states.input %}", End: true } });
    const limit = machine({ A: call("echo", { TimeoutSeconds: "{% $states.input %}", End: true }) });
    const lanes = machine({
      A: {
        Type: "Map",
        Items: [1],
        MaxConcurrency: "{% $states.input %}",
        ItemProcessor: { StartAt: "I", States: { I: { Type: "Succeed" } } },
        End: true,
      },
    });
    for (const each of [wait, limit, lanes])
      expect(await run(each, input)).toMatchObject({ error: "States.QueryEvaluationError" });
  });

  it("keeps no more than MaxConcurrency iterations running", async () => {
    let running = 0;
    let most = 0;
    const clock = new VirtualClock();
    const invoke = async (_: string, __: unknown, signal: AbortSignal) => {
      most = Math.max(most, ++running);
      await clock.sleep(1_000, signal);
      running--;
    };
    for (const [MaxConcurrency, lanes] of [
      [3, 3],
      [0, 40],
    ] as const) {
      const states = {
        A: {
          Type: "Map",
          Items: "{% [1..90] %}",
          MaxConcurrency,
          ItemProcessor: { StartAt: "I", States: { I: call("x") } },
          Output: {},
          End: true,
        },
      };
      const options = {
        name: "m",
        clock,
        random: Math.random,
        invoke,
        startExecution: async () => ({ executionArn: "" }),
        sendMessage: async () => {},
      };
      most = 0;
      await clock.run(loadStateMachine(machine(states), options).start({ name: "one", input: {} }).result);
      expect(most).toBe(lanes);
    }
  });

  it("stops the other iterations of an inline Map when one fails", async () => {
    const clock = new VirtualClock(0);
    const slow = scripted(clock);
    const states = {
      A: {
        Type: "Map",
        ItemProcessor: {
          StartAt: "I",
          States: { I: { ...call("x"), Arguments: { FunctionName: "{% $states.input %}" } } },
        },
        End: true,
      },
    };
    const loaded = loadStateMachine(machine(states), {
      name: "m",
      clock,
      random: Math.random,
      invoke: slow,
      startExecution: async () => ({ executionArn: "" }),
      sendMessage: async () => {},
    });
    const result = await clock.run(loaded.start({ name: "one", input: ["slow", "fail-X", "slow"] }).result);
    expect(result).toMatchObject({ status: "FAILED", error: "X" });
    expect(clock.now()).toBe(0);
  });
});

describe("executions", () => {
  it("end at once when aborted, wherever they are", async () => {
    const clock = new VirtualClock();
    const signals: AbortSignal[] = [];
    const invoke = (_: string, __: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<never>(() => {});
    };
    const iteration = { StartAt: "I", States: { I: call("hangs") } };
    for (const states of [
      { A: call("hangs") },
      { A: { Type: "Wait", Seconds: 1_000, End: true } },
      {
        A: {
          Type: "Map",
          Items: [1, 2],
          ItemProcessor: iteration,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }],
          End: true,
        },
        B: { Type: "Succeed" },
      },
      {
        A: {
          Type: "Map",
          Items: [1, 2],
          ItemProcessor: { ...iteration, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } },
          End: true,
        },
      },
    ]) {
      const loaded = loadStateMachine(machine(states), {
        name: "m",
        clock,
        random: Math.random,
        invoke,
        startExecution: async () => ({ executionArn: "" }),
        sendMessage: async () => {},
      });
      const execution = loaded.start({ name: "one", input: {} });
      await new Promise(setImmediate);
      execution.abort();
      expect(await execution.result).toMatchObject({ status: "ABORTED" });
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual(Array(5).fill(true));
  });

  it("have a name that is used once", () => {
    const clock = new VirtualClock();
    const loaded = loadStateMachine(machine({ A: { Type: "Succeed" } }), {
      name: "m",
      clock,
      random: Math.random,
      invoke: scripted(clock),
      startExecution: async () => ({ executionArn: "" }),
      sendMessage: async () => {},
    });
    loaded.start({ name: "one", input: {} });
    expect(() => loaded.start({ name: "one", input: {} })).toThrow(
      expect.objectContaining({ name: "ExecutionAlreadyExists" }),
    );
    expect(() => loaded.start({ name: "a b", input: {} })).toThrow(expect.objectContaining({ name: "InvalidName" }));
    expect(() => loaded.start({ name: "two", input: "x".repeat(262_143) })).toThrow(
      expect.objectContaining({ error: "States.DataLimitExceeded" }),
    );
  });

  it("start others of the same machine", async () => {
    const started: unknown[] = [];
    const startExecution = async (name: string, input: unknown) => {
      started.push({ name, input });
      return { executionArn: `arn:${name}` };
    };
    const Arguments = {
      StateMachineArn: "{% $states.context.StateMachine.Id %}",
      Name: "{% 'next-' & $states.input.n %}",
      Input: { n: 2 },
    };
    const result = await run(machine({ A: { ...start, Arguments } }), { n: 1 }, { startExecution });
    expect(started).toEqual([{ name: "next-1", input: { n: 2 } }]);
    expect(result.output).toEqual({ ExecutionArn: "arn:next-1", StartDate: "2026-01-01T00:00:00.000Z" });
  });

  it.each([
    ["a name that is taken", { Name: "taken" }, "StepFunctions.ExecutionAlreadyExistsException"],
    ["another machine", { StateMachineArn: "arn:other" }, "StepFunctions.StateMachineDoesNotExistException"],
    ["a name that is no text", { Name: "{% 5 %}" }, "States.QueryEvaluationError"],
  ])("that cannot be started: %s", async (_, given, error) => {
    const startExecution = async () => {
      throw Object.assign(new Error("taken"), { name: "ExecutionAlreadyExists" });
    };
    const Arguments = { StateMachineArn: "{% $states.context.StateMachine.Id %}", Name: "n", Input: {}, ...given };
    expect(await run(machine({ A: { ...start, Arguments } }), {}, { startExecution })).toMatchObject({ error });
  });

  it("puts messages into a queue, and tells why it could not", async () => {
    const send = {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Arguments: { QueueUrl: "q", MessageBody: { n: "{% $states.input.n %}" } },
      End: true,
    };
    const sent: unknown[] = [];
    const sendMessage = async (...message: unknown[]) => void sent.push(message);
    expect((await run(machine({ A: send }), { n: 1 }, { sendMessage })).status).toBe("SUCCEEDED");
    expect(sent).toEqual([["q", { n: 1 }]]);
    const down = {
      sendMessage: () => Promise.reject(Object.assign(new Error("no"), { name: "OverLimitException" })),
    };
    expect(await run(machine({ A: send }), { n: 1 }, down)).toMatchObject({
      error: "SQS.OverLimitException",
      cause: "no",
    });
  });
});

describe("functions", () => {
  it("get a copy and give a copy", async () => {
    const held: { n: number }[] = [];
    const invoke = async (_: string, payload: unknown) => {
      const mine = payload as { n: number };
      mine.n += 1;
      held.push(mine);
      return mine;
    };
    const states = {
      A: {
        ...call("x", { Next: "B" }),
        Assign: { answer: "{% $states.result.Payload %}", before: "{% $states.input %}" },
        Output: "{% $states.input %}",
      },
      B: {
        ...call("x", { End: true }),
        Output: { answer: "{% $answer %}", before: "{% $before %}", second: "{% $states.result.Payload %}" },
      },
    };
    const result = await run(machine(states), { n: 1 }, { invoke });
    expect(result.output).toEqual({ answer: { n: 2 }, before: { n: 1 }, second: { n: 2 } });
  });

  it("name errors as Lambda does: their own in JSON, the service's in words", async () => {
    const failing = (name: string) =>
      run(machine({ A: call("x") }), {}, { invoke: () => Promise.reject(Object.assign(new Error("why"), { name })) });
    expect(await failing("TypeError")).toMatchObject({
      error: "TypeError",
      cause: '{"errorType":"TypeError","errorMessage":"why"}',
    });
    expect(await failing("Lambda.TooManyRequestsException")).toMatchObject({
      error: "Lambda.TooManyRequestsException",
      cause: "why",
    });
  });

  it("may throw what is no error, and answer what is no JSON", async () => {
    const text = await run(machine({ A: call("x") }), {}, { invoke: () => Promise.reject("words") });
    const cycle = await run(machine({ A: call("x") }), {}, { invoke: async () => 10n });
    expect(text).toMatchObject({ error: "Error", cause: '{"errorType":"Error","errorMessage":"words"}' });
    expect(cycle).toMatchObject({ error: "TypeError" });
  });

  it("are named by a text", async () => {
    const states = { A: { ...call("x"), Arguments: { FunctionName: "{% 5 %}" } } };
    expect(await run(machine(states))).toMatchObject({ error: "States.QueryEvaluationError" });
  });
});

describe("States.TaskFailed", () => {
  const caught = (name: string, more: object = {}) =>
    run(
      machine({
        A: call(name, { Catch: [{ ErrorEquals: ["States.TaskFailed"], Next: "B" }], End: true, ...more }),
        B: { Type: "Succeed" },
      }),
    );

  it("is any error but a timeout", async () => {
    expect((await caught("fail-X")).status).toBe("SUCCEEDED");
    expect(await caught("slow", { TimeoutSeconds: 1 })).toMatchObject({ error: "States.Timeout" });
  });
});

describe("Fail", () => {
  it("needs words", async () => {
    expect(await run(machine({ A: { Type: "Fail", Error: "{% 5 %}" } }))).toMatchObject({
      error: "States.QueryEvaluationError",
    });
    expect(await run(machine({ A: { Type: "Fail" } }))).toMatchObject({ status: "FAILED", error: "", cause: "" });
  });
});
