import type { Json } from "../../../local/asl/json.ts";

/** A small state machine whose end is known. The conformance suite runs the same ones in another interpreter. */
export interface Case {
  readonly name: string;
  readonly states: Readonly<Record<string, object>>;
  readonly input?: Json;
  readonly status: "SUCCEEDED" | "FAILED";
  readonly output?: Json;
  readonly error?: string;
}

/**
 * What the functions of the machines do, by name:
 * `echo` answers the payload; `fail-NAME` throws NAME; `flaky-N` throws Flaky N times, then answers "mended";
 * `odd` throws Odd for a payload with an odd `n`; `slow` answers after 5 seconds; `nothing` answers null.
 */
export type Scripted = "echo" | `fail-${string}` | `flaky-${number}` | "odd" | "slow" | "nothing";

const call = (FunctionName: Scripted, Payload: unknown, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName, Payload },
  Output: "{% $states.result.Payload %}",
  ...more,
});
const pass = (Output: unknown, more: object = { End: true }) => ({ Type: "Pass", Output, ...more });
const all = (Next: string, more: object = {}) => [{ ErrorEquals: ["States.ALL"], Next, ...more }];
const result = (Output: unknown, states: object = {}) =>
  ({ states: { A: pass(Output), ...states }, status: "SUCCEEDED" }) as const;
const map = (mode: "INLINE" | "DISTRIBUTED", States: object, more: object = {}) => ({
  Type: "Map",
  ItemProcessor: {
    ProcessorConfig: mode === "INLINE" ? { Mode: mode } : { Mode: mode, ExecutionType: "STANDARD" },
    StartAt: Object.keys(States)[0],
    States,
  },
  End: true,
  ...more,
});

