import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { MOST_IN_SHIFT, type ShiftSituation, shiftSize } from "../../../../lib/tuner/slots/shift-size.ts";

/** Trials of a second, and plenty of everything. */
const PLENTY: ShiftSituation = {
  trials: 10,
  seconds: 10,
  limitSeconds: 900,
  quota: 1000,
  waiting: 10_000,
  affordable: Number.POSITIVE_INFINITY,
  slots: 8,
  requestLength: 500,
};

describe("a shift has", () => {
  it.each<[string, Partial<ShiftSituation>, number]>([
    ["as many trials as their results have room in a message", {}, MOST_IN_SHIFT],
    ["one trial where none has been measured", { trials: 0, seconds: 0 }, 1],
    ["one trial where they take 5 seconds in the mean", { seconds: 50 }, 1],
    ["several where they take less", { seconds: 49.9 }, MOST_IN_SHIFT],
    ["several that take no time", { seconds: 0 }, MOST_IN_SHIFT],
    ["as many as take a quarter of the time of one", { limitSeconds: 12 }, 3],
    ["one where even that is too many", { limitSeconds: 3 }, 1],
    ["as many as without a limit", { limitSeconds: null }, MOST_IN_SHIFT],
    ["no more than the slot may claim", { quota: 2 }, 2],
    ["half a share of what is left", { waiting: 80 }, 5],
    ["one trial in the end", { waiting: 31 }, 1],
    ["no more than a share of what there is money for", { affordable: 33 }, 4],
    ["fewer where requests are long", { requestLength: 20_000 }, 3],
    ["one where one is as long as all may be", { requestLength: 200_000 }, 1],
  ])("%s", (_, changes, size) => {
    expect(shiftSize({ ...PLENTY, ...changes })).toBe(size);
  });
});

const situations = fc.record<ShiftSituation>({
  trials: fc.nat(1000),
  seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
  limitSeconds: fc.option(fc.double({ min: 0.001, max: 1e5, noNaN: true })),
  quota: fc.integer({ min: 1, max: 1000 }),
  waiting: fc.nat(100_000),
  affordable: fc.oneof(fc.nat(1000), fc.constant(Number.POSITIVE_INFINITY)),
  slots: fc.integer({ min: 1, max: 10_000 }),
  requestLength: fc.integer({ min: 1, max: 300_000 }),
});

test("a shift is a trial or more, within the quota, and leaves as many trials for each other slot", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const size = shiftSize(situation);
      expect(Number.isInteger(size) && size >= 1 && size <= MOST_IN_SHIFT).toBe(true);
      expect(size).toBeLessThanOrEqual(situation.quota);
      if (size > 1) {
        expect(size * situation.slots).toBeLessThanOrEqual(Math.min(situation.waiting / 2, situation.affordable));
        expect(size * situation.requestLength).toBeLessThanOrEqual(65_536);
      }
    }),
  );
});

test("a shift is no larger where trials take longer, or less is left", () => {
  fc.assert(
    fc.property(situations, fc.double({ min: 0, max: 1, noNaN: true }), (situation, by) => {
      const { seconds, waiting } = situation;
      const size = shiftSize(situation);
      expect(shiftSize({ ...situation, seconds: seconds / Math.max(by, 0.01) })).toBeLessThanOrEqual(size);
      expect(shiftSize({ ...situation, waiting: waiting * by })).toBeLessThanOrEqual(size);
    }),
  );
});
