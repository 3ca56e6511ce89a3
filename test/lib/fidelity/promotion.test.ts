import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Climber, promotable } from "../../../lib/fidelity/promotion.ts";

interface Trial extends Climber {
  readonly losses: readonly number[];
}

const trial = (...losses: number[]): Trial => ({ losses, rung: losses.length - 1, climbing: false });

const best = (reached: readonly Trial[], rung: number, count: number): Trial[] =>
  reached.toSorted((a, b) => a.losses[rung]! - b.losses[rung]!).slice(0, count);

describe("promotable", () => {
  test("nothing climbs before a rung has three", () => {
    expect(promotable([trial(1), trial(2)], 3, best)).toBeNull();
  });

  test("the best of three climbs, and then none", () => {
    const trials = [trial(2), trial(1), trial(3)];
    expect(promotable(trials, 3, best)).toBe(trials[1]);
    const climbing = trials.map((one, i) => (i === 1 ? { ...one, climbing: true } : one));
    expect(promotable(climbing, 3, best)).toBeNull();
  });

  test("one that has left the rung counts there for what it was", () => {
    const trials = [trial(1, 5), trial(2), trial(3), trial(4), trial(5), trial(6)];
    expect(promotable(trials, 3, best)).toBe(trials[1]);
  });

  test("the highest rung comes first", () => {
    const climbed = [trial(1, 1), trial(2, 2), trial(3, 3)];
    const trials = [...climbed, trial(0), ...Array.from({ length: 8 }, (_, i) => trial(10 + i))];
    expect(promotable(trials, 3, best)).toBe(climbed[0]);
  });

  test("nothing climbs beyond the top", () => {
    expect(promotable([trial(1, 1), trial(2, 2), trial(3, 3)], 2, best)).toBeNull();
  });

  test("of 3^k trials that are measured as they climb, 3^(k − r) reach rung r", () => {
    const losses = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 27, maxLength: 27 });
    fc.assert(
      fc.property(losses, (values) => {
        let trials = values.map((value) => trial(value));
        for (let next = promotable(trials, 4, best); next !== null; next = promotable(trials, 4, best)) {
          const { losses: own } = next;
          trials = trials.map((one) => (one.losses === own ? trial(...own, own[0]!) : one));
        }
        const reached = [0, 1, 2, 3].map((rung) => trials.filter((one) => one.rung >= rung).length);
        expect(reached).toEqual([27, 9, 3, 1]);
        expect(trials.find((one) => one.rung === 3)?.losses[0]).toBe(Math.min(...values));
      }),
    );
  });
});