export const CASES: readonly Case[] = [
  {
    name: "output: JSON with expressions inside",
    input: { a: { b: [1, 2] } },
    ...result({ x: "{% $states.input.a.b[1] %}", y: ["{% $states.input.a.b %}", null, true], z: "plain" }),
    output: { x: 2, y: [[1, 2], null, true], z: "plain" },
  },
  {
    name: "output: none is the input",
    input: { a: 1 },
    states: { A: { Type: "Pass", Next: "B" }, B: { Type: "Succeed" } },
    status: "SUCCEEDED",
    output: { a: 1 },
  },
  {
    name: "assign and output see the variables as they were",
    states: {
      A: pass({}, { Assign: { x: 1, y: 10 }, Next: "B" }),
      B: pass({ x: "{% $x %}" }, { Assign: { x: "{% $x + 1 %}", y: "{% $x %}" }, Next: "C" }),
      C: pass({ before: "{% $states.input.x %}", x: "{% $x %}", y: "{% $y %}" }),
    },
    status: "SUCCEEDED",
    output: { before: 1, x: 2, y: 1 },
  },
  {
    name: "assign: null and objects are values",
    states: {
      A: pass({}, { Assign: { told: null, o: { a: ["{% 1 + 1 %}"] } }, Next: "B" }),
      B: pass({ told: "{% $told %}", a: "{% $o.a %}" }),
    },
    status: "SUCCEEDED",
    output: { told: null, a: [2] },
  },
  {
    name: "ranges: one, several, none",
    ...result({ one: "{% [0..0] %}", three: "{% [0..2] %}", none: "{% [0..-1] %}" }),
    output: { one: [0], three: [0, 1, 2], none: [] },
  },
  {
    name: "numbers",
    ...result({
      sum: "{% 0.1 + 0.2 %}",
      whole: "{% 7 / 2 * 2 %}",
      power: "{% $power(2, 10) %}",
      min: "{% $min([300, 40]) %}",
      floor: "{% $floor(-1.5) %}",
    }),
    output: { sum: 0.30000000000000004, whole: 7, power: 1024, min: 40, floor: -2 },
  },
  {
    name: "text and logic",
    input: { id: "s", n: 3 },
    ...result({
      name: "{% $states.input.id & '-g' & ($states.input.n + 1) %}",
      missing: "{% $states.input.nothing & '' %}",
      has: "{% $exists($states.input.id) %}",
      member: "{% true in [false, true] %}",
    }),
    output: { name: "s-g4", missing: "", has: true, member: true },
  },
  {
    name: "an expression that gives nothing fails the state",
    states: { A: pass("{% $states.input.nothing %}") },
    status: "FAILED",
    error: "States.QueryEvaluationError",
  },
  {
    name: "so does a variable that was never assigned",
    states: { A: pass({ x: "{% $nobody %}" }) },
    status: "FAILED",
    error: "States.QueryEvaluationError",
  },
  {
    name: "and an error of JSONata",
    states: { A: pass("{% 1 + 'a' %}") },
    status: "FAILED",
    error: "States.QueryEvaluationError",
  },
  {
    name: "choice: the first rule that holds, with its own assign and output",
    input: { n: 2 },
    states: {
      A: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.n > 5 %}", Next: "C" },
          {
            Condition: "{% $states.input.n = 2 and true %}",
            Assign: { took: "rule" },
            Output: { from: "{% $states.input.n %}" },
            Next: "B",
          },
        ],
        Default: "C",
        Assign: { took: "default" },
      },
      B: pass({ took: "{% $took %}", in: "{% $states.input %}" }),
      C: pass({ took: "{% $took %}" }),
    },
    status: "SUCCEEDED",
    output: { took: "rule", in: { from: 2 } },
  },
  {
    name: "choice: the default, with the state's assign",
    input: { n: 1 },
    states: {
      A: {
        Type: "Choice",
        Choices: [{ Condition: "{% $states.input.n > 5 %}", Next: "B" }],
        Default: "B",
        Assign: { took: "default" },
      },
      B: pass({ took: "{% $took %}", in: "{% $states.input %}" }),
    },
    status: "SUCCEEDED",
    output: { took: "default", in: { n: 1 } },
  },
  {
    name: "choice: no rule holds",
    states: { A: { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "B" }] }, B: pass({}) },
    status: "FAILED",
    error: "States.NoChoiceMatched",
  },
  {
    name: "choice: a condition that is no boolean",
    states: { A: { Type: "Choice", Choices: [{ Condition: "{% 1 %}", Next: "B" }], Default: "B" }, B: pass({}) },
    status: "FAILED",
    error: "States.QueryEvaluationError",
  },
  {
    name: "wait: no time",
    input: 0,
    states: { A: { Type: "Wait", Seconds: "{% $states.input %}", Next: "B" }, B: pass("waited") },
    status: "SUCCEEDED",
    output: "waited",
  },
  {
    name: "fail",
    input: { why: "tired" },
    states: { A: { Type: "Fail", Error: "Enough", Cause: "{% 'I am ' & $states.input.why %}" } },
    status: "FAILED",
    error: "Enough",
  },
  {
    name: "task: the payload goes and the answer comes",
    input: { a: [1, { b: null }] },
    states: { A: call("echo", { got: "{% $states.input %}" }, { End: true }) },
    status: "SUCCEEDED",
    output: { got: { a: [1, { b: null }] } },
  },
  {
    name: "task: an answer of nothing is null",
    states: { A: call("nothing", {}, { End: true }) },
    status: "SUCCEEDED",
    output: null,
  },
  {
    name: "task: an error ends the execution",
    states: { A: call("fail-RangeError", {}, { End: true }) },
    status: "FAILED",
    error: "RangeError",
  },
  {
    name: "catch: the error's name, assign and output",
    states: {
      A: call(
        "fail-TypeError",
        {},
        {
          Catch: all("B", {
            Assign: { error: "{% $states.errorOutput.Error %}" },
            Output: { in: "{% $states.input %}" },
          }),
          End: true,
        },
      ),
      B: pass({ error: "{% $error %}", input: "{% $states.input %}" }),
    },
    input: 1,
    status: "SUCCEEDED",
    output: { error: "TypeError", input: { in: 1 } },
  },
  {
    name: "catch: the first that names the error",
    states: {
      A: call(
        "fail-TypeError",
        {},
        {
          Catch: [
            { ErrorEquals: ["RangeError"], Next: "B" },
            { ErrorEquals: ["X", "TypeError"], Next: "C" },
            ...all("B"),
          ],
          End: true,
        },
      ),
      B: pass("B"),
      C: pass("C"),
    },
    status: "SUCCEEDED",
    output: "C",
  },
  {
    name: "catch: an expression's error, by name",
    states: {
      A: call("echo", "{% $nobody %}", {
        Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "B" }],
        End: true,
      }),
      B: pass("caught"),
    },
    status: "SUCCEEDED",
    output: "caught",
  },
  {
    name: "retry: until it is mended",
    states: {
      A: call(
        "flaky-2",
        {},
        { Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 }], End: true },
      ),
    },
    status: "SUCCEEDED",
    output: "mended",
  },
  {
    name: "retry: attempts run out",
    states: {
      A: call(
        "flaky-3",
        {},
        {
          Retry: [
            { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2, JitterStrategy: "FULL" },
          ],
          End: true,
        },
      ),
    },
    status: "FAILED",
    error: "Flaky",
  },
  {
    name: "retry: none for an error whose first Retrier has no attempts",
    states: {
      A: call(
        "flaky-1",
        {},
        {
          Retry: [
            { ErrorEquals: ["Flaky"], MaxAttempts: 0 },
            { ErrorEquals: ["States.ALL"], MaxAttempts: 3 },
          ],
          Catch: all("B"),
          End: true,
        },
      ),
      B: pass("{% $states.input.Error %}"),
    },
    status: "SUCCEEDED",
    output: "Flaky",
  },
  {
    name: "timeout",
    input: 1,
    states: {
      A: call(
        "slow",
        {},
        { TimeoutSeconds: "{% $states.input %}", Catch: [{ ErrorEquals: ["States.Timeout"], Next: "B" }], End: true },
      ),
      B: pass("{% $states.input.Error %}"),
    },
    status: "SUCCEEDED",
    output: "States.Timeout",
  },
  {
    name: "map: inline, in the order of the items",
    input: [3, 1, 2],
    states: { A: map("INLINE", { I: call("echo", { n: "{% $states.input * 10 %}" }, { End: true }) }) },
    status: "SUCCEEDED",
    output: [{ n: 30 }, { n: 10 }, { n: 20 }],
  },
  {
    name: "map: of nothing",
    input: [],
    states: { A: map("INLINE", { I: pass("never") }) },
    status: "SUCCEEDED",
    output: [],
  },
  {
    name: "map: inline iterations read outer variables and keep their own",
    states: {
      A: pass({}, { Assign: { base: 100, n: 2 }, Next: "M" }),
      M: map(
        "INLINE",
        {
          I: pass({}, { Assign: { mine: "{% $base + $states.input.i %}" }, Next: "J" }),
          J: pass({ mine: "{% $mine %}", v: "{% $states.context.Execution.Name = '' %}" }),
        },
        {
          Items: "{% [0..$n - 1] %}",
          MaxConcurrency: "{% $n %}",
          ItemSelector: {
            i: "{% $states.context.Map.Item.Value %}",
            at: "{% $states.context.Map.Item.Index %}",
            base: "{% $base %}",
          },
          Output: { all: "{% $states.result.mine %}", first: "{% $states.result[0] %}" },
        },
      ),
    },
    status: "SUCCEEDED",
    output: { all: [100, 101], first: { mine: 100, v: false } },
  },
  {
    name: "map: one item stays a list",
    states: { A: map("INLINE", { I: pass("{% $states.input %}") }, { Items: "{% [0..0] %}" }) },
    status: "SUCCEEDED",
    output: [0],
  },
  {
    name: "map: an inline iteration that fails fails the Map, with its error",
    input: [2, 1],
    states: {
      A: map("INLINE", { I: call("odd", { n: "{% $states.input %}" }, { End: true }) }, { Catch: all("B") }),
      B: pass("{% $states.input.Error %}"),
    },
    status: "SUCCEEDED",
    output: "Odd",
  },
  {
    name: "map: items that are no list",
    input: { a: 1 },
    states: { A: map("INLINE", { I: pass("never") }, { Items: "{% $states.input.a %}" }) },
    status: "FAILED",
    error: "States.QueryEvaluationError",
  },
  {
    name: "map: distributed",
    input: [1, 2, 3],
    states: {
      A: map(
        "DISTRIBUTED",
        { I: pass({ n: "{% $states.input.v %}" }) },
        {
          Items: "{% $states.input %}",
          MaxConcurrency: 2,
          ItemSelector: { v: "{% $states.context.Map.Item.Value %}" },
          Output: "{% $sum($states.result.n) %}",
        },
      ),
    },
    status: "SUCCEEDED",
    output: 6,
  },
  {
    name: "map: distributed children see no variables",
    states: {
      A: pass({}, { Assign: { outer: 1 }, Next: "M" }),
      M: map("DISTRIBUTED", { I: pass("{% $outer %}") }, { Items: [1], Catch: all("B") }),
      B: pass("{% $states.input.Error %}"),
    },
    status: "SUCCEEDED",
    output: "States.ExceedToleratedFailureThreshold",
  },
  {
    name: "map: distributed tolerates",
    input: [1, 2, 3, 4],
    states: {
      A: map(
        "DISTRIBUTED",
        { I: call("odd", { n: "{% $states.input %}" }, { End: true }) },
        { ToleratedFailurePercentage: 100, Output: "{% 4 in $states.result.n %}" },
      ),
    },
    status: "SUCCEEDED",
    output: true,
  },
  {
    name: "map: assigns from its result",
    input: [1],
    states: {
      A: map(
        "INLINE",
        { I: pass(true) },
        { Assign: { stalls: "{% true in $states.result ? 0 : 7 %}" }, End: undefined, Next: "B" },
      ),
      B: pass("{% $stalls %}"),
    },
    status: "SUCCEEDED",
    output: 0,
  },
  {
    name: "a loop with a counter",
    states: {
      A: pass({}, { Assign: { n: 0 }, Next: "B" }),
      B: {
        Type: "Choice",
        Choices: [{ Condition: "{% $n < 5 %}", Assign: { n: "{% $n + 1 %}" }, Next: "B" }],
        Default: "C",
      },
      C: pass("{% $n %}"),
    },
    status: "SUCCEEDED",
    output: 5,
  },
];

/** The whole definition of a case. */
export const definitionOf = ({ states }: Case): object => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(states)[0],
  States: JSON.parse(JSON.stringify(states)) as object,
});
