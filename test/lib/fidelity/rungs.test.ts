import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rungReached, rungsOf } from "../../../lib/fidelity/rungs.ts";

const fidelity = (min: number, max: number) => ({ name: "epochs", min, max });

describe("rungsOf", () => {
  test.each([
    [1, 81, [3, 9, 27, 81]],
    [1, 27, [1, 3, 9, 27]],
    [1, 52, [2, 6, 17, 52]],
    [10, 81, [27, 81]],
    [1, 3, [1, 3]],
    [1, 1, [1]],
    [30, 81, [81]],
    [0.5, 13.5, [0.5, 1.5, 4.5, 13.5]],
  ])("%d … %d", (min, max, expected) => {
    expect(rungsOf(fidelity(min, max))).toEqual(expected);
  });

  test("rises from at least min to max", () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }));
    fc.assert(
      fc.property(range, ([a, b]) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const rungs = rungsOf(fidelity(min, max));
        expect(rungs.at(-1)).toBe(max);
        expect(rungs[0]).toBeGreaterThanOrEqual(Math.min(min, max));
        rungs.slice(1).forEach((rung, i) => {
          expect(rung).toBeGreaterThan(rungs[i]!);
        });
      }),
    );
  });
});

test("a training counts for the highest rung that it has reached", () => {
  const rungs = [3, 9, 27];
  expect([1, 3, 8, 9, 27, 40].map((length) => rungReached(rungs, length))).toEqual([-1, 0, 0, 1, 2, 2]);
});
