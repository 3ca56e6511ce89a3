import { parseDuration } from "../duration.ts";
import { strategyLimits } from "../strategy-limits.ts";
import { LONGEST_FIXED } from "./limits.ts";
import { expectedUntilThen } from "./not-yet.ts";
import type { Parts } from "./parts.ts";
import { type Path, type Problem, problem, valueAt } from "./problem.ts";
import { render } from "./render.ts";

/** What the keys of a study must be to each other. */
export function studyProblems(parts: Parts, input: unknown): readonly Problem[] {
  return [
    ...metricProblems(parts),
    ...outcomeProblems(parts, input),
    ...fixedProblems(parts),
    ...objectiveCountProblems(parts, input),
    ...strategyProblems(parts),
    ...budgetProblems(parts),
    ...fidelityProblems(parts),
    ...runnerProblems(input),
  ];
}

const PROTO = "__proto__"; // matches the pattern of names, and is none: no JSON object could hold its value

function metricProblems({ metrics, outcomes }: Parts): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, { name }] of metrics) {
    if (seen.has(name))
      problems.push(problem(["metrics", index, "name"], "a name that no other metric has", render(name)));
    seen.add(name);
    if (name === PROTO) problems.push(problem(["metrics", index, "name"], "another name", render(name)));
  }
  for (const [index, { metric }] of outcomes) {
    if (metric === PROTO) problems.push(problem(["outcomes", index, "metric"], "another name", render(metric)));
  }
  return problems;
}

function outcomeProblems({ outcomes }: Parts, input: unknown): readonly Problem[] {
  return [...outcomes].flatMap(([index, { min, max }]) => {
    const path = ["outcomes", index];
    if (valueAt(input, [...path, "min"]) === undefined && valueAt(input, [...path, "max"]) === undefined) {
      return [problem(path, "min, max, or both", render(valueAt(input, path)))];
    }
    if (min !== undefined && max !== undefined && min > max) {
      return [problem([...path, "max"], `at least min, ${min}`, render(max), "are min and max swapped?")];
    }
    return [];
  });
}

/** A trial gets both in one breath: a name that is fixed and tuned would leave open which value holds. */
function fixedProblems({ plain, parameters, flawed }: Parts): readonly Problem[] {
  const bytes = new TextEncoder().encode(JSON.stringify(plain.fixed ?? {})).length;
  if (bytes > LONGEST_FIXED) {
    const hint = "every trial is sent it: put what is long into a file, and its place here";
    return [problem(["fixed"], `at most ${LONGEST_FIXED} bytes as JSON`, `${bytes} bytes`, hint)];
  }
  return Object.entries(plain.fixed ?? {}).flatMap(([name, value]) =>
    parameters.has(name) || flawed.has(name)
      ? [problem(["fixed", name], "a name that no parameter has", render(value), "it is fixed or tuned, not both")]
      : [],
  );
}

function objectiveCountProblems({ plain }: Parts, input: unknown): readonly Problem[] {
  const metrics = valueAt(input, ["metrics"]);
  if (!Array.isArray(metrics) || metrics.length < 2) return [];
  const several = `${metrics.length} objectives`;
  const problems: Problem[] = [];
  for (const key of ["target", "regret"] as const) {
    if (plain.stopping?.[key] === undefined) continue;
    const hint = `remove ${key}, or all metrics but one`;
    problems.push(problem(["stopping", key], "a study with one objective", several, hint));
  }
  if (plain.replicates !== undefined) {
    const hint = "remove replicates, or all metrics but one";
    problems.push(problem(["replicates", "final"], "a study with one objective", several, hint));
  }
  if (plain.stopping?.noProgress !== undefined) {
    const expected = expectedUntilThen("one objective", "noProgress for several");
    problems.push(problem(["stopping", "noProgress"], expected, several, "remove it for now"));
  }
  return problems;
}

function strategyProblems({ plain, metrics, parameters }: Parts): readonly Problem[] {
  return strategyLimits(plain.strategy ?? "auto", metrics.size, parameters).map(({ expected, got }) =>
    problem(["strategy"], expected, got, "choose auto, bayesian or evolution"),
  );
}

