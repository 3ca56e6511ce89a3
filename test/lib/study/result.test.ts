import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseResultJson } from "../../../lib/study/python-json.ts";
import { readCaughtError, readResult, readResultText } from "../../../lib/study/result.ts";
import { specWith } from "./file-builder.ts";

const spec = specWith({});
const two = specWith({
  metrics: [
    { name: "error", goal: "minimize" },
    { name: "gain", goal: "maximize" },
  ],
});

describe("a result with metrics", () => {
  test("succeeds, objectives first, other numbers kept", () => {
    expect(
      readResult({ metrics: { 5: 1, latencyMs: 3, "val/loss": 2, error: 0.03, note: "x", ok: true } }, spec),
    ).toEqual({
      state: "SUCCEEDED",
      metrics: { error: 0.03, latencyMs: 3, "val/loss": 2 },
      feasible: true,
      reason: null,
      score: 0.03,
      costUsd: null,
      retryable: false,
    });
    const { metrics } = readResult({ metrics: { z: 1, gain: 2, error: 3 } }, two);
    expect(Object.keys(metrics ?? {})).toEqual(["error", "gain", "z"]);
  });

  test("a maximised objective scores lower the larger it is", () => {
    const maximise = specWith({ metrics: [{ name: "gain", goal: "maximize" }] });
    expect(readResult({ metrics: { gain: 0.9 } }, maximise).score).toBe(-0.9);
    expect(readResult({ metrics: { gain: 0 } }, maximise).score).toBe(0);
  });

  test("several objectives have no score", () => {
    expect(readResult({ metrics: { error: 1, gain: 2 } }, two)).toMatchObject({ state: "SUCCEEDED", score: null });
  });

  test("other metrics that are not finite are null", () => {
    expect(readResult({ metrics: { error: 1, a: null, b: Number.NaN } }, spec).metrics).toEqual({
      error: 1,
      a: null,
      b: null,
    });
  });

  test("unknown keys are ignored, names that objects inherit are not metrics", () => {
    const inherited = specWith({ metrics: [{ name: "constructor", goal: "minimize" }] });
    expect(readResult({ metrics: { error: 1 }, zebra: [], error: null, infeasible: null }, spec).state).toBe(
      "SUCCEEDED",
    );
    expect(readResult({ metrics: {} }, inherited).reason?.code).toBe("RESULT_INVALID");
  });

  test.each([
    [0.01, 0.01],
    [0, 0],
    [-1, null],
    [Number.NaN, null],
    ["0.01", null],
  ])("a cost of %j USD is %j", (usd, costUsd) => {
    expect(readResult({ metrics: { error: 1 }, cost: { usd } }, spec).costUsd).toBe(costUsd);
    expect(readResult({ error: { message: "x" }, cost: { usd } }, spec).costUsd).toBe(costUsd);
  });
});

describe("outcome constraints", () => {
  const bounded = specWith({
    outcomes: [
      { metric: "latencyMs", max: 50 },
      { metric: "error", min: 0 },
    ],
  });

  test.each([
    [{ error: 0, latencyMs: 50 }, true, ""],
    [{ error: 0, latencyMs: 51 }, false, "latencyMs is 51, above 50"],
    [{ error: -1, latencyMs: 51 }, false, "latencyMs is 51, above 50; error is -1, below 0"],
    [{ error: 0 }, false, "latencyMs is missing"],
    [{ error: 0, latencyMs: null }, false, "latencyMs is not finite"],
  ])("%j: feasible %j", (metrics, feasible, message) => {
    const judged = readResult({ metrics }, bounded);
    expect(judged).toMatchObject({ state: "SUCCEEDED", feasible, score: feasible ? 0 : null });
    expect(judged.reason).toEqual(feasible ? null : { code: "OUTCOME_VIOLATED", message });
  });
});

