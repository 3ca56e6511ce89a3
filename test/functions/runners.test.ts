import { describe, expect, it } from "vitest";
import { registeredRunners } from "../../functions/shared/runners.ts";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";

const queued = { timeoutSeconds: 3600, queueSeconds: 600, spot: true };
const records: Record<string, RunnerRecord> = {
  digits: { kind: "lambda", functionArn: "arn:digits", timeoutSeconds: 300, memoryMb: 1024, architecture: "arm64" },
  score: {
    kind: "lambda",
    functionArn: "arn:score",
    timeoutSeconds: 60,
    memoryMb: 1769,
    architecture: "x86_64",
    shifts: true,
  },
  gpu: {
    kind: "batch",
    ...queued,
    queueArn: "arn:queue",
    definitionArn: "arn:definition",
    vcpus: 4,
    memoryMb: 14_000,
    architecture: "x86_64",
  },
  training: {
    kind: "sagemaker",
    ...queued,
    image: "uri",
    roleArn: "arn:role",
    instanceType: "ml.g5.xlarge",
    volumeGb: 30,
    environment: {},
  },
  cluster: { kind: "callback", queueUrl: "https://queue", timeoutSeconds: 3600, heartbeatSeconds: 60 },
};
const runners = registeredRunners(JSON.stringify(records), "files");

describe("the registered runners", () => {
  it("know which is bigger, and what it is", () => {
    const digits = { ...records["digits"], bigger: "score" };
    const score = { ...records["score"], bigger: "gpu" };
    const chained = registeredRunners(JSON.stringify({ ...records, digits, score }), "files");
    expect(chained.resolve({ lambda: "digits" })).toMatchObject({
      target: "arn:digits",
      bigger: { id: "score", runner: { target: "arn:score", bigger: { id: "gpu", runner: { kind: "batch" } } } },
    });
    expect(chained.resolve({ batch: "gpu" })).not.toHaveProperty("bigger");
  });

  it("are what the workflow invokes", () => {
    expect(runners.resolve({ lambda: "digits" })).toEqual({
      kind: "lambda",
      target: "arn:digits",
      timeoutSeconds: 300,
      graceSeconds: 0,
      startSeconds: 30,
      outlivesLimit: true,
      price: { usdPerSecond: 0.0000133334, usdPerAttempt: expect.closeTo(0.0001, 4) },
    });
    expect(runners.resolve({ lambda: "score" })).toMatchObject({ target: "arn:score", shifts: true });
    expect(runners.resolve({ command: "python train.py", callback: "cluster" })).toEqual({
      kind: "callback",
      target: "https://queue",
      timeoutSeconds: 3600,
      graceSeconds: 0,
      heartbeatSeconds: 60,
    });
  });

  it("have files of their own where they run jobs", () => {
    for (const [kind, id] of [
      ["batch", "gpu"],
      ["sagemaker", "training"],
    ] as const) {
      expect(runners.resolve({ [kind]: id })).toMatchObject({
        ...records[id],
        files: { bucket: "files", prefix: `jobs/${id}` },
      });
    }
  });

  it("cost what the stack says, where it says so", () => {
    const price = { usdPerSecond: 1, usdPerAttempt: 2 };
    const dear = registeredRunners(JSON.stringify({ digits: { ...records["digits"], price } }), "files");
    expect(dear.resolve({ lambda: "digits" }).price).toEqual(price);
  });

  it("do not include others: the error names those that there are", () => {
    const hint = "registered: digits (lambda), score (lambda), gpu (batch), training (sagemaker), cluster (callback)";
    for (const runner of [{ lambda: "toString" }, { lambda: "gpu" }, { batch: "digits" }]) {
      expect(() => runners.resolve(runner)).toThrow(expect.objectContaining({ code: "RUNNER_MISSING", hint }));
    }
  });

  it("need a study that names one", () => {
    expect(() => runners.resolve({ command: "python train.py" })).toThrow("add `lambda`");
  });

  it("may be none", () => {
    expect(() => registeredRunners("{}", "files").resolve({ lambda: "digits" })).toThrow(
      expect.objectContaining({ hint: "none is registered: `addRunner` in the CDK app" }),
    );
  });
});
