import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CostAt, endsBelowMedian } from "../../../lib/fidelity/median.ts";

const curve = (...costs: number[]): CostAt[] => costs.map((cost, i) => ({ step: i + 1, cost }));

const FIVE = [curve(5, 1), curve(6, 2), curve(7, 3), curve(8, 4), curve(9, 5)];

describe("endsBelowMedian", () => {
  test("holds the best so far against the median of the others' means so far: here 5", () => {
    expect(endsBelowMedian(curve(9, 5.01), FIVE)).toBe(true);
    expect(endsBelowMedian(curve(9, 5), FIVE)).toBe(false);
    expect(endsBelowMedian(curve(4.9, 99), FIVE)).toBe(false);
  });

  test("needs five others that have come as far", () => {
    expect(endsBelowMedian(curve(9), FIVE.slice(1))).toBe(false);
    expect(endsBelowMedian(curve(9, 9, 9), FIVE)).toBe(false);
    expect(endsBelowMedian(curve(9, 9, 9), [...FIVE.slice(1), curve(1, 1, 1)])).toBe(false);
  });

  test("knows nothing of what others measured later", () => {
    const later = FIVE.map((points) => [...points, { step: 3, cost: -1e6 }]);
    expect(endsBelowMedian(curve(9, 5), later)).toBe(false);
  });

  test("does not count one that told nothing so far", () => {
    expect(endsBelowMedian(curve(9), [...FIVE.slice(1), [{ step: 5, cost: 0 }]])).toBe(false);
  });

  test("between two the median is half way; nothing measurable is the worst", () => {
    expect(endsBelowMedian(curve(7.5), [...FIVE, curve(10)])).toBe(false);
    expect(endsBelowMedian(curve(7.6), [...FIVE, curve(10)])).toBe(true);
    expect(endsBelowMedian(curve(Number.POSITIVE_INFINITY), FIVE)).toBe(true);
    const lost = FIVE.map(() => curve(Number.POSITIVE_INFINITY));
    expect(endsBelowMedian(curve(Number.POSITIVE_INFINITY), lost)).toBe(false);
  });

  test("never ends the best of all, and is monotone in what is measured", () => {
    const costs = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(costs, { minLength: 6, maxLength: 12 }), fc.nat(), (values, shift) => {
        const [own, ...others] = values.map((one) => curve(...one));
        const least = Math.min(...values.flat());
        expect(endsBelowMedian([...own!, { step: own!.length + 1, cost: least }], others)).toBe(false);
        const better = own!.map(({ step, cost }) => ({ step, cost: cost - shift }));
        if (endsBelowMedian(better, others)) expect(endsBelowMedian(own!, others)).toBe(true);
      }),
    );
  });
});
