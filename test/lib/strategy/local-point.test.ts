import { expect, it } from "vitest";
import type { Parameter, SearchSpace } from "../../../lib/space/parameter.ts";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { random } from "../../../lib/strategy/random.ts";
import type { Observation, ProposeRequest, Suggestion } from "../../../lib/strategy/strategy.ts";
import { floats, request } from "./requests.ts";

const PLACE = [0.43, 0.58];
const UNEVEN = 17;

/** A tilted bowl; its minimum is 0, at `PLACE`. */
function bowl(parameters: Observation["parameters"]): number {
  const [x, y] = Object.values(parameters).map((value, k) => Number(value) - PLACE[k]!);
  return UNEVEN * (x! + y!) ** 2 + (x! - y!) ** 2;
}

/** Random trials of a bowl, as many as make the next one even. */
function trialsOf(parameters: readonly Parameter[], value = bowl): Observation[] {
  return random.propose(request(parameters, { count: 15 })).suggestions.map((suggestion, i) => ({
    number: i + 1,
    parameters: suggestion.parameters,
    values: [value(suggestion.parameters)],
  }));
}

function next(parameters: readonly Parameter[], rest: Partial<ProposeRequest>): Suggestion {
  const first = (rest.history?.length ?? 0) + (rest.pending?.length ?? 0) + 1;
  return bayesian.propose(request(parameters, { first, position: first - 1, ...rest })).suggestions[0]!;
}

it("proposes the minimum of a quadratic once there are enough trials, and says so", () => {
  const { parameters, decision } = next(floats(2), { history: trialsOf(floats(2)) });
  expect(bowl(parameters)).toBeLessThan(1e-8);
  expect(decision).toEqual({
    strategy: "bayesian",
    mode: "local",
    mean: expect.any(Number),
    deviation: expect.any(Number),
    nearest: expect.any(Number),
  });
});

it("proposes the maximum of what is maximised, which is the same", () => {
  const history = trialsOf(floats(2));
  const negated = history.map((trial) => ({ ...trial, values: [-trial.values![0]!] }));
  const objectives = [{ name: "y", goal: "maximize" as const }];
  expect(next(floats(2), { history: negated, objectives })).toEqual(next(floats(2), { history }));
});

it("leaves every other trial to the model, and those beside pending ones", () => {
  const history = trialsOf(floats(2));
  const local = next(floats(2), { history });
  const told = [...history, { number: 16, parameters: local.parameters, values: [bowl(local.parameters)] }];
  expect(next(floats(2), { history: told }).decision["mode"]).toBe("ei");
  const pending = [{ number: 16, parameters: local.parameters }];
  expect(next(floats(2), { history, pending }).decision["mode"]).not.toBe("local");
});

it("looks through trials without a value and those of another range", () => {
  const failed = { number: 3, parameters: { x0: 0.9, x1: 0.1 }, values: null };
  const elsewhere = { number: 5, parameters: { x0: 7, x1: 0.1 }, values: [-9] };
  const history = trialsOf(floats(2)).map(
    (trial) => [failed, elsewhere].find((t) => t.number === trial.number) ?? trial,
  );
  const { parameters, decision } = next(floats(2), { history });
  expect(decision["mode"]).toBe("local");
  expect(bowl(parameters)).toBeLessThan(1e-8);
});

it("never breaks a parameter constraint", () => {
  const space: SearchSpace = { parameters: floats(2), constraints: ["x0 + x1 <= 0.8"] };
  const history = trialsOf(floats(2)).filter(
    ({ parameters }) => Number(parameters["x0"]) + Number(parameters["x1"]) <= 0.8,
  );
  const { parameters } = next(floats(2), { space, history, first: 16 });
  expect(Number(parameters["x0"]) + Number(parameters["x1"])).toBeLessThanOrEqual(0.8);
});

it.each<[string, readonly Parameter[], (history: readonly Observation[]) => readonly Observation[]]>([
  ["standard errors", floats(2), (trials) => trials.map((trial) => ({ ...trial, standardErrors: [0.01] }))],
  ["too few trials", floats(2), (trials) => trials.slice(0, 7)],
  ["noise", floats(2), (trials) => trials.map((t, i) => ({ ...t, values: [t.values![0]! + 3 * ((i * 7) % 5)] }))],
  [
    "whole numbers",
    [floats(1)[0]!, { name: "x1", type: "int", min: 0, max: 1000, scale: "linear" }],
    (trials) => trials,
  ],
])("leaves all to the model where there are %s", (_, parameters, change) => {
  const history = change(trialsOf(parameters));
  expect(next(parameters, { history, first: 16 }).decision["mode"]).toBe("ucb");
});