describe("standard errors", () => {
  test("are kept of metrics that have a value", () => {
    const raw = {
      metrics: { error: 1, acc: 2, lost: null },
      standardErrors: { error: 0.1, acc: 0, lost: null, other: 3 },
    };
    expect(readResult(raw, spec).standardErrors).toEqual({ error: 0.1, acc: 0 });
    expect(readResult({ metrics: { error: 1 }, standardErrors: null }, spec)).not.toHaveProperty("standardErrors");
    expect(readResult({ metrics: { error: null }, standardErrors: { error: null } }, spec).state).toBe("INFEASIBLE");
  });

  test.each([
    [{ error: -0.1 }, "standardErrors.error: expected a number of at least 0, got -0.1"],
    [{ error: Number.NaN }, "standardErrors.error"],
    [{ error: null }, "got null"],
    [{ error: "0.1" }, '"0.1" (text)'],
    [{ error: Number.POSITIVE_INFINITY }, "standardErrors.error"],
    [0.1, "standardErrors: expected an object of numbers, got 0.1"],
    [[0.1], "standardErrors: expected an object"],
  ])("%j are wrong", (standardErrors, words) => {
    const judged = readResult({ metrics: { error: 1 }, standardErrors }, spec);
    expect(judged).toMatchObject({ state: "FAILED", retryable: false, reason: { code: "RESULT_INVALID" } });
    expect(judged.reason?.message).toContain(words);
  });
});

describe("a result without a usable value", () => {
  test.each([
    [{ metrics: { error: null } }, "NOT_FINITE", "error"],
    [{ metrics: { error: Number.NaN } }, "NOT_FINITE", "error"],
    [{ metrics: { error: Number.NEGATIVE_INFINITY } }, "NOT_FINITE", "error"],
    [{ infeasible: "diverged" }, "INFEASIBLE", "diverged"],
    [{ infeasible: true }, "INFEASIBLE", "declared itself"],
    [{ infeasible: "no", metrics: { error: 1 } }, "INFEASIBLE", "no"],
  ])("%j is infeasible and not retried", (raw, code, words) => {
    const judged = readResult(raw, spec);
    expect(judged).toMatchObject({ state: "INFEASIBLE", feasible: null, score: null, retryable: false });
    expect(judged.reason?.code).toBe(code);
    expect(judged.reason?.message).toContain(words);
  });

  test("its other metrics are kept", () => {
    expect(readResult({ metrics: { latencyMs: 3, error: null } }, spec).metrics).toEqual({ error: null, latencyMs: 3 });
  });

  test("each lost objective is named", () => {
    expect(readResult({ metrics: { error: null, gain: null } }, two).reason?.message).toBe(
      "error, gain: not a finite number",
    );
  });
});

describe("a result that is none", () => {
  test.each([
    [undefined, "the result: expected an object with metrics, got nothing"],
    [null, "got null"],
    [[], "got [] (list of 0)"],
    ["0.03", 'got "0.03" (text)'],
    [{}, "a result with no keys"],
    [{ loss: 1 }, "a result with loss"],
    [{ metrics: null }, "metrics: expected an object of numbers"],
    [{ metrics: [1] }, "got [1] (list of 1)"],
    [{ metrics: {} }, "metrics.error: expected a number, got nothing"],
    [{ metrics: { Error: 1 } }, "metrics.error: expected a number, got nothing"],
    [{ metrics: { error: "NaN" } }, 'metrics.error: expected a number, got "NaN" (text)'],
    [{ metrics: { error: "0.5" } }, 'got "0.5" (text)'],
    [{ metrics: { error: true } }, "got true (boolean)"],
    [{ metrics: { error: { value: 1 } } }, "(mapping)"],
    [{ infeasible: false }, "a result with infeasible"],
  ])("%j", (raw, words) => {
    const judged = readResult(raw, spec);
    expect(judged).toMatchObject({ state: "FAILED", metrics: null, feasible: null, score: null, retryable: false });
    expect(judged.reason?.code).toBe("RESULT_INVALID");
    expect(judged.reason?.message).toContain(words);
  });

  test("what JSON cannot hold", () => {
    expect(readResult({ metrics: { error: 1n } }, spec).reason?.message).toContain("expected JSON");
  });

  test("a missing objective is worse than one that is not finite", () => {
    expect(readResult({ metrics: { error: null } }, two).reason?.code).toBe("RESULT_INVALID");
  });
});

