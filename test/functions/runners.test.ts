import { describe, expect, it } from "vitest";
import { registeredRunners } from "../../functions/shared/runners.ts";

const runners = registeredRunners('{"digits":{"functionArn":"arn:digits","timeoutSeconds":300}}');

describe("the registered runners", () => {
  it("are what the workflow invokes", () => {
    expect(runners.resolve({ lambda: "digits" })).toEqual({
      kind: "lambda",
      target: "arn:digits",
      timeoutSeconds: 300,
      graceSeconds: 0,
    });
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
