import { describe, expect, test } from "vitest";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { proposeOnRungs } from "../../../lib/strategy/on-rungs.ts";
import { random } from "../../../lib/strategy/random.ts";
import type { Observation, ProposeRequest, Strategy } from "../../../lib/strategy/strategy.ts";
import { floats, request } from "./requests.ts";

const epochs = { name: "epochs", min: 1, max: 27, rule: "asha" } as const;

const seen = (number: number, x: number, fidelity: number, ...values: number[]): Observation => ({
  number,
  parameters: { x0: x },
  fidelity,
  values: values.length === 0 ? null : values,
});

function ask(history: readonly Observation[], rest: Partial<ProposeRequest> = {}, strategy: Strategy = random) {
  const asked = request(floats(1), { history, first: history.length + 1, ...rest });
  return proposeOnRungs(strategy, asked, epochs).suggestions;
}

describe("proposeOnRungs", () => {
  test("begins at the lowest rung", () => {
    expect(ask([], { count: 3 }).map(({ fidelity }) => fidelity)).toEqual([1, 1, 1]);
  });

  test("the best third climbs, with the same parameters", () => {
    const history = [seen(1, 0.1, 1, 5), seen(2, 0.2, 1, 1), seen(3, 0.3, 1, 9)];
    const [climb, fresh] = ask(history, { count: 2 });
    expect(climb).toEqual({
      parameters: { x0: 0.2 },
      fidelity: 3,
      decision: { strategy: "asha", mode: "climb", continues: 2 },
    });
    expect(fresh).toMatchObject({ fidelity: 1, decision: { strategy: "random" } });
  });

  test("what is on its way does not set out twice", () => {
    const history = [seen(1, 0.1, 1, 5), seen(2, 0.2, 1, 1), seen(3, 0.3, 1, 9)];
    const [only] = ask(history, { pending: [{ number: 4, parameters: { x0: 0.2 } }] });
    expect(only?.fidelity).toBe(1);
  });

  test("maximised objectives climb by the highest", () => {
    const history = [seen(1, 0.1, 1, 5), seen(2, 0.2, 1, 1), seen(3, 0.3, 1, 9)];
    const [climb] = ask(history, { objectives: [{ name: "y", goal: "maximize" }] });
    expect(climb?.decision).toMatchObject({ continues: 3 });
  });

  test("failed trials count among the three, and never climb", () => {
    const history = [seen(1, 0.1, 1), seen(2, 0.2, 1, 1), seen(3, 0.3, 1)];
    expect(ask(history)[0]?.decision).toMatchObject({ continues: 2 });
    expect(ask([seen(1, 0.1, 1), seen(2, 0.2, 1), seen(3, 0.3, 1)])[0]?.fidelity).toBe(1);
  });

  test("one that breaks an outcome constraint climbs after all that keep it", () => {
    const outcomes = [{ metric: "size", max: 10 }];
    const sized = (trial: Observation, size: number): Observation => ({ ...trial, outcomes: [size] });
    const history = [sized(seen(1, 0.1, 1, 1), 20), sized(seen(2, 0.2, 1, 5), 5), sized(seen(3, 0.3, 1, 9), 5)];
    expect(ask(history, { outcomes })[0]?.decision).toMatchObject({ continues: 2 });
  });

  test("of several objectives the front climbs", () => {
    const objectives = [
      { name: "a", goal: "minimize" as const },
      { name: "b", goal: "minimize" as const },
    ];
    const history = [
      seen(1, 0.1, 1, 1, 9),
      seen(2, 0.2, 1, 9, 1),
      ...[3, 4, 5, 6].map((number) => seen(number, number / 10, 1, 10, 10)),
    ];
    const continues = ask(history, { objectives, count: 2 }).map(({ decision }) => decision.continues);
    expect(continues.sort()).toEqual([1, 2]);
  });

  test("of those that break an outcome constraint the one that breaks it least climbs first", () => {
    const outcomes = [{ metric: "size", max: 10 }];
    const sized = (trial: Observation, size: number): Observation => ({ ...trial, outcomes: [size] });
    const history = [sized(seen(1, 0.1, 1, 1), 30), sized(seen(2, 0.2, 1, 9), 11), sized(seen(3, 0.3, 1, 5), 20)];
    expect(ask(history, { outcomes })[0]?.decision).toMatchObject({ continues: 2 });
  });

  test("of a front that is larger than the third, the ends climb before what is between", () => {
    const objectives = [
      { name: "a", goal: "minimize" as const },
      { name: "b", goal: "minimize" as const },
    ];
    const front = [1, 2, 3, 4, 5, 6].map((a) => seen(a, a / 10, 1, a, 7 - a));
    const continues = ask(front, { objectives, count: 2 }).map(({ decision }) => decision.continues);
    expect(continues.sort()).toEqual([1, 6]);
  });

  test("by Hyperband trials begin on all rungs, and climb past those alone that began where they did", () => {
    const hyperband = { ...epochs, rule: "hyperband" } as const;
    const propose = (history: readonly Observation[], count: number) =>
      proposeOnRungs(random, request(floats(1), { history, first: history.length + 1, count }), hyperband).suggestions;
    expect(propose([], 6).map(({ fidelity }) => fidelity)).toEqual([1, 3, 1, 9, 1, 27]);
    const low = [seen(1, 0.1, 1, 5), seen(2, 0.2, 1, 4), seen(3, 0.3, 1, 9)];
    const high = [seen(4, 0.4, 3, 1), seen(5, 0.5, 3, 2)];
    const [climb, fresh] = propose([...low, ...high], 2);
    expect(climb).toMatchObject({ fidelity: 3, decision: { strategy: "hyperband", mode: "climb", continues: 2 } });
    expect(fresh?.decision).toMatchObject({ strategy: "random" });
  });

  test("what failed higher up is a failure to the strategy", () => {
    const requests: ProposeRequest[] = [];
    const spy: Strategy = {
      ...random,
      propose: (asked) => {
        requests.push(asked);
        return random.propose(asked);
      },
    };
    ask([seen(1, 0.1, 1, 1), seen(1, 0.1, 3), seen(2, 0.2, 1, 2), seen(3, 0.3, 1, 3)], {}, spy);
    expect(requests[0]?.history.map(({ number, values }) => [number, values?.length ?? null])).toEqual([
      [1, null],
      [2, 1],
      [3, 1],
    ]);
  });

  test("an import without a fidelity was trained to the end", () => {
    const { fidelity: _, ...imported } = seen(1, 0.1, 1, 1);
    const own = [seen(2, 0.2, 1, 5), seen(3, 0.3, 1, 9)];
    expect(ask([imported, ...own])[0]?.decision).toMatchObject({ continues: 2 });
    expect(ask([seen(1, 0.1, 1, 1), ...own])[0]?.decision).toMatchObject({ continues: 1 });
  });

  // The minimum moves from 0.35 to 0.3 as training goes on, and the level falls, or rises.
  test.each([
    ["falls", 1],
    ["rises", -1],
  ])("finds the optimum of whole trainings at the price of a few, where the level %s with training", (_, sign) => {
    const train = (x: number, length: number): number => (x - 0.3 - 0.05 / length) ** 2 + sign / length;
    const history: Observation[] = [];
    let spent = 0;
    for (let number = 1; spent < 8; number++) {
      const [next] = ask(history, { first: number }, bayesian);
      const x = next!.parameters.x0 as number;
      history.push(seen(number, x, next!.fidelity!, train(x, next!.fidelity!)));
      spent += next!.fidelity! / 27;
    }
    const whole = history.filter(({ fidelity }) => fidelity === 27);
    const best = whole.reduce((a, b) => (a.values![0]! < b.values![0]! ? a : b));
    expect(whole.length).toBeGreaterThan(1);
    expect(Math.abs((best.parameters.x0 as number) - 0.3)).toBeLessThan(0.02);
  });
});