describe("a result that is an error", () => {
  test.each([
    [{ message: "boom" }, { code: "ERROR", message: "boom" }, false],
    [{ type: "ValueError", message: "boom", retryable: true }, { code: "ValueError", message: "boom" }, true],
    [
      { type: "CUDA out of memory!", message: "x", retryable: "yes" },
      { code: "CUDA_out_of_memory_", message: "x" },
      false,
    ],
    [{ type: "…", message: 3 }, { code: "ERROR", message: "3 (number)" }, false],
    [{}, { code: "ERROR", message: "the trial failed without a message" }, false],
    ["boom", { code: "ERROR", message: "boom" }, false],
    [false, { code: "ERROR", message: "false (boolean)" }, false],
  ])("%j", (error, reason, retryable) => {
    expect(readResult({ error, metrics: { error: 1 }, infeasible: "x" }, spec)).toMatchObject({
      state: "FAILED",
      reason,
      retryable,
    });
  });

  test("a long message keeps its beginning and its end", () => {
    const { reason } = readResult({ error: { message: `first${"x".repeat(5000)}last` } }, spec);
    expect(reason?.message).toHaveLength(2000);
    expect(reason?.message).toMatch(/^firstx+\n…\nx+last$/);
  });
});

describe("the size of a result", () => {
  const ofBytes = (bytes: number): object => {
    const rest = JSON.stringify({ metrics: { error: 1 }, note: "" }).length;
    return { metrics: { error: 1 }, note: "x".repeat(bytes - rest) };
  };

  test("32 KiB are taken, one byte more is not", () => {
    expect(readResult(ofBytes(32_768), spec).state).toBe("SUCCEEDED");
    const judged = readResult(ofBytes(32_769), spec);
    expect(judged).toMatchObject({ state: "FAILED", retryable: false, reason: { code: "RESULT_TOO_LARGE" } });
    expect(judged.reason?.message).toContain("artifacts");
  });

  test("bytes of UTF-8 count, whatever the shape", () => {
    expect(readResult({ metrics: { error: 1 }, note: "€".repeat(11_000) }, spec).reason?.code).toBe("RESULT_TOO_LARGE");
    expect(readResult("x".repeat(1_000_000), spec).reason?.code).toBe("RESULT_TOO_LARGE");
  });
});

test("any value is judged, and only a success has a score", () => {
  fc.assert(
    fc.property(fc.anything(), (raw) => {
      const judged = readResult(raw, spec);
      expect(judged.score === null || judged.state === "SUCCEEDED").toBe(true);
      expect(judged.state === "SUCCEEDED" || judged.reason !== null).toBe(true);
    }),
  );
});

