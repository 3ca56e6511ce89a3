import { describe, expect, it } from "vitest";
import { DefinitionError } from "../../../local/asl/errors.ts";
import { loadProgram } from "../../../local/asl/load.ts";

function issuesOf(definition: unknown): readonly string[] {
  try {
    loadProgram(definition);
  } catch (error) {
    if (error instanceof DefinitionError) return error.issues;
    throw error;
  }
  return [];
}

const machine = (States: object, more: object = {}) => ({ QueryLanguage: "JSONata", StartAt: "A", States, ...more });
const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "f" }, End: true };
const map = { Type: "Map", ItemProcessor: { StartAt: "I", States: { I: { Type: "Succeed" } } }, End: true };

describe("refused at load", () => {
  it("is everything that is wrong, at once, each with its path", () => {
    const issues = issuesOf(
      machine(
        {
          A: { ...task, InputPath: "$", TimeoutSeconds: 0, Next: "Gone" },
          B: { Type: "Parallel", Branches: [] },
          C: { ...task, Resource: "arn:aws:states:::sns:publish", Arguments: {} },
          D: { ...task, Arguments: { FunctionName: "f", InvocationType: "Event" } },
        },
        { TimeoutSeconds: 60 },
      ),
    );
    expect(issues).toEqual([
      "$.TimeoutSeconds: this field is not implemented",
      "$.States.A.InputPath: this field is not implemented",
      '$.States.A.TimeoutSeconds: expected an integer from 1 to 99999999, or an expression "{% … %}", got 0',
      "$.States.A: expected one of Next and End",
      '$.States.B.Type: "Parallel" is not implemented',
      '$.States.C.Resource: expected arn:aws:states:::lambda:invoke or arn:aws:states:::states:startExecution or arn:aws:states:::sqs:sendMessage, got "arn:aws:states:::sns:publish"',
      "$.States.D.Arguments.InvocationType: this field is not implemented",
      '$.States.A: there is no state "Gone"',
    ]);
  });

  it.each([
    ["no definition", "hello", "$: expected an object"],
    ["JSONPath", { StartAt: "A", States: { A: { Type: "Pass", End: true } } }, "$.QueryLanguage: is required"],
    ["a start that is not there", machine({ B: { Type: "Succeed" } }), '$.StartAt: there is no state "A"'],
    [
      "an expression that does not parse",
      machine({ A: { Type: "Pass", Output: "{% 1 + %}", End: true } }),
      /^\$\.States\.A\.Output: 1 \+: /,
    ],
    [
      "an expression that does not end",
      machine({ A: { Type: "Pass", Output: "{% 1", End: true } }),
      /^\$\.States\.A\.Output: expected an expression/,
    ],
    [
      "a function that reads the clock",
      machine({ A: { Type: "Pass", Output: { t: "{% $now() %}" }, End: true } }),
      "$.States.A.Output: $now is not implemented",
    ],
    [
      "a function of AWS alone",
      machine({ A: { Type: "Pass", Output: "{% $uuid() %}", End: true } }),
      "$.States.A.Output: $uuid is not implemented",
    ],
    [
      "a missing argument",
      machine({ A: { ...task, Arguments: {} } }),
      "$.States.A.Arguments.FunctionName: is required",
    ],
    [
      "an error name that is no text",
      machine({ A: { ...task, Retry: [{ ErrorEquals: [] }] } }),
      /ErrorEquals: expected error names/,
    ],
    [
      "States.ALL among others",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["X", "States.ALL"] }] } }),
      /ErrorEquals: expected error names/,
    ],
    [
      "States.ALL before the last",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["X"] }] } }),
      "$.States.A.Retry[0]: States.ALL must come last",
    ],
    [
      "a wrong Retrier",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["X"], BackoffRate: 0.5 }] } }),
      /Retry\[0\]\.BackoffRate: expected a number from 1/,
    ],
    [
      "an unknown jitter",
      machine({ A: { ...task, Retry: [{ ErrorEquals: ["X"], JitterStrategy: "HALF" }] } }),
      /JitterStrategy: expected FULL or NONE, got "HALF"/,
    ],
    [
      "a Catcher to nowhere",
      machine({ A: { ...task, Catch: [{ ErrorEquals: ["X"], Next: "Z" }] } }),
      '$.States.A: there is no state "Z"',
    ],
    [
      "ResultPath in a Catcher",
      machine({ A: { ...task, Catch: [{ ErrorEquals: ["X"], Next: "A", ResultPath: "$" }] } }),
      "$.States.A.Catch[0].ResultPath: this field is not implemented",
    ],
    [
      "a rule without a condition",
      machine({ A: { Type: "Choice", Choices: [{ Next: "A" }] } }),
      "$.States.A.Choices[0].Condition: is required",
    ],
    [
      "Wait by Timestamp",
      machine({ A: { Type: "Wait", Timestamp: "2026-01-01T00:00:00Z", End: true } }),
      "$.States.A.Timestamp: this field is not implemented",
    ],
    [
      "a variable named states",
      machine({ A: { Type: "Pass", Assign: { states: 1 }, End: true } }),
      "$.States.A.Assign.states: not a name",
    ],
    ["the same name in a Map", machine({ A: map, I: { Type: "Succeed" } }), "$.States.I: another state has this name"],
    [
      "a name too long",
      machine({ A: { Type: "Succeed" }, ["n".repeat(81)]: { Type: "Succeed" } }),
      /longer than 80 characters$/,
    ],
    [
      "tolerance of an inline Map",
      machine({ A: { ...map, ToleratedFailurePercentage: 5 } }),
      "$.States.A.ToleratedFailurePercentage: an inline Map tolerates no failure",
    ],
    [
      "express children",
      machine({
        A: {
          ...map,
          ItemProcessor: { ...map.ItemProcessor, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
        },
      }),
      /ExecutionType: expected STANDARD/,
    ],
    [
      "a transition out of a Map",
      machine({ A: { ...map, ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", Next: "A" } } } } }),
      '$.States.A.ItemProcessor.States.I: there is no state "A"',
    ],
  ])("%s", (_, definition, issue) => {
    expect(issuesOf(definition)[0]).toEqual(typeof issue === "string" ? issue : expect.stringMatching(issue));
  });

  it("is an inner variable that an outer scope assigns too, unless the children see none", () => {
    const inner = { StartAt: "I", States: { I: { Type: "Pass", Assign: { x: 2 }, End: true } } };
    const nested = (config: object) =>
      machine({
        A: { Type: "Pass", Assign: { x: 1 }, Next: "M" },
        M: { ...map, ItemProcessor: { ...inner, ProcessorConfig: config } },
      });
    expect(issuesOf(nested({ Mode: "INLINE" }))).toEqual([
      "$.States.M.ItemProcessor: an outer scope assigns the variable x too",
    ]);
    expect(issuesOf(nested({ Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }))).toEqual([]);
  });
});
