import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import { studyJsonSchema } from "../../../lib/study/json-schema.ts";
import { parseStudy } from "../../../lib/study/study-file.ts";
import { errorOf, floatParameter, LEAST, specWith, studyWith } from "./file-builder.ts";

/** The sample of the documentation; lines marked `later` hold features of later versions. */
const SAMPLE = `
version: 1
name: digits-mlp
description: …
labels: { team: vision }
family: digits
metrics:
  - { name: error, goal: minimize }
parameters:
  learningRate: { type: float, min: 1.0e-5, max: 1, scale: log, default: 0.01 }
  layers:       { type: int, min: 1, max: 3 }
  batch:        { type: ordinal, values: [16, 32, 64, 128] }
  optimizer:    { type: categorical, values: [sgd, adam] }
  momentum:     { type: float, min: 0, max: 0.99, when: { optimizer: sgd } }
constraints: ["layers * batch <= 256"]        # over parameters
outcomes:    [{ metric: latencyMs, max: 50 }] # over metrics
fixed:       { dataset: digits }
context:     { rows: 1797 }
strategy: auto
seed: 7
trials: 60
parallel: 4
budget:
  usd: 2.50
  wallClock: 30m
  trialTimeout: 5m
stopping:
  target: 0.02
  noProgress: 20
  regret: 0.001
fidelity: { name: epochs, min: 1, max: 27, rule: asha } # later
retries: 2
failures: { max: 20% }
replicates: { final: 5 }
enqueue:  [{ learningRate: 0.01, layers: 1 }]
warmStart: [study-id] # later
runner:   { command: "python train.py", lambda: train }
`;