describe("an error that the workflow caught", () => {
  const cause = (errorType: string, errorMessage: string): string =>
    JSON.stringify({ errorType, errorMessage, trace: [] });

  test.each([
    ["States.Timeout", undefined, "TIMEOUT", true],
    [
      "Sandbox.Timedout",
      cause("Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 3.00 seconds"),
      "TIMEOUT",
      true,
    ],
    ["Lambda.Unknown", "… Task timed out after 3.00 seconds", "TIMEOUT", true],
    [
      "Runtime.ExitError",
      cause("Runtime.ExitError", "Runtime exited with error: signal: killed"),
      "OUT_OF_MEMORY",
      true,
    ],
    ["Lambda.Unknown", "Runtime exited with error: signal: killed", "OUT_OF_MEMORY", true],
    ["Runtime.OutOfMemory", "x", "OUT_OF_MEMORY", true],
    ["Lambda.Unknown", "no idea", "Lambda.Unknown", true],
    ["States.DataLimitExceeded", "x", "RESULT_TOO_LARGE", false],
    ["Function.ResponseSizeTooLarge", "x", "RESULT_TOO_LARGE", false],
    ["ValueError", cause("ValueError", "bad rate"), "ValueError", false],
    ["TimeoutError", cause("TimeoutError", "Task timed out after 1 s"), "TimeoutError", false],
    [undefined, undefined, "ERROR", false],
  ])("%s, %s: FAILED %s", (name, text, code, retryable) => {
    const error = { ...(name === undefined ? {} : { Error: name }), ...(text === undefined ? {} : { Cause: text }) };
    expect(readCaughtError(error)).toMatchObject({ state: "FAILED", reason: { code }, retryable, score: null });
  });

  test.each(["Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.SdkClientException"])(
    "%s goes back to the queue",
    (name) => {
      expect(readCaughtError({ Error: name })).toMatchObject({ state: "REQUEUE", reason: { code: "INFRASTRUCTURE" } });
    },
  );

  test("so does a trial that was interrupted", () => {
    expect(readCaughtError({ Error: "Pegbox.Interrupted" })).toMatchObject({
      state: "REQUEUE",
      reason: { code: "INTERRUPTED" },
    });
  });

  test.each([
    [cause("ValueError", "bad rate"), "bad rate"],
    ["plain", "plain"],
    ['{"errorMessage":3}', '{"errorMessage":3}'],
    ["  ", "no cause was given"],
  ])("the message of %s", (text, message) => {
    expect(readCaughtError({ Error: "E", Cause: text }).reason?.message).toBe(message);
  });
});

describe("a job that failed", () => {
  const batch = (StatusReason: string, container: object = {}): string =>
    JSON.stringify({
      JobId: "1",
      Status: "FAILED",
      StatusReason,
      Attempts: [{ StatusReason, Container: { LogStreamName: "trial/default/1", ...container } }],
    });
  const training = (SecondaryStatus: string, FailureReason?: string): string =>
    JSON.stringify({ TrainingJobName: "j", TrainingJobStatus: "Failed", SecondaryStatus, FailureReason });
  const exited = "Essential container in task exited";

  test.each([
    [batch(exited, { ExitCode: 1 }), "EXIT", false, "exit status 1; log stream trial/default/1"],
    [batch(exited, { ExitCode: 137 }), "OUT_OF_MEMORY", true, "exit status 137"],
    [
      batch(exited, { Reason: "OutOfMemoryError: Container killed due to memory usage", ExitCode: 137 }),
      "OUT_OF_MEMORY",
      true,
      "killed due to memory",
    ],
    [batch("Job attempt duration exceeded timeout", { ExitCode: 137 }), "TIMEOUT", true, "duration exceeded"],
    [
      batch("Task failed to start", { Reason: "CannotPullContainerError: no such image" }),
      "NOT_STARTED",
      true,
      "no such image",
    ],
    [
      batch("Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"),
      "MISCONFIGURED",
      false,
      "JOB_RESOURCE",
    ],
    [training("Failed", "AlgorithmError: ValueError: bad rate, exit code: 1"), "ERROR", false, "bad rate"],
    [training("Failed", "AlgorithmError: , exit code: 137"), "OUT_OF_MEMORY", true, "137"],
    [training("MaxRuntimeExceeded"), "TIMEOUT", true, "was Failed"],
  ])("%s: FAILED %s", (Cause, code, retryable, message) => {
    const judged = readCaughtError({ Error: "States.TaskFailed", Cause });
    expect(judged).toMatchObject({ state: "FAILED", reason: { code }, retryable });
    expect(judged.reason?.message).toContain(message);
  });

  test.each([
    batch("Host EC2 (instance i-0123456789abcdef0) terminated."),
    batch("Your Spot Task was interrupted.", { ExitCode: 143 }),
    batch("Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"),
    training("Interrupted"),
    training("MaxWaitTimeExceeded"),
    training("Failed", "CapacityError: Unable to provision requested ML compute capacity."),
  ])("%s goes back to the queue: it is no fault of the trial", (Cause) => {
    expect(readCaughtError({ Error: "States.TaskFailed", Cause })).toMatchObject({
      state: "REQUEUE",
      reason: { code: "INFRASTRUCTURE" },
    });
  });

  test("whose description is cut off, or is none, is still told of", () => {
    for (const Cause of [batch(exited).slice(0, 40), '"text"', "{}", "null"]) {
      expect(readCaughtError({ Error: "States.TaskFailed", Cause })).toMatchObject({
        state: "FAILED",
        reason: { code: "States.TaskFailed", message: Cause },
      });
    }
    expect(readCaughtError({ Error: "States.TaskFailed" })).toMatchObject({
      reason: { message: "no cause was given" },
    });
  });

  test.each([
    ["S3.NoSuchKeyException", "FAILED", "RESULT_INVALID", false],
    ["S3.InvalidRangeException", "FAILED", "RESULT_INVALID", false],
    ["Batch.ClientException", "FAILED", "Batch.ClientException", true],
    ["SageMaker.AmazonSageMakerException", "FAILED", "SageMaker.AmazonSageMakerException", true],
    ["Batch.ServerException", "REQUEUE", "INFRASTRUCTURE", false],
    ["SageMaker.ResourceLimitExceededException", "REQUEUE", "INFRASTRUCTURE", false],
  ])("%s on the way to it or from it: %s %s", (name, state, code, retryable) => {
    expect(readCaughtError({ Error: name, Cause: "x" })).toMatchObject({ state, reason: { code }, retryable });
  });
});