function budgetProblems({ plain }: Parts): readonly Problem[] {
  return (["wallClock", "trialTimeout"] as const).flatMap((key) => {
    const value = plain.budget?.[key];
    if (value === undefined || parseDuration(value) !== 0) return [];
    return [problem(["budget", key], "a duration of more than 0", render(value))];
  });
}

function fidelityProblems({ plain, parameters, flawed, metrics, outcomes }: Parts): readonly Problem[] {
  const { fidelity, stopping } = plain;
  if (fidelity === undefined) return [];
  const { name, min, max, rule } = fidelity;
  const problems: Problem[] = [];
  if (min >= max) {
    problems.push(problem(["fidelity", "max"], `more than min, ${min}`, render(max), "are min and max swapped?"));
  }
  if (parameters.has(name) || flawed.has(name)) {
    const hint = "it is tuned, or it is how far trials train, not both";
    problems.push(problem(["fidelity", "name"], "a name that no parameter has", render(name), hint));
  }
  if (rule === "median" && metrics.size + outcomes.size > 1) {
    const hint = "stop ranks trials within several";
    const expected = "a rule other than median, which is for one objective without outcomes";
    problems.push(problem(["fidelity", "rule"], expected, "median", hint));
  }
  for (const key of ["noProgress", "regret"] as const) {
    if (stopping?.[key] === undefined) continue;
    const expected = expectedUntilThen("trials that are all trained to the end", `${key} with a fidelity`);
    problems.push(problem(["stopping", key], expected, "a fidelity", "remove it for now"));
  }
  return problems;
}

const LOCAL_KEYS = ["function", "command", "http"] as const;
const CLOUD_KEYS = ["lambda", "batch", "sagemaker", "callback"] as const;

function runnerProblems(input: unknown): readonly Problem[] {
  const runner = valueAt(input, ["runner"]);
  if (typeof runner !== "object" || runner === null || Array.isArray(runner)) return [];
  const path: Path = ["runner"];
  if (Object.keys(runner).every((key) => key === "memory")) {
    return [problem(path, `one of ${[...LOCAL_KEYS, ...CLOUD_KEYS].join(", ")} or external`, render(runner))];
  }
  if (Object.hasOwn(runner, "external")) {
    const others = [...LOCAL_KEYS, ...CLOUD_KEYS].filter((key) => Object.hasOwn(runner, key));
    const beside: Problem[] = others.map((key) =>
      problem([...path, key], "external alone, or no external", `${key} beside external`, "keep one of them"),
    );
    beside.push(...memoryProblems(runner));
    if (valueAt(input, ["replicates"]) === undefined) return beside;
    const expected = expectedUntilThen("a study with a runner", "replicates by external workers");
    return [...beside, problem(["replicates"], expected, "external workers", "remove it for now")];
  }
  const among = (keys: readonly string[], expected: string, hint: string): readonly Problem[] => {
    const [first, ...more] = keys.filter((key) => Object.hasOwn(runner, key));
    return more.map((key) => problem([...path, key], expected, `${key} beside ${first}`, hint));
  };
  return [
    ...memoryProblems(runner),
    ...among(LOCAL_KEYS, "one local runner", "keep one of them; lambda may stand beside it"),
    ...among(CLOUD_KEYS, "one runner for AWS", "keep one of them; command may stand beside it"),
  ];
}

/** Only what Pegbox starts on this machine can it hold to an amount of memory. */
function memoryProblems(runner: object): readonly Problem[] {
  if (!Object.hasOwn(runner, "memory")) return [];
  if (Object.hasOwn(runner, "function") || Object.hasOwn(runner, "command")) return [];
  const hint = "remove it: what a server, a worker or a runner on AWS may hold is set where it runs";
  const got = Object.keys(runner).find((key) => key !== "memory");
  return [problem(["runner", "memory"], "memory beside function or command", `memory beside ${got}`, hint)];
}
