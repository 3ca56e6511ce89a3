import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter, ParameterValues, Scalar, SearchSpace } from "../../../lib/space/parameter.ts";
import { strategyFor } from "../../../lib/strategy/registry.ts";
import type { Observation, Pending, ProposeRequest } from "../../../lib/strategy/strategy.ts";
import type { StrategyName } from "../../../lib/study/spec.ts";
import { measuredValues } from "../../../lib/tuner/search/observation.ts";
import { type Example, examples, isActive } from "./random-spaces.ts";

/** Of 1,000 spaces each strategy gets a share, the smaller the more it costs. */
const SPACES: readonly (readonly [StrategyName, number])[] = [
  ["auto", 100],
  ["bayesian", 100],
  ["random", 250],
  ["sobol", 200],
  ["grid", 100],
  ["evolution", 100],
  ["cmaes", 100],
  ["manual", 50],
];

/** What comes of a trial: every number that a program may print, and none. */
type Result = "ordinary" | "constant" | "huge" | "small" | "failed" | "missing" | "NaN" | "infinite";

const RESULTS: Readonly<Record<Result, (x: number) => number | null>> = {
  ordinary: (x) => x,
  constant: () => 3,
  huge: (x) => (x - 0.5) * Number.MAX_VALUE,
  small: (x) => x * 1e-300,
  failed: () => null,
  missing: () => null,
  NaN: () => Number.NaN,
  infinite: (x) => (x < 0.5 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
};

interface Course {
  readonly seed: number;
  readonly budget: number | null;
  readonly batch: number;
  readonly goals: readonly ("minimize" | "maximize")[];
  readonly outcomes: readonly { readonly metric: string; readonly min?: number; readonly max?: number }[];
  /** How many trials are asked for, one after the other. */
  readonly asks: readonly number[];
  /** What comes of the trials, in turn; undefined stays pending. */
  readonly results: readonly { readonly kind: Result | undefined; readonly x: number }[];
  /** Trials before the first ask, by the fractions of the ranges at which they lie; beyond 0 … 1 is outside. */
  readonly imports: readonly (readonly number[])[];
}

const kind: fc.Arbitrary<Result | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant("ordinary") },
  fc.constantFrom(undefined, ...(Object.keys(RESULTS) as Result[])),
);
const result = fc.record({ kind, x: fc.double({ min: 0, max: 1, noNaN: true }) });
const course: fc.Arbitrary<Course> = fc.record({
  seed: fc.oneof(fc.nat(100), fc.maxSafeNat()),
  budget: fc.option(fc.integer({ min: 1, max: 200 })),
  batch: fc.integer({ min: 1, max: 20 }),
  goals: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom([["minimize" as const]], [["maximize" as const]]).map(([goals]) => goals!),
    },
    fc.array(fc.constantFrom("minimize" as const, "maximize" as const), { minLength: 2, maxLength: 3 }),
  ),
  outcomes: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.constantFrom([{ metric: "c", max: 0.5 }], [{ metric: "c", min: 1e300 }], [{ metric: "c", min: 0.2, max: 0.6 }]),
  ),
  asks: fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }) },
    fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 2 }),
  ),
  results: fc.oneof(
    { weight: 5, arbitrary: fc.array(result, { minLength: 1, maxLength: 8 }) },
    fc.constantFrom<Result>("failed", "constant", "huge").map((only) => [{ kind: only, x: 0.7 }]),
  ),
  imports: fc.array(fc.array(fc.double({ min: -0.2, max: 1.2, noNaN: true }), { minLength: 1, maxLength: 4 }), {
    maxLength: 8,
  }),
});

/** A parameter's value at a fraction of its range, which may lie outside of it. */
function importedValue(parameter: Parameter, at: number): Scalar {
  if ("values" in parameter) return parameter.values[Math.floor(at * parameter.values.length)] ?? "no choice";
  const value = parameter.min * (1 - at) + parameter.max * at;
  return parameter.type === "int" ? Math.round(value) : value;
}

function measured({ kind: what, x }: Course["results"][number], { goals, outcomes }: Course) {
  if (what === undefined) return null;
  const value = RESULTS[what](x);
  const names = goals.map((_, k) => `y${k}`);
  const metrics = Object.fromEntries([...names, "c"].map((name, k) => [name, k === 0 ? value : x]));
  const complete = what === "missing" ? {} : metrics;
  return measuredValues(what === "failed" ? null : complete, objectivesOf(goals), outcomes);
}

function objectivesOf(goals: Course["goals"]): ProposeRequest["objectives"] {
  return goals.map((goal, k) => ({ name: `y${k}`, goal }));
}

