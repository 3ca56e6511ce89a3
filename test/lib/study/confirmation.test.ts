import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceInterval, meanInterval, sampleOf } from "../../../lib/study/confidence.ts";
import { type Contender, confirm, confirmationText } from "../../../lib/study/confirmation.ts";
import type { Trial } from "../../../lib/study/records.ts";
import { aTrial } from "./records-builder.ts";

const SPEC = { metrics: [{ name: "error", goal: "minimize" }], outcomes: [] } as const;

function contender(number: number, errors: readonly number[], ms?: readonly number[]): Contender {
  const replicates = errors.map((error, i): Trial => {
    const metrics = { error, ...(ms === undefined ? {} : { ms: ms[i] ?? 0 }) };
    return aTrial({ number: 10 * number + i, source: "replicate", metrics });
  });
  return { trial: aTrial({ number, metrics: { error: 0 } }), replicates };
}

describe("intervals", () => {
  // stats.t.interval and stats.ttest_ind(…, equal_var=False).confidence_interval()
  it("are those of scipy.stats", () => {
    const a = sampleOf([27.5, 21, 19, 23.6, 17, 17.9]);
    const b = sampleOf([27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22]);
    const [low = 0, high = 0] = meanInterval(a) ?? [];
    expect([low, high].map((bound) => bound.toFixed(9))).toEqual(["16.838620468", "25.161379532"]);
    const [below = 0, above = 0] = differenceInterval(a, b) ?? [];
    expect([below, above].map((bound) => bound.toFixed(9))).toEqual(["-6.696094052", "1.696094052"]);
  });

  it("are points where nothing varies, and unknown of a single value", () => {
    const still = sampleOf([2, 2, 2]);
    expect(meanInterval(still)).toEqual([2, 2]);
    expect(differenceInterval(still, sampleOf([1.5, 1.5]))).toEqual([0.5, 0.5]);
    expect(meanInterval(sampleOf([2]))).toBe(null);
    expect(differenceInterval(sampleOf([2]), still)).toBe(null);
    expect(meanInterval(sampleOf([1e308, -1e308, 1e308]))).toBe(null);
  });

  it("move and stretch with their values", () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(values, values, (x, y) => {
        const [low, high] = differenceInterval(sampleOf(x), sampleOf(y)) ?? [0, 0];
        const moved = differenceInterval(sampleOf(x.map((v) => 2 * v + 8)), sampleOf(y.map((v) => 2 * v))) ?? [0, 0];
        expect(moved[0]).toBeCloseTo(2 * low + 8, 6);
        expect(moved[1]).toBeCloseTo(2 * high + 8, 6);
        const back = differenceInterval(sampleOf(y), sampleOf(x)) ?? [0, 0];
        expect(back[0]).toBeCloseTo(-high, 8);
      }),
    );
  });
});

describe("the winner", () => {
  it("has the better mean, whatever its own trial measured; of equals it is the first", () => {
    expect(confirm([contender(1, [3, 4, 5]), contender(2, [2, 3, 4])], SPEC).winner).toBe(2);
    expect(confirm([contender(1, [2, 3, 4]), contender(2, [4, 3, 2])], SPEC).winner).toBe(1);
    const most = { ...SPEC, metrics: [{ name: "error", goal: "maximize" }] } as const;
    expect(confirm([contender(1, [3, 4, 5]), contender(2, [2, 3, 4])], most).winner).toBe(1);
  });

  it("keeps the outcome constraints in the mean, of all that was measured", () => {
    const spec = { ...SPEC, outcomes: [{ metric: "ms", max: 10 }] };
    const contenders = [contender(1, [1, 1], [9, 12]), contender(2, [2, 2], [11, 8])];
    expect(confirm(contenders, spec)).toMatchObject({
      winner: 2,
      finalists: [{ feasible: false }, { feasible: true }],
    });
    expect(confirm([contender(1, [1, 1])], spec).winner).toBe(null);
  });
});

it("is told in a sentence", () => {
  const clear = confirm([contender(1, [0.5, 0.52, 0.54]), contender(2, [0.1, 0.12, 0.11])], SPEC);
  expect(confirmationText(clear)).toBe(
    "trial 2 is the best rather than trial 1: mean error of replicates, intervals at 95 %: trial 1: 0.52 (0.4703 … 0.5697), 3 replicates; trial 2: 0.11 (0.08516 … 0.1348), 3 replicates; difference 0.41 (0.3684 … 0.4516): more than chance",
  );
  const close = confirm([contender(1, [0.5, 0.7]), contender(2, [0.9, 0.55])], SPEC);
  expect(confirmationText(close)).toContain("trial 1 is confirmed as the best");
  expect(confirmationText(close)).toContain("may be chance");
  expect(confirmationText(confirm([contender(1, [])], SPEC))).toBe(
    "no replicate gave a value: mean error of replicates, intervals at 95 %: trial 1: no value, 0 replicates",
  );
});
