import { describe, expect, it } from "vitest";
import { registeredRunners } from "../../functions/shared/runners.ts";

const DIGITS = {
  kind: "lambda",
  functionArn: "arn:digits",
  timeoutSeconds: 300,
  memoryMb: 1024,
  architecture: "arm64",
};
const runners = registeredRunners(JSON.stringify({ digits: DIGITS }));

describe("the registered runners", () => {
  it("are what the workflow invokes", () => {
    expect(runners.resolve({ lambda: "digits" })).toEqual({
      kind: "lambda",
      target: "arn:digits",
      timeoutSeconds: 300,
      graceSeconds: 0,
      outlivesLimit: true,
      price: { usdPerSecond: 0.0000133334, usdPerAttempt: expect.closeTo(0.0001, 4) },
    });
  });

  it("cost what the stack says, where it says so", () => {
    const price = { usdPerSecond: 1, usdPerAttempt: 2 };
    const dear = registeredRunners(JSON.stringify({ digits: { ...DIGITS, price } }));
    expect(dear.resolve({ lambda: "digits" }).price).toEqual(price);
  });

  it("do not include others: the error names those that there are", () => {
    expect(() => runners.resolve({ lambda: "toString" })).toThrow(
      expect.objectContaining({ code: "RUNNER_MISSING", hint: "registered: digits" }),
    );
  });

  it("need a study that names one", () => {
    expect(() => runners.resolve({ command: "python train.py" })).toThrow("add `lambda`");
  });

  it("may be none", () => {
    expect(() => registeredRunners("{}").resolve({ lambda: "digits" })).toThrow(
      expect.objectContaining({ hint: "none is registered: `addRunner` in the CDK app" }),
    );
  });
});
