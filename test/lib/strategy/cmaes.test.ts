import { describe, expect, test } from "vitest";
import type { Parameter, ParameterValues } from "../../../lib/space/parameter.ts";
import { cmaes } from "../../../lib/strategy/cmaes.ts";
import { random } from "../../../lib/strategy/random.ts";
import type { Observation, ProposeRequest, Strategy } from "../../../lib/strategy/strategy.ts";
import { floats, ints, propose, request } from "./requests.ts";

type Objective = (values: ParameterValues) => number | null;

/** Asks `batch` at a time and tells all of a batch before the next. */
function run(
  strategy: Strategy,
  parameters: readonly Parameter[],
  objective: Objective,
  rest: Partial<ProposeRequest> & { readonly trials: number },
): Observation[] {
  const { trials, batch = 10, ...other } = rest;
  const history: Observation[] = [];
  while (history.length < trials) {
    const { suggestions } = strategy.propose(
      request(parameters, {
        ...other,
        batch,
        count: batch,
        first: history.length + 1,
        position: history.length,
        history: [...history],
      }),
    );
    if (suggestions.length === 0) break;
    for (const { parameters: values } of suggestions) {
      const value = objective(values);
      history.push({ number: history.length + 1, parameters: values, values: value === null ? null : [value] });
    }
  }
  return history;
}

const best = (history: readonly Observation[]): number =>
  Math.min(...history.map(({ values }) => values?.[0] ?? Number.POSITIVE_INFINITY));
const numbers = (values: ParameterValues): number[] => Object.values(values) as number[];
const bowl =
  (centre: number): Objective =>
  (values) =>
    numbers(values).reduce((sum, x) => sum + (x - centre) ** 2, 0);