describe("a result that is a text", () => {
  test("is read as the JSON that it is, with numbers as Python writes them", () => {
    expect(readResultText('{"metrics": {"error": 0.25}}\n', spec)).toEqual(
      readResult({ metrics: { error: 0.25 } }, spec),
    );
    expect(readResultText('{"metrics": {"error": NaN}}', spec)).toMatchObject({ state: "INFEASIBLE" });
  });

  test("is invalid where it is none", () => {
    expect(readResultText("Traceback …", spec)).toMatchObject({
      state: "FAILED",
      reason: { code: "RESULT_INVALID", message: expect.stringContaining("expected JSON") },
    });
  });

  test("may be 32 KiB, and with a byte more need not be whole", () => {
    const padded = `{"metrics": {"error": 1}, "note": "${"x".repeat(40_000)}`;
    expect(readResultText(padded.slice(0, 32_769), spec)).toMatchObject({ reason: { code: "RESULT_TOO_LARGE" } });
    const fits = `{"metrics": {"error": 1}}`.padEnd(32_768);
    expect(readResultText(fits, spec)).toMatchObject({ state: "SUCCEEDED" });
  });
});

describe("JSON as Python writes it", () => {
  test.each([
    ['{"error": NaN}', { error: null }],
    ['{"a": -Infinity, "b": [Infinity,NaN]}', { a: null, b: [null, null] }],
    ['{"NaN": "NaN \\" Infinity", "x": NaN}', { NaN: 'NaN " Infinity', x: null }],
    ["NaN", null],
    ['"-Infinity"', "-Infinity"],
    ['{"x": 1e-5}', { x: 1e-5 }],
  ])("%s", (text, value) => {
    expect(parseResultJson(text)).toEqual(value);
  });

  test.each(["", "{NaN", '"NaN', "NaNx", "-NaN", "Infinite", '{"a": NaN "b"}'])("%j is not JSON", (text) => {
    expect(() => parseResultJson(text)).toThrow(SyntaxError);
  });

  test("what is JSON is read as JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom("NaN", "Infinity", '"'), (value, word) => {
        const text = JSON.stringify([value, word]);
        expect(parseResultJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("an objective that is NaN makes the trial infeasible", () => {
    expect(readResult(parseResultJson('{"metrics":{"error":NaN}}'), spec).state).toBe("INFEASIBLE");
  });
});
