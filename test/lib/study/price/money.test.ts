import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attemptCost, forfeited, measuredCost, type RunningMeter } from "../../../../lib/study/price/meter.ts";
import { dollars, NANO, nanoUsd, roundUpUsd } from "../../../../lib/study/price/money.ts";

test.each([
  [0, "$0"],
  [0.4, "$0.40"],
  [12.345, "$12.35"],
  [1234, "$1234.00"],
  [0.0123456, "$0.0123"],
  [0.000000125, "$1.25e-7"],
])("%d is shown as %s", (usd, text) => {
  expect(dollars(usd)).toBe(text);
});

test("what is set aside is a whole number of billionths, and covers the amount", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (usd) => {
      const up = roundUpUsd(usd);
      expect(nanoUsd(up) / NANO).toBe(up);
      expect(up).toBeGreaterThanOrEqual(usd * (1 - 1e-12) - 1e-14);
      expect(up - usd).toBeLessThan(1.1 / NANO);
    }),
  );
});

describe("a meter", () => {
  const meter: RunningMeter = { usdPerSecond: 0.5, usdPerAttempt: 1, minSeconds: 2, reservedUsd: 6, since: 1000 };

  test.each([
    [1000, 2],
    [3000, 2],
    [5000, 3],
    [11_000, 6],
    [99_000, 6],
    [0, 2],
  ])("charges an attempt that ended at %i ms with %d dollars", (at, usd) => {
    expect(measuredCost(meter, at)).toBe(usd);
  });

  test("charges one that was given up with all, or, where its time has no limit, with what is certain", () => {
    expect(forfeited(meter)).toBe(6);
    expect(forfeited({ ...meter, reservedUsd: null })).toBe(attemptCost(meter, 0));
    expect(measuredCost({ ...meter, reservedUsd: null }, 99_000)).toBe(50);
  });
});