describe("cmaes", () => {
  test("starts from the defaults, then draws about them", () => {
    const parameters = floats(3).map((parameter) => ({ ...parameter, default: 0.9 })) as Parameter[];
    const [first, ...others] = cmaes.propose(request(parameters, { count: 10 })).suggestions;
    expect(first).toEqual({
      parameters: { x0: 0.9, x1: 0.9, x2: 0.9 },
      decision: { strategy: "cmaes", mode: "initial" },
    });
    expect(others.every(({ decision }) => decision["mode"] === "draw" && decision["run"] === 0)).toBe(true);
    const mean = others.reduce((sum, { parameters: values }) => sum + (values["x0"] as number), 0) / others.length;
    expect(mean).toBeGreaterThan(0.7);
  });

  test("comes to the last digits of a bowl, and of a slope into a corner of the cube", () => {
    expect(best(run(cmaes, floats(5), bowl(0.37), { trials: 800 }))).toBeLessThan(1e-9);
    const slope: Objective = (values) => numbers(values).reduce((sum, x, k) => sum + 10 ** k * (1 - x), 0);
    const inCorner = run(cmaes, floats(5), slope, { trials: 800 });
    expect(best(inCorner)).toBe(0);
    expect(new Set(inCorner.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(800);
  });

  test("one at a time and a batch at a time are the same search, where generations are whole batches", () => {
    const one = run(cmaes, floats(4), bowl(0.2), { trials: 40, batch: 1 });
    const eight = run(cmaes, floats(4), bowl(0.2), { trials: 40, batch: 8 });
    expect(eight.map(({ parameters }) => parameters)).toEqual(one.map(({ parameters }) => parameters));
  });

  test("the goal's sign is all that maximising changes", () => {
    const down = run(cmaes, floats(3), bowl(0.2), { trials: 30 });
    const up = run(cmaes, floats(3), (values) => -bowl(0.2)(values)!, {
      trials: 30,
      objectives: [{ name: "y", goal: "maximize" }],
    });
    expect(up.map(({ parameters }) => parameters)).toEqual(down.map(({ parameters }) => parameters));
  });

  test("goes on while trials of earlier generations are out, and bears those that never end", () => {
    const parameters = floats(4);
    const trials: { number: number; parameters: ParameterValues }[] = [];
    const lost = (number: number): boolean => number % 17 === 5;
    for (let number = 1; number <= 400; number++) {
      // Five are always out, and every seventeenth for ever.
      const ended = trials.filter((trial) => trial.number < number - 5 && !lost(trial.number));
      const history = ended.map((trial) => ({ ...trial, values: [bowl(0.6)(trial.parameters)!] }));
      const pending = trials.filter((trial) => trial.number >= number - 5 || lost(trial.number));
      const { suggestions } = cmaes.propose(
        request(parameters, { first: number, position: number - 1, history, pending, batch: 5 }),
      );
      trials.push({ number, parameters: suggestions[0]!.parameters });
    }
    expect(Math.min(...trials.map((trial) => bowl(0.6)(trial.parameters)!))).toBeLessThan(1e-4);
  });

  test("keeps every level within reach: integers, steps and flags beside floats", () => {
    const parameters: Parameter[] = [
      ...floats(2),
      ...ints(2, 20),
      { name: "flag", type: "categorical", values: [true, false] },
      { name: "width", type: "ordinal", values: [16, 32, 64, 128] },
    ];
    const objective: Objective = ({ x0, x1, n0, n1, flag, width }) =>
      ((x0 as number) - 0.3) ** 2 +
      ((x1 as number) - 0.8) ** 2 +
      ((n0 as number) - 17) ** 2 / 100 +
      ((n1 as number) - 3) ** 2 / 100 +
      (flag ? 0.5 : 0) +
      Math.abs(Math.log2(width as number) - 7) / 4;
    const seeds = [1, 2, 3];
    const found = seeds.map((seed) => best(run(cmaes, parameters, objective, { trials: 400, seed })));
    expect(Math.max(...found)).toBeLessThan(1e-3);
  });

  test("ranks failed trials behind all, and those that break an outcome constraint by how much", () => {
    const failing = run(cmaes, floats(3), (values) => ((values["x0"] as number) > 0.5 ? null : bowl(0.7)(values)), {
      trials: 300,
    });
    expect(best(failing)).toBeLessThan(0.041); // 0.04 at the edge
    expect(failing.slice(200).filter(({ values }) => values === null).length).toBeLessThan(80);

    const history: Observation[] = [];
    const outcomes = [{ metric: "heat", max: 0.5 }];
    for (let n = 0; n < 300; n += 10) {
      const { suggestions } = cmaes.propose(
        request(floats(3), { outcomes, batch: 10, count: 10, first: n + 1, position: n, history: [...history] }),
      );
      suggestions.forEach(({ parameters }, i) => {
        history.push({
          number: n + i + 1,
          parameters,
          values: [-(parameters["x0"] as number)],
          outcomes: [parameters["x0"] as number],
        });
      });
    }
    const within = history.map(({ outcomes: measured }) => measured![0]!).filter((heat) => heat <= 0.5);
    expect(Math.max(...within)).toBeGreaterThan(0.499);
  });

  test("draws within parameter constraints, and tries nothing of a finite space twice", () => {
    const space = { parameters: floats(2), constraints: ["x0 + x1 <= 0.4"] };
    const { suggestions } = cmaes.propose({ ...request(floats(2), { count: 30 }), space });
    expect(suggestions.every(({ parameters: { x0, x1 } }) => (x0 as number) + (x1 as number) <= 0.4)).toBe(true);

    const all = propose(cmaes, request(ints(2, 3)), 20, 4);
    expect(new Set(all.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(16);
    expect(all).toHaveLength(16);
  });

  test("restarts with twice the population once it has converged, and then finds more", () => {
    const plateau = run(cmaes, floats(1), () => 0, { trials: 250, batch: 1 });
    const { decision } = cmaes.propose(request(floats(1), { history: plateau, first: 251, position: 250 }))
      .suggestions[0]!;
    // 19 generations without a change: of 4 trials, then of 8, then the third run.
    expect(decision).toMatchObject({ run: 2, generation: Math.floor((250 - 19 * 4 - 15 * 8) / 16) });

    const wells: Objective = ({ x0 }) =>
      Math.min(((x0 as number) - 0.3) ** 2 + 0.5, 400 * ((x0 as number) - 0.95) ** 2);
    expect(best(run(cmaes, floats(1), wells, { trials: 240 }))).toBeGreaterThan(0.4);
    expect(best(run(cmaes, floats(1), wells, { trials: 1200 }))).toBeLessThan(0.1);
  });

  test("parameters without a choice are left alone, and a space without any is exhausted", () => {
    const fixed: Parameter = { name: "c", type: "int", min: 3, max: 3, scale: "linear" };
    const { suggestions } = cmaes.propose(request([fixed, ...floats(1)], { count: 3 }));
    expect(suggestions.map(({ parameters }) => parameters["c"])).toEqual([3, 3, 3]);
    expect(propose(cmaes, request([fixed]), 5, 1)).toHaveLength(1);
  });

  test("a parameter that is inactive does not hold the others up", () => {
    const parameters: Parameter[] = [
      { name: "deep", type: "categorical", values: [true, false] },
      ...floats(2),
      { name: "rate", type: "float", min: 0, max: 1, scale: "linear", when: { deep: [true] } },
    ];
    const objective: Objective = ({ deep, x0, x1, rate }) =>
      ((x0 as number) - 0.2) ** 2 + ((x1 as number) - 0.7) ** 2 + (deep ? ((rate as number) - 0.9) ** 2 : 0.3);
    expect(best(run(cmaes, parameters, objective, { trials: 500 }))).toBeLessThan(1e-5);
  });

  test("beats random search in hundreds of parameters", () => {
    const parameters = floats(300);
    const objective: Objective = (values) =>
      numbers(values).reduce((sum, x, k) => sum + (k % 20 === 0 ? (x - 0.8) ** 2 : 0), 0);
    const trials = { trials: 160, batch: 20 };
    expect(best(run(cmaes, parameters, objective, trials))).toBeLessThan(
      best(run(random, parameters, objective, trials)),
    );
  });
});