function expectValueOf(parameter: Parameter, value: Scalar | undefined): void {
  if ("values" in parameter) {
    expect(parameter.values).toContain(value);
    return;
  }
  const { min, max, step } = parameter;
  expect(typeof value).toBe("number");
  const x = value as number;
  expect(min <= x && x <= max, `${parameter.name}: ${x} in [${min}, ${max}]`).toBe(true);
  if (parameter.type === "int") {
    expect(Number.isSafeInteger(x), `${parameter.name}: ${x} is whole`).toBe(true);
    expect(x === max || (BigInt(x) - BigInt(min)) % BigInt(step ?? 1) === 0n, `${x} in steps from ${min}`).toBe(true);
  } else if (step !== undefined && x !== max) {
    expect(Math.abs((x - min) / step - Math.round((x - min) / step))).toBeLessThan(1e-6);
  }
}

function expectConfiguration(space: SearchSpace, values: ParameterValues): void {
  const active = space.parameters.filter(({ name }) => isActive(space, name, values));
  expect(Object.keys(values).sort()).toEqual(active.map(({ name }) => name).sort());
  for (const parameter of active) expectValueOf(parameter, values[parameter.name]);
  const { contains, satisfies } = compileSpace(space);
  expect(contains(values)).toBe(true);
  expect(satisfies(values), `${JSON.stringify(values)} within ${space.constraints.join(", ")}`).toBe(true);
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function expectExhausted(space: SearchSpace, taken: ReadonlySet<string>): void {
  const { cardinality, enumerate, satisfies, key } = compileSpace(space);
  if (cardinality > 2000) {
    expect(space.constraints.length, "a large space without constraints is never used up").toBeGreaterThan(0);
    return;
  }
  for (let index = 0; index < cardinality; index++) {
    const values = enumerate(BigInt(index));
    expect(taken.has(key(values)) || !satisfies(values), `left out: ${JSON.stringify(values)}`).toBe(true);
  }
}

/** Runs a study by the contract of a strategy, and holds every answer against it. */
function expectKept(name: StrategyName, { space, witness }: Example, plan: Course): void {
  const strategy = strategyFor(name);
  const { key } = compileSpace(space);
  const history: Observation[] = [];
  const pending: Pending[] = [];
  const taken = new Set<string>();
  let number = 0;
  let position = 0;
  let turn = 0;
  const end = (trial: Pending): void => {
    const ended = measured(plan.results[turn++ % plan.results.length]!, plan);
    if (ended === null) pending.push(trial);
    else history.push({ ...trial, ...ended });
  };
  const remembers = strategy.needsHistory(space);
  for (const at of plan.imports) {
    const parameters = Object.fromEntries(
      space.parameters.map((parameter, k) => [parameter.name, importedValue(parameter, at[k % at.length]!)]),
    );
    end({ number: ++number, parameters });
    if (remembers) taken.add(key(parameters));
  }
  for (const count of plan.asks) {
    const request: ProposeRequest = {
      space,
      objectives: objectivesOf(plan.goals),
      outcomes: plan.outcomes,
      seed: plan.seed,
      first: number + 1,
      count,
      position,
      history: remembers ? history.toSorted((a, b) => a.number - b.number) : [],
      pending: remembers ? [...pending] : [],
      budget: plan.budget,
      batch: plan.batch,
    };
    let answer: ReturnType<typeof strategy.propose>;
    try {
      answer = strategy.propose(request);
    } catch (error) {
      if (!(error instanceof PegboxError) || error.code !== "SPACE_EMPTY") throw error;
      // A grid may have no point that satisfies, or so few that it says it has not looked at all of them.
      const { cardinality } = compileSpace(space);
      const sparse =
        name === "grid" && (cardinality === Number.POSITIVE_INFINITY || error.message.includes("no proof"));
      expect(witness === null || sparse, `${error.message}\n${JSON.stringify(witness)}`).toBe(true);
      return;
    }
    expect(answer.suggestions.length).toBeLessThanOrEqual(count);
    expect(answer.exhausted).toBe(answer.suggestions.length < count);
    for (const { parameters, decision } of answer.suggestions) {
      expectConfiguration(space, parameters);
      expect(taken.has(key(parameters)), `new: ${JSON.stringify(parameters)}`).toBe(false);
      taken.add(key(parameters));
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      expect(numbersIn(decision).every(Number.isFinite), JSON.stringify(decision)).toBe(true);
    }
    if (answer.exhausted && name !== "manual" && name !== "grid") expectExhausted(space, taken);
    const trials = answer.suggestions.map(({ parameters }) => ({ number: ++number, parameters }));
    position += trials.length;
    // Told last to first: batches end in any order.
    for (const trial of trials.reverse()) end(trial);
  }
}

describe("in any space, whatever comes of the trials", () => {
  it.each(SPACES)("%s proposes what may be tried, and nothing twice, in %i spaces", (name, numRuns) => {
    fc.assert(
      fc.property(examples, course, (example, plan) => expectKept(name, example, plan)),
      { seed: 1, numRuns },
    );
  });
});
