import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { errorOf, floatParameter, LEAST, studyWith } from "./file-builder.ts";

/** Path, words that `expected` contains, words that `got` contains, words that `hint` contains. */
type Wrong = readonly [path: string, expected: string, got: string, hint?: string];

const parameters = (more: object): object => studyWith({ parameters: { x: floatParameter({}), ...more } });
const oneParameter = (p: object): object => studyWith({ parameters: { p } });
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });

const FILES: readonly (readonly [title: string, file: unknown, problems: readonly Wrong[]])[] = [
  // the file as a whole
  ["nothing at all", null, [["", "a mapping", "null", "empty"]]],
  ["a list", [], [["", "a mapping", "[] (list of 0)"]]],
  ["a text", "metrics", [["", "a mapping", '"metrics" (text)']]],
  [
    "an empty mapping",
    {},
    [
      ["metrics", "a list", "nothing"],
      ["parameters", "a mapping", "nothing"],
      ["runner", "a mapping", "nothing", "command"],
    ],
  ],
  ["another version", studyWith({ version: 2 }), [["version", "1", "2 (number)"]]],
  [
    "an unknown key",
    studyWith({ parallell: 4 }),
    [["parallell", "parallel", '"parallell"', 'did you mean "parallel"']],
  ],
  [
    "a key of another tool",
    studyWith({ n_trials: 4 }),
    [["n_trials", "trials", "unknown key", 'did you mean "trials"']],
  ],
  ["an unknown key like no other", studyWith({ zebra: 4 }), [["zebra", "one of the keys", '"zebra"']]],
  [
    "a key that would change a prototype",
    JSON.parse(JSON.stringify(LEAST).replace("{", '{"__proto__":{"trials":1},')),
    [["__proto__", "any other key", "no JSON object"]],
  ],
  [
    "such a key below",
    studyWith({ fixed: JSON.parse('{"a":{"__proto__":{"b":1}}}') }),
    [["fixed.a.__proto__", "any other key", "no JSON object"]],
  ],
  ["too deep", studyWith({ fixed: deep(16) }), [[`fixed${".a".repeat(15)}`, "at most 16 levels", "more"]]],
  [
    "too many parameters",
    studyWith({
      parameters: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`p${i}`, floatParameter({})])),
    }),
    [["parameters", "at most 1000 parameters", "1001"]],
  ],
  [
    "too many constraints and enqueued trials",
    studyWith({ constraints: Array(1001).fill("x < 1"), enqueue: Array(10_001).fill({ x: 0 }) }),
    [
      ["constraints", "at most 1000 constraints", "1001"],
      ["enqueue", "at most 10000 trials", "10001"],
    ],
  ],
  ["what no JSON holds", studyWith({ fixed: { when: new Date(0) } }), [["fixed.when", "a JSON value", "no mapping"]]],
  [
    "infinity from YAML",
    studyWith({ fixed: { a: Number.POSITIVE_INFINITY } }),
    [["fixed.a", "a JSON value", "Infinity"]],
  ],

  // names
  ["a name with a space", studyWith({ name: "my study" }), [["name", "a name", '"my study"', "my_study"]]],
  ["a name too long", studyWith({ name: "n".repeat(65) }), [["name", "at most 64", "nnn", "nnn"]]],
  ["a family that is a number", studyWith({ family: 3 }), [["family", "a name", "3 (number)", '"3"']]],
  [
    "a label that is a number",
    studyWith({ labels: { year: 2026 } }),
    [["labels.year", "a text", "2026", 'quotes: "2026"']],
  ],
  [
    "a parameter with a dash, and more in it",
    parameters({ "learning-rate": { type: "float", min: 1 } }),
    [
      ["parameters.learning-rate", "a name", "the key", "learning_rate"],
      ["parameters.learning-rate.max", "a number", "nothing"],
    ],
  ],

  // metrics
  ["no metric", studyWith({ metrics: [] }), [["metrics", "at least 1 item", "[]"]]],
  ["metrics not in a list", studyWith({ metrics: { name: "e" } }), [["metrics", "a list", "mapping", "list"]]],
  [
    "a goal in British English, and none",
    studyWith({ metrics: [{ name: "a", goal: "minimise" }, { name: "b" }] }),
    [
      ["metrics.0.goal", "minimize or maximize", "minimise", 'did you mean "minimize"'],
      ["metrics.1.goal", "minimize or maximize", "nothing"],
    ],
  ],
  [
    "a metric twice, and one with a bad name",
    studyWith({
      metrics: [
        { name: "a", goal: "minimize" },
        { name: "a", goal: "maximize" },
        { name: "val/loss", goal: "minimize" },
      ],
    }),
    [
      ["metrics.1.name", "no other metric", '"a"'],
      ["metrics.2.name", "a name", "val/loss", "val_loss"],
    ],
  ],
  [
    "a metric that no object can hold",
    studyWith({ metrics: [{ name: "__proto__", goal: "minimize" }], outcomes: [{ metric: "__proto__", max: 1 }] }),
    [
      ["metrics.0.name", "another name", "__proto__"],
      ["outcomes.0.metric", "another name", "__proto__"],
    ],
  ],

  // parameters
  ["no parameter", studyWith({ parameters: {} }), [["parameters", "at least 1 parameter", "{}"]]],
  ["a parameter without a type", oneParameter({ min: 0, max: 1 }), [["parameters.p.type", "float, int", "nothing"]]],
  [
    "a type from elsewhere",
    oneParameter({ type: "integer" }),
    [["parameters.p.type", "float, int", "integer", '"int"']],
  ],
  [
    "bounds by other names",
    oneParameter({ type: "float", low: 0, high: 1 }),
    [
      ["parameters.p.low", "one of the keys", '"low"', '"min"'],
      ["parameters.p.high", "one of the keys", '"high"', '"max"'],
      ["parameters.p.min", "a number", "nothing"],
      ["parameters.p.max", "a number", "nothing"],
    ],
  ],
  [
    "numbers in quotes",
    oneParameter({ type: "float", min: "1e-5", max: "1.5" }),
    [
      ["parameters.p.min", "a number", '"1e-5" (text)', "1.0e-5 without quotes"],
      ["parameters.p.max", "a number", '"1.5" (text)', "1.5 without quotes"],
    ],
  ],
  [
    "swapped bounds",
    oneParameter({ type: "int", min: 3, max: 1 }),
    [["parameters.p.max", "at least min, 3", "1", "swapped"]],
  ],
  [
    "halves of an int",
    oneParameter({ type: "int", min: 0.5, max: 9, step: 1.5 }),
    [
      ["parameters.p.min", "a whole number", "0.5"],
      ["parameters.p.step", "a whole number", "1.5"],
    ],
  ],
  [
    "log of zero",
    oneParameter(floatParameter({ scale: "log" })),
    [["parameters.p.min", "more than 0", "0", "log scale needs min > 0"]],
  ],
  [
    "log of a negative int",
    oneParameter({ type: "int", min: -1, max: 5, scale: "log" }),
    [["parameters.p.min", "at least 0", "-1", "log scale"]],
  ],
  [
    "reverse-log beyond its range",
    oneParameter({ type: "float", min: -0.1, max: 1, scale: "reverse-log" }),
    [
      ["parameters.p.min", "at least 0", "-0.1", "reverse-log"],
      ["parameters.p.max", "less than 1", "1 (number)", "reverse-log"],
    ],
  ],
  [
    "reverse-log of an int",
    oneParameter({ type: "int", min: 0, max: 5, scale: "reverse-log" }),
    [["parameters.p.scale", "linear or log", "reverse-log", "float"]],
  ],
  [
    "a scale unknown",
    oneParameter(floatParameter({ scale: "logarithmic" })),
    [["parameters.p.scale", "linear, log", "logarithmic", '"log"']],
  ],
  ["a step of nothing", oneParameter(floatParameter({ step: 0 })), [["parameters.p.step", "more than 0", "0"]]],
  ["a step too long", oneParameter(floatParameter({ step: 2 })), [["parameters.p.step", "at most max − min, 1", "2"]]],
  ["a default outside", oneParameter(floatParameter({ default: 2 })), [["parameters.p.default", "from 0 to 1", "2"]]],
  [
    "a default between two levels",
    oneParameter(floatParameter({ step: 0.25, default: 0.3 })),
    [["parameters.p.default", "steps of 0.25", "0.3"]],
  ],
  ["no values", oneParameter({ type: "categorical", values: [] }), [["parameters.p.values", "at least 1 item", "[]"]]],
  [
    "values twice, a list among them",
    oneParameter({ type: "ordinal", values: [1, 2, 1, 2] }),
    [
      ["parameters.p.values.2", "not in the list already", "1"],
      ["parameters.p.values.3", "not in the list already", "2"],
    ],
  ],
  [
    "a value that is no scalar",
    oneParameter({ type: "categorical", values: ["a", ["b"]] }),
    [["parameters.p.values.1", "a text, a number", '["b"] (list of 1)']],
  ],
  [
    "a default that is none of the values",
    oneParameter({ type: "categorical", values: ["a", "b"], default: "c" }),
    [["parameters.p.default", 'one of ["a","b"]', '"c"']],
  ],
  [
    "bounds of a categorical",
    oneParameter({ type: "categorical", values: ["a"], min: 0 }),
    [["parameters.p.min", "one of the keys type, values", '"min"']],
  ],

  // conditions
  [
    "an unknown parent",
    parameters({
      optimizer: { type: "categorical", values: ["sgd"] },
      m: floatParameter({ when: { optimiser: "sgd" } }),
    }),
    [["parameters.m.when.optimiser", "the name of a parameter", "optimiser", '"optimizer"']],
  ],
  [
    "values that the parents never take",
    parameters({
      o: { type: "categorical", values: ["sgd", "adam"] },
      n: { type: "int", min: 1, max: 5, step: 2 },
      m: floatParameter({ when: { o: "adm", n: [1, 2, 7], x: 2 } }),
    }),
    [
      ["parameters.m.when.o", "a value that o can take", '"adm"'],
      ["parameters.m.when.n.1", "steps of 2", "2"],
      ["parameters.m.when.n.2", "from 1 to 5", "7"],
      ["parameters.m.when.x", "from 0 to 1", "2"],
    ],
  ],
  [
    "a parent without a value",
    parameters({ o: { type: "categorical", values: ["sgd"] }, m: floatParameter({ when: { o: null } }) }),
    [["parameters.m.when.o", "a value that o can take", "null"]],
  ],
  [
    "two cycles, one of them alone",
    parameters({
      a: { type: "int", min: 0, max: 1, when: { c: 1 } },
      b: { type: "int", min: 0, max: 1, when: { a: 1 } },
      c: { type: "int", min: 0, max: 1, when: { b: 1 } },
      d: { type: "int", min: 0, max: 1, when: { d: 1 } },
    }),
    [
      ["parameters.a.when", "depends on itself", "a → c → b → a"],
      ["parameters.d.when", "depends on itself", "d → d"],
    ],
  ],
  [
    "a list of no values",
    parameters({ m: floatParameter({ when: { x: [] } }) }),
    [["parameters.m.when.x", "at least 1 item", "[]"]],
  ],

  // constraints and outcomes
  [
    "constraints of several kinds of wrong",
    studyWith({ constraints: ["x + y < 1", "x <", "x", 3] }),
    [
      ["constraints.0", "the name of a parameter", 'y in "x + y < 1"'],
      ["constraints.1", "an expression", "x <"],
      ["constraints.2", "", "x"],
      ["constraints.3", "a text", "3 (number)"],
    ],
  ],
  ["a constraint not in a list", studyWith({ constraints: "x < 1" }), [["constraints", "a list", '"x < 1"', "list"]]],
  [
    "outcomes without a bound, and with swapped ones",
    studyWith({ outcomes: [{ metric: "a" }, { metric: "b", min: 2, max: 1 }] }),
    [
      ["outcomes.0", "min, max, or both", '"a"'],
      ["outcomes.1.max", "at least min, 2", "1", "swapped"],
    ],
  ],
  [
    "more fixed than a trial can be sent",
    studyWith({ fixed: { text: "x".repeat(131_072) } }),
    [["fixed", "at most 131072 bytes", "131083 bytes", "into a file"]],
  ],
  [
    "as much in characters of three bytes",
    studyWith({ fixed: { text: "字".repeat(43_690) } }),
    [["fixed", "at most 131072 bytes", "131081 bytes"]],
  ],
  ["a name fixed and tuned", studyWith({ fixed: { x: 1 } }), [["fixed.x", "no parameter has", "1", "not both"]]],
  ["a context that is no number", studyWith({ context: { rows: "many" } }), [["context.rows", "a number", '"many"']]],

  // numbers
  [
    "counts out of bounds",
    studyWith({ seed: -1, trials: 0, parallel: 10_001, retries: 10 }),
    [
      ["seed", "at least 0", "-1"],
      ["trials", "at least 1", "0"],
      ["parallel", "at most 10000", "10001"],
      ["retries", "at most 9", "10"],
    ],
  ],
  ["a seed beyond 2^53", studyWith({ seed: 2 ** 53 }), [["seed", "at most 9007199254740991", "9007199254740992"]]],
  ["trials in quotes", studyWith({ trials: "60" }), [["trials", "a whole number", '"60"', "60 without quotes"]]],
  ["trials without a value", studyWith({ trials: null }), [["trials", "a whole number", "null", "without a value"]]],
  [
    "durations",
    studyWith({ budget: { wallClock: "30 min", trialTimeout: -1 } }),
    [
      ["budget.wallClock", "a duration", '"30 min"', "30m"],
      ["budget.trialTimeout", "a duration", "-1"],
    ],
  ],
  [
    "durations of nothing, and in quotes",
    studyWith({ budget: { wallClock: "0s", trialTimeout: "30" } }),
    [
      ["budget.wallClock", "more than 0", '"0s"'],
      ["budget.trialTimeout", "a duration", '"30"', "30s"],
    ],
  ],
  ["a share without the sign", studyWith({ failures: { max: 0.2 } }), [["failures.max", "percentage", "0.2", "20%"]]],
  ["more than all", studyWith({ failures: { max: "120%" } }), [["failures.max", "0% to 100%", '"120%"']]],
  [
    "stopping",
    studyWith({ stopping: { noProgress: 0, target: "0.1", regret: 0 } }),
    [
      ["stopping.noProgress", "at least 1", "0"],
      ["stopping.target", "a number", '"0.1"', "0.1 without quotes"],
      ["stopping.regret", "more than 0", "0"],
    ],
  ],
  [
    "what several objectives cannot have",
    studyWith({
      metrics: [
        { name: "a", goal: "minimize" },
        { name: "b", goal: "minimize" },
      ],
      stopping: { target: 1, noProgress: 5, regret: 0.1 },
    }),
    [
      ["stopping.target", "one objective", "2 objectives", "remove target"],
      ["stopping.noProgress", "not yet", "2 objectives", "remove it"],
      ["stopping.regret", "one objective", "2 objectives", "remove regret"],
    ],
  ],

  // enqueue
  [
    "enqueued trials",
    studyWith({
      parameters: {
        rate: floatParameter({}),
        o: { type: "categorical", values: ["sgd", "adam"] },
        d: { type: "categorical", values: ["sgd", "adam"], default: "adam" },
        m: floatParameter({ when: { o: "sgd" } }),
        n: floatParameter({ when: { d: ["sgd"] } }),
      },
      constraints: ["rate < 0.5 or rate > 0.9", "rate < 0.7"],
      enqueue: [{ rat: 1 }, { rate: 2 }, { m: 0 }, { o: "adam", m: 0 }, { n: 0 }, { rate: [1] }, { rate: 0.8 }, 3],
    }),
    [
      ["enqueue.0.rat", "the name of a parameter", '"rat"', '"rate"'],
      ["enqueue.1.rate", "from 0 to 1", "2"],
      ["enqueue.2.m", 'o: "sgd"', "0", 'enqueue o: "sgd" with it'],
      ["enqueue.3.m", 'o: "sgd"', "0", 'o is "adam" here'],
      ["enqueue.4.n", 'd: "sgd"', "0", 'd is "adam" here'],
      ["enqueue.5.rate", "a text, a number", "[1]"],
      ["enqueue.6", "rate < 0.5 or rate > 0.9", '{"rate":0.8}'],
      ["enqueue.6", "rate < 0.7", '{"rate":0.8}'],
      ["enqueue.7", "a mapping", "3"],
    ],
  ],

  // runner
  ["no runner in it", studyWith({ runner: {} }), [["runner", "one of function, command", "{}"]]],
  [
    "three local runners",
    studyWith({ runner: { http: "http://localhost", function: "./t.mjs", command: "x", lambda: "t" } }),
    [
      ["runner.http", "one local runner", "http beside function"],
      ["runner.command", "one local runner", "command beside function"],
    ],
  ],
  [
    "two runners for AWS",
    studyWith({ runner: { command: "x", callback: "c", lambda: "t", batch: "b" } }),
    [
      ["runner.callback", "one runner for AWS", "callback beside lambda"],
      ["runner.batch", "one runner for AWS", "batch beside lambda"],
    ],
  ],
  [
    "the ARN of a queue",
    studyWith({ runner: { batch: "arn:aws:batch:eu-west-1:1:job-queue/q" } }),
    [["runner.batch", "a name", "arn:aws", "not its ARN"]],
  ],
  [
    "empty and ill-formed runners",
    studyWith({ runner: { command: [], lambda: "arn:aws:lambda:eu-west-1:1:function:t" } }),
    [
      ["runner.command", "a command line", "[]"],
      ["runner.lambda", "a name", "arn:aws", "not its ARN"],
    ],
  ],
  [
    "external workers beside runners",
    studyWith({ runner: { external: true, command: "x", lambda: "t" } }),
    [
      ["runner.command", "external alone", "command beside external", "keep one"],
      ["runner.lambda", "external alone", "lambda beside external", "keep one"],
    ],
  ],
  [
    "external workers for replicates",
    studyWith({ runner: { external: true }, replicates: { final: 3 } }),
    [["replicates", "not yet", "external workers", "remove"]],
  ],
  [
    "memory that is no amount",
    studyWith({ runner: { command: "x", memory: "4g" } }),
    [["runner.memory", "MB, GB, MiB or GiB", "4g", "4GiB"]],
  ],
  [
    "memory of what is not started here",
    studyWith({ runner: { lambda: "train", memory: "4GiB" } }),
    [["runner.memory", "beside function or command", "beside lambda", "where it runs"]],
  ],
  [
    "memory of external workers",
    studyWith({ runner: { external: true, memory: "4GiB" } }),
    [["runner.memory", "beside function or command", "beside external"]],
  ],
  ["memory of nothing", studyWith({ runner: { memory: "4GiB" } }), [["runner", "one of function, command", "memory"]]],
  ["external that is false", studyWith({ runner: { external: false } }), [["runner.external", "true", "false"]]],
  ["an URL of another kind", studyWith({ runner: { http: "ftp://x" } }), [["runner.http", "http://", "ftp://x"]]],
  [
    "a runner unknown",
    studyWith({ runner: { comand: "x" } }),
    [["runner.comand", "one of the keys", "comand", '"command"']],
  ],

  [
    "money that is none",
    studyWith({ budget: { usd: 0, usdPerHour: -0.1 } }),
    [
      ["budget.usd", "more than 0", "0"],
      ["budget.usdPerHour", "at least 0", "-0.1"],
    ],
  ],
  [
    "money with its sign, and too much of it",
    studyWith({ budget: { usd: "$5", usdPerHour: 1e7 } }),
    [
      ["budget.usd", "dollars: a number without a sign", '"$5"'],
      ["budget.usdPerHour", "at most 1000000", "10000000"],
    ],
  ],
  ["money as a text", studyWith({ budget: { usd: "5.50" } }), [["budget.usd", "dollars", '"5.50"', "without quotes"]]],
  ["money by another word", studyWith({ budget: { dollars: 5 } }), [["budget.dollars", "one of the keys", "dollars"]]],
  ["no count of replicates", studyWith({ replicates: {} }), [["replicates.final", "a whole number", "nothing"]]],
  ["no replicates", studyWith({ replicates: { final: 0 } }), [["replicates.final", "at least 1", "0"]]],
  ["too many replicates", studyWith({ replicates: { final: 101 } }), [["replicates.final", "at most 100", "101"]]],
  [
    "replicates of something else",
    studyWith({ replicates: { final: 3, top: 3 } }),
    [["replicates.top", "one of the keys final", "top"]],
  ],
  [
    "replicates of a front",
    studyWith({
      metrics: [
        { name: "error", goal: "minimize" },
        { name: "ms", goal: "minimize" },
      ],
      replicates: { final: 3 },
    }),
    [["replicates.final", "one objective", "2 objectives", "remove replicates"]],
  ],

  // later features
  [
    "all that comes later",
    studyWith({
      warmStart: ["s"],
      checkpoint: true,
    }),
    [
      ["warmStart", "not yet", '["s"]', "remove"],
      ["checkpoint", "not yet", "true", "remove"],
    ],
  ],
  [
    "a fidelity by a rule that is not there",
    studyWith({ fidelity: { name: "epochs", min: 1, max: 3, rule: "sh", eta: 3 } }),
    [
      ["fidelity.rule", "asha", "sh"],
      ["fidelity.eta", "one of the keys", "eta"],
    ],
  ],
  [
    "a fidelity at odds with the rest",
    studyWith({ fidelity: { name: "x", min: 9, max: 9 }, stopping: { noProgress: 5, regret: 0.1, target: 0.1 } }),
    [
      ["fidelity.name", "a name that no parameter has", '"x"', "not both"],
      ["fidelity.max", "more than min, 9", "9", "swapped"],
      ["stopping.noProgress", "trained to the end (not yet", "fidelity", "remove"],
      ["stopping.regret", "trained to the end (not yet", "fidelity", "remove"],
    ],
  ],
  [
    "a median of several objectives",
    studyWith({
      metrics: [
        { name: "error", goal: "minimize" },
        { name: "size", goal: "minimize" },
      ],
      fidelity: { name: "epochs", min: 1, max: 9, rule: "median" },
    }),
    [["fidelity.rule", "other than median, which is for one objective", "median", "stop ranks"]],
  ],
  [
    "a fidelity without bounds",
    studyWith({ fidelity: { min: 0, max: "27" } }),
    [
      ["fidelity.min", "0", "0"],
      ["fidelity.max", "a number", '"27"'],
      ["fidelity.name", "a name", "nothing"],
    ],
  ],
  [
    "a strategy that ranks by one objective, and moves along numbers",
    studyWith({
      strategy: "cmaes",
      metrics: [
        { name: "error", goal: "minimize" },
        { name: "cost", goal: "minimize" },
      ],
      parameters: {
        x: floatParameter({}),
        flag: { type: "categorical", values: [true, false] },
        kind: { type: "categorical", values: ["a", "b", "c"] },
      },
    }),
    [
      ["strategy", "several objectives", "2 objectives", "bayesian"],
      ["strategy", "categories", '"kind", which has 3', "evolution"],
    ],
  ],
  ["a strategy unknown", studyWith({ strategy: "Random" }), [["strategy", "auto, bayesian", "Random", '"random"']]],

  // many at once, in the order of the file
  [
    "a file of a bad day",
    parse(`
      runner: { command: "x", functon: "y" }
      trials: 1e1.5
      parameters:
        lr:    { type: float, min: 0, max: -1, scale: log, stepp: 1 }
        kind:  { type: categorical, values: a }
        depth: { type: int, min: 1, max: 9, default: 10, when: { kind: a, lr: 5, colour: red } }
      metrics: [ { name: 1st, goal: up } ]
      constraints: [ "depth < kind", "depth < width" ]
      fixed: { depth: 3 }
    `),
    [
      ["runner.functon", "one of the keys", "functon", '"function"'],
      ["trials", "a whole number", "1e1.5"],
      ["parameters.lr.min", "more than 0", "0"],
      ["parameters.lr.max", "at least min, 0", "-1"],
      ["parameters.lr.stepp", "one of the keys", "stepp", '"step"'],
      ["parameters.kind.values", "a list", '"a"', "list"],
      ["parameters.depth.default", "from 1 to 9", "10"],
      ["parameters.depth.when.colour", "the name of a parameter", "colour"],
      ["metrics.0.name", "a name", "1st", "_1st"],
      ["metrics.0.goal", "minimize or maximize", "up"],
      ["constraints.1", "the name of a parameter", "width"],
      ["fixed.depth", "no parameter has", "3"],
    ],
  ],
];

describe("a wrong study file", () => {
  test("there are at least forty", () => {
    expect(FILES.length).toBeGreaterThanOrEqual(40);
  });

  test.each(FILES)("%s", (_, file, problems) => {
    const error = errorOf(file);
    expect(error.code).toBe("INVALID_STUDY");
    expect(error.issues.map(({ path }) => path)).toEqual(problems.map(([path]) => path));
    for (const [index, [, expected, got, hint]] of problems.entries()) {
      const issue = error.issues[index];
      expect(issue?.expected).toContain(expected);
      expect(issue?.got).toContain(got);
      if (hint !== undefined) expect(issue?.hint).toContain(hint);
    }
  });
});