const today = (): unknown => parse(SAMPLE.replace(/^.*# later$/gm, ""));

describe("a good study file", () => {
  test("the least of it gets every default", () => {
    expect(parseStudy(LEAST, { runner: "file" })).toEqual({
      version: 1,
      name: "study",
      description: "",
      labels: {},
      family: "study",
      metrics: [{ name: "error", goal: "minimize" }],
      space: { parameters: [{ name: "x", type: "float", min: 0, max: 1, scale: "linear" }], constraints: [] },
      outcomes: [],
      fixed: {},
      context: {},
      strategy: "auto",
      seed: 0,
      trials: 50,
      parallel: 1,
      budget: { wallClock: null, trialTimeout: null },
      stopping: { target: null, noProgress: null, regret: null },
      retries: 2,
      failures: { max: null },
      enqueue: [],
      runner: { command: "python train.py" },
    });
  });

  test("the sample without later features is read whole", () => {
    expect(parseStudy(today(), { runner: "file" })).toEqual({
      version: 1,
      name: "digits-mlp",
      description: "…",
      labels: { team: "vision" },
      family: "digits",
      metrics: [{ name: "error", goal: "minimize" }],
      space: {
        parameters: [
          { name: "learningRate", type: "float", min: 1e-5, max: 1, scale: "log", default: 0.01 },
          { name: "layers", type: "int", min: 1, max: 3, scale: "linear" },
          { name: "batch", type: "ordinal", values: [16, 32, 64, 128] },
          { name: "optimizer", type: "categorical", values: ["sgd", "adam"] },
          { name: "momentum", type: "float", min: 0, max: 0.99, scale: "linear", when: { optimizer: ["sgd"] } },
        ],
        constraints: ["layers * batch <= 256"],
      },
      outcomes: [{ metric: "latencyMs", max: 50 }],
      fixed: { dataset: "digits" },
      context: { rows: 1797 },
      strategy: "auto",
      seed: 7,
      trials: 60,
      parallel: 4,
      budget: { wallClock: 1800, trialTimeout: 300, usd: 2.5 },
      stopping: { target: 0.02, noProgress: 20, regret: 0.001 },
      retries: 2,
      failures: { max: { fraction: 0.2 } },
      replicates: { final: 5 },
      enqueue: [{ learningRate: 0.01, layers: 1 }],
      runner: { command: "python train.py", lambda: "train" },
    });
  });

  test("the whole sample is refused for exactly the later features", () => {
    const { issues } = errorOf(parse(SAMPLE));
    expect(issues.map(({ path }) => path)).toEqual(["stopping.noProgress", "stopping.regret", "warmStart"]);
    for (const { expected } of issues) expect(expected).toContain("not yet");
  });

  test.each([
    ["a single value as a range", { parameters: { x: floatParameter({ min: 1, max: 1, default: 1 }) } }],
    ["log of an int from zero", { parameters: { x: { type: "int", min: 0, max: 9, scale: "log" } } }],
    ["reverse-log from zero", { parameters: { x: floatParameter({ max: 0.999, scale: "reverse-log" }) } }],
    ["a default on a level that binary misses", { parameters: { x: floatParameter({ step: 0.1, default: 0.3 }) } }],
    ["a default at the last level, off the steps", { parameters: { x: floatParameter({ step: 0.3, default: 1 }) } }],
    [
      "values of every kind",
      { parameters: { x: { type: "categorical", values: [1, "1", true, null], default: null } } },
    ],
    ["names that objects inherit", { parameters: { toString: floatParameter({}), constructor: floatParameter({}) } }],
    ["a command as a list", { runner: { command: ["python", "train.py"] } }],
    ["a limit of memory", { runner: { command: "python train.py", memory: "1.5GiB", lambda: "train" } }],
    ["a module and a Lambda", { runner: { function: "./trial.mjs", lambda: "digits" } }],
    ["a command and a job", { runner: { command: "python train.py", batch: "gpu" } }],
    ["a training job", { runner: { sagemaker: "training" } }],
    ["a callback", { runner: { callback: "cluster" } }],
    ["several objectives", { metrics: ["a", "b"].map((name) => ({ name, goal: "maximize" })), strategy: "sobol" }],
    [
      "two bounds on one metric",
      {
        outcomes: [
          { metric: "a", min: 0 },
          { metric: "a", max: 1 },
        ],
      },
    ],
    [
      "an enqueued child whose parent has a fitting default",
      {
        parameters: {
          o: { type: "categorical", values: ["a", "b"], default: "a" },
          x: floatParameter({ when: { o: ["a"] } }),
        },
        enqueue: [{ x: 0.5 }],
      },
    ],
    ["the largest seed", { seed: 2 ** 53 - 1 }],
  ])("%s", (_, more) => {
    expect(specWith(more).version).toBe(1);
  });

  test("parents stand before their children, and one value becomes a list", () => {
    const { space } = specWith({
      parameters: {
        c: floatParameter({ when: { b: [1, 2] } }),
        b: { type: "int", min: 1, max: 3, when: { a: "on" } },
        a: { type: "categorical", values: ["on", "off"] },
      },
    });
    expect(space.parameters.map(({ name, when }) => [name, when])).toEqual([
      ["a", undefined],
      ["b", { a: ["on"] }],
      ["c", { b: [1, 2] }],
    ]);
  });

  test.each([
    [{ wallClock: 90 }, { wallClock: 90, trialTimeout: null }],
    [
      { wallClock: "1.5h", trialTimeout: "250ms" },
      { wallClock: 5400, trialTimeout: 0.25 },
    ],
    [
      { wallClock: "2d", trialTimeout: "45s" },
      { wallClock: 172_800, trialTimeout: 45 },
    ],
  ])("durations %j", (budget, expected) => {
    expect(specWith({ budget }).budget).toEqual(expected);
  });

  test.each([
    [3, { count: 3 }],
    [0, { count: 0 }],
    ["12.5%", { fraction: 0.125 }],
    ["100%", { fraction: 1 }],
  ])("failures.max %j", (max, expected) => {
    expect(specWith({ failures: { max } }).failures.max).toEqual(expected);
  });

  test("a name is the default of the family", () => {
    expect(specWith({ name: "digits-2" }).family).toBe("digits-2");
  });
});

describe("over HTTP", () => {
  test("the id of a registered runner is taken", () => {
    const spec = parseStudy(studyWith({ runner: { lambda: "digits" } }), { runner: "registered" });
    expect(spec.runner).toEqual({ lambda: "digits" });
  });

  test.each([
    [{ command: "rm -rf /" }, ["runner.command"]],
    [{ command: "x", lambda: "digits" }, ["runner.command"]],
    [{ function: "./t.mjs" }, ["runner.function"]],
    [{ http: "http://169.254.169.254/" }, ["runner.http"]],
    [{ lambda: "arn:aws:lambda:eu-west-1:1:function:t" }, ["runner.lambda"]],
    [{ lambda: "https://example.org/" }, ["runner.lambda"]],
    [{ batch: "arn:aws:batch:eu-west-1:1:job-queue/q" }, ["runner.batch"]],
    [{ command: "x", callback: "https://sqs.example.org/1/q" }, ["runner.command", "runner.callback"]],
    [{ command: null }, ["runner.command"]],
  ])("%j is not allowed", (runner, paths) => {
    const error = errorOf(studyWith({ runner }), "registered");
    expect(error.code).toBe("RUNNER_NOT_ALLOWED");
    expect(error.issues.map(({ path }) => path)).toEqual(paths);
  });

  test("what else is wrong is listed too", () => {
    const error = errorOf(studyWith({ trials: 0, runner: { http: "x" } }), "registered");
    expect(error.code).toBe("RUNNER_NOT_ALLOWED");
    expect(error.issues.map(({ path }) => path)).toEqual(["runner.http", "trials"]);
  });

  test("no runner is an ordinary problem", () => {
    expect(errorOf(studyWith({ runner: {} }), "registered").code).toBe("INVALID_STUDY");
  });
});

describe("whatever comes", () => {
  test("a study or a PegboxError with issues, never anything else", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json().map((text) => JSON.parse(text)),
          fc.anything(),
        ),
        (input) => {
          expectStudyOrIssues(input);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("also where keys of the format hold anything", () => {
    const keys = [
      "metrics",
      "parameters",
      "constraints",
      "outcomes",
      "fixed",
      "enqueue",
      "runner",
      "budget",
      "failures",
    ];
    const words = fc.constantFrom(
      "float",
      "int",
      "categorical",
      "log",
      "x",
      "min",
      "max",
      "when",
      "type",
      "values",
      "goal",
    );
    const scalar = fc.oneof(words, fc.integer({ min: -3, max: 3 }), fc.double(), fc.constant(null), fc.boolean());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(words, fc.constant("__proto__")), tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value), (more) => {
        expectStudyOrIssues(studyWith(more));
      }),
      { numRuns: 500 },
    );
  });

  test("a value that holds itself is refused", () => {
    const endless: unknown[] = [];
    endless.push(endless, endless);
    expect(errorOf(studyWith({ fixed: { endless } })).code).toBe("INVALID_STUDY");
  });

  test("aliases that multiply are refused before they are walked", () => {
    let bomb: unknown = ["lol"];
    for (let level = 0; level < 12; level++) bomb = Array.from({ length: 9 }, () => bomb);
    expect(errorOf(studyWith({ fixed: { bomb } })).issues[0]?.expected).toContain("values");
  });

  test("the same file is the same study, and it is not touched", () => {
    const file = today();
    const before = JSON.stringify(file);
    expect(parseStudy(file, { runner: "file" })).toEqual(parseStudy(file, { runner: "file" }));
    expect(JSON.stringify(file)).toBe(before);
    expect(({} as Record<string, unknown>)["trials"]).toBeUndefined();
  });

  test("a thousand parameters, each the parent of the next", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [
        `p${i}`,
        { type: "int", min: 0, max: 1, ...(i < 999 ? { when: { [`p${i + 1}`]: 1 } } : {}) },
      ]),
    );
    expect(specWith({ parameters: chain }).space.parameters[0]?.name).toBe("p999");
  });
});

