import { parse } from "yaml";
import { formatIssues } from "../lib/study/format-issues.ts";
import { parseStudy } from "../lib/study/study-file.ts";

const t = (y: string, r: "file" | "registered" = "file") => {
  try {
    console.log(JSON.stringify(parseStudy(parse(y), { runner: r })));
  } catch (e: any) {
    console.log(e.code, e.message);
    if (!e.issues?.length) console.log(e.stack);
    console.log(formatIssues(e.issues));
  }
  console.log("---");
};
t(`
version: 1
name: digits-mlp
description: …
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
fixed:       { dataset: digits }              # passed through to every trial
context:     { rows: 1797 }                   # numbers that describe the problem; laws are found across studies by these
strategy: auto
seed: 7
trials: 60
parallel: 4
budget:   { usd: 2.50, wallClock: 30m, trialTimeout: 5m }
stopping: { target: 0.02, noProgress: 20, regret: 0.001 }
fidelity: { name: epochs, min: 1, max: 27, rule: asha }
retries: 2
failures: { max: 20% }
replicates: { final: 5 }
enqueue:  [{ learningRate: 0.01, layers: 1 }]
warmStart: [study-id]
runner:   { command: "python train.py", lambda: train }
`);
t(`
name: "my study"
metrics: { name: error, goal: minimise }
parameters:
  learning-rate: { type: float, min: "1e-5", max: 0.1 }
  lr: { type: float, min: 0, max: -1, scale: log, default: 3 }
  mom: { type: flaot, min: 0 }
  act: { type: categorical, choices: [relu], values: [a, a] }
  child: { type: int, min: 1.5, max: 2, when: { actt: a, act: b, lr: [1, -9], self: 1 } }
  a: { type: int, min: 1, max: 2, when: { b: 1 } }
  b: { type: int, min: 1, max: 2, when: { a: 1 } }
constraints: "a < b"
outcomes: [{metric: x}, {metric: y, min: 2, max: 1}]
parallell: 3
trials: "60"
budget: { wallClock: 30 min, trialTimeout: 0s }
failures: { max: 0.2 }
stopping: { noProgress: 0 }
strategy: cmaes
enqueue: [{ a: 1 , zz: 3, act: b}, 3]
fixed: { a: 1 }
runner: { batch: x, command: "", function: ./t.ts, http: ftp://x }
`);
t(
  `
metrics: [{ name: a, goal: minimize }, {name: b, goal: maximize}, {name: a, goal: minimize}]
parameters: { x: { type: float, min: 0, max: 1, step: 0.3, default: 0.6 }, y: {type: int, min: 0, max: 9, scale: log} }
constraints: ["x + z < 1", "x <", "x < 0.2", "y"]
enqueue: [ {x: 0.6, y: 1}]
strategy: bayesian
stopping: { target: 1 }
runner: { command: x, lambda: "arn:aws:lambda:x" }
`,
  "registered",
);
t("[]");
t("3");
t("");
t("{}");
