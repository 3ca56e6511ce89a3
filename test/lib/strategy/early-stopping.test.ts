import { describe, expect, test } from "vitest";
import { behind, type Curve, onRungs } from "../../../lib/strategy/early-stopping.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";

const STOP = { name: "epochs", min: 1, max: 27, rule: "stop" } as const;
const MEDIAN = { ...STOP, min: 2, rule: "median" } as const;
const ONE = { objectives: [{ name: "y", goal: "minimize" as const }] };
const MOST = { objectives: [{ name: "y", goal: "maximize" as const }] };
const TWO = { objectives: [...ONE.objectives, { name: "z", goal: "minimize" as const }] };

const at = (number: number, fidelity: number, ...values: number[]): Observation => ({
  number,
  parameters: {},
  fidelity,
  values: values.length === 0 ? null : values,
});

/** Trials 1 … that told a value of the first epoch each. */
const told = (...values: (number | readonly number[])[]): Curve[] =>
  values.map((value, i) => [at(i + 1, 1, ...[value].flat())]);

describe("the stopping form of successive halving", () => {
  test("ends on a rung who is behind, and says why", () => {
    expect(behind(STOP, ONE, [at(6, 1, 6)], told(1, 2, 3, 4, 5))).toBe("at epochs 1 it was not among the best of 6");
    expect(behind(STOP, ONE, [at(6, 1, 0)], told(1, 2, 3, 4, 5))).toBeNull();
    expect(behind(STOP, MOST, [at(6, 1, 6)], told(1, 2, 3, 4, 5))).toBeNull();
  });

  test("who equals the last that goes on goes on", () => {
    expect(behind(STOP, ONE, [at(6, 1, 2)], told(1, 2, 3, 4, 5))).toBeNull();
    expect(behind(STOP, ONE, [at(6, 1, 7)], told(7, 7, 7, 7, 7))).toBeNull();
  });

  test("asks once a rung, when it is reached, and never at the end", () => {
    const others = told(1, 2, 3, 4, 5).map(([point]) => [point!, at(point!.number, 3, 1), at(point!.number, 27, 1)]);
    expect(behind(STOP, ONE, [at(6, 1, 6), at(6, 2, 6)], others)).toBeNull();
    expect(behind(STOP, ONE, [at(6, 1, 6), at(6, 2, 6), at(6, 3, 6)], others)).not.toBeNull();
    expect(behind(STOP, ONE, [at(6, 27, 6)], others)).toBeNull();
    expect(behind({ ...STOP, min: 3 }, ONE, [at(6, 1, 6)], others)).toBeNull();
  });

  test("a loss that is none is behind all; with too few others it goes on", () => {
    expect(behind(STOP, ONE, [at(6, 1)], told(1, 2, 3, 4, 5))).not.toBeNull();
    expect(behind(STOP, ONE, [at(4, 1)], told(1, 2, 3))).toBeNull();
  });

  test("compares those that jump over a rung where they land", () => {
    expect(onRungs([at(1, 1, 1), at(1, 5, 2), at(1, 8, 3), at(1, 27, 4)], [1, 3, 9, 27])).toEqual([
      at(1, 1, 1),
      at(1, 5, 2),
      undefined,
      at(1, 27, 4),
    ]);
  });

  test("of several objectives the front goes on, and who is dominated ends", () => {
    const others = told([1, 9], [9, 1], [9, 9], [8, 9], [9, 8]);
    expect(behind(STOP, TWO, [at(6, 1, 0, 10)], others.slice(2))).toBeNull();
    expect(behind(STOP, TWO, [at(6, 1, 9, 9)], others)).not.toBeNull();
    expect(behind(STOP, TWO, [at(6, 1, 0, 0)], others)).toBeNull();
  });

  test("who keeps the outcome constraints comes first, then who breaks them least", () => {
    const outcomes = [{ metric: "size", max: 10 }];
    const sized = (point: Observation, size: number): Curve => [{ ...point, outcomes: [size] }];
    const others = [
      sized(at(1, 1, 5), 5),
      sized(at(2, 1, 1), 30),
      ...[3, 4, 5].map((number) => sized(at(number, 1, 1), 90)),
    ];
    const request = { ...ONE, outcomes };
    expect(behind(STOP, request, sized(at(6, 1, 9), 5), others)).toBeNull();
    expect(behind(STOP, request, sized(at(6, 1, 0), 20), others)).toBeNull();
    expect(behind(STOP, request, sized(at(6, 1, 0), 40), others)).not.toBeNull();
  });
});

describe("the median rule", () => {
  test("ends who was never as good as half of the others on average, from the least training on", () => {
    const others = [1, 2, 3, 4, 5].map((value, i) => [at(i + 1, 1, value), at(i + 1, 2, value)]);
    const own = [at(6, 1, 3.5), at(6, 2, 3.5)];
    expect(behind(MEDIAN, ONE, own, others)).toBe("at epochs 2 its best was worse than the median of the others");
    expect(behind(MEDIAN, ONE, own.slice(0, 1), others)).toBeNull();
    expect(behind({ ...MEDIAN, max: 2 }, ONE, own, others)).toBeNull();
    expect(behind(MEDIAN, MOST, own, others)).toBeNull();
    expect(behind(MEDIAN, ONE, [at(6, 1, 2), at(6, 2, 9)], others)).toBeNull();
  });
});