function expectStudyOrIssues(input: unknown): void {
  try {
    expect(parseStudy(input, { runner: "file" }).version).toBe(1);
  } catch (error) {
    if (!(error instanceof PegboxError)) throw error;
    expect(error.code).toBe("INVALID_STUDY");
    expect(error.issues.length).toBeGreaterThan(0);
    for (const { expected, got } of error.issues) expect(expected !== "" && got !== "").toBe(true);
  }
}

describe("the schema for editors", () => {
  test("the file that is checked in is current (npx tsx scripts/write-schema.ts)", async () => {
    const file = await readFile(new URL("../../../schema/study.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(studyJsonSchema())));
  });

  test("every key has a title and a hover text", () => {
    const bare: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      for (const [key, child] of Object.entries(node)) {
        if (key === "properties") {
          for (const [name, schema] of Object.entries(
            child as Record<string, { title?: string; description?: string }>,
          )) {
            if (!schema.title || !schema.description) bare.push(`${path}.${name}`);
          }
        }
        walk(child, `${path}.${key}`);
      }
    };
    walk(JSON.parse(JSON.stringify(studyJsonSchema())), "");
    expect(bare).toEqual([]);
  });

  test("nothing of a later version is offered", () => {
    const text = JSON.stringify(studyJsonSchema());
    for (const key of ["warmStart"]) expect(text).not.toContain(`"${key}"`);
  });
});

test("a fidelity is kept as it is, its rule filled in, and absent where there is none", () => {
  const { fidelity } = specWith({ fidelity: { name: "epochs", min: 1, max: 27 }, stopping: { target: 0.1 } });
  expect(fidelity).toEqual({ name: "epochs", min: 1, max: 27, rule: "asha" });
  expect(specWith({})).not.toHaveProperty("fidelity");
});
