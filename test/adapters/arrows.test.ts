import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBetter, listKey, readyAt, readySize } from "../../adapters/arrows.ts";

describe("ready ranges", () => {
  it("are walked in their own order", () => {
    const ready = [
      { from: 7, to: 9 },
      { from: 2, to: 2 },
    ];
    expect([0, 1, 2, 3, 4].map((position) => readyAt(ready, position))).toEqual([7, 8, 9, 2, null]);
    expect(readySize(ready)).toBe(4);
  });

  it("give each position the number that laying them end to end gives", () => {
    const range = fc.tuple(fc.nat(50), fc.nat(6)).map(([from, more]) => ({ from, to: from + more }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), (ready) => {
        const laid = ready.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
        expect(readySize(ready)).toBe(laid.length);
        expect(laid.map((_, position) => readyAt(ready, position))).toEqual(laid);
        expect(readyAt(ready, laid.length)).toBeNull();
      }),
    );
  });
});

it("the best is the lowest score, of equal ones the lowest number", () => {
  expect(isBetter({ score: 1, trial: 9 }, null)).toBe(true);
  expect(isBetter({ score: 1, trial: 9 }, { score: 2, trial: 1 })).toBe(true);
  expect(isBetter({ score: 2, trial: 1 }, { score: 2, trial: 2 })).toBe(true);
  expect(isBetter({ score: 2, trial: 2 }, { score: 2, trial: 2 })).toBe(false);
  expect(isBetter({ score: 3, trial: 1 }, { score: 2, trial: 2 })).toBe(false);
});

it("list keys sort by time, then by id", () => {
  const keys = [listKey(9, "z"), listKey(10, "a"), listKey(10, "b"), listKey(1_795_000_000_000, "a")];
  expect([...keys].sort()).toEqual(keys);
});
