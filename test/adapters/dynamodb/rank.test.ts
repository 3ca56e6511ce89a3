import fc from "fast-check";
import { expect, it } from "vitest";
import { isBetter } from "../../../adapters/arrows.ts";
import { rank } from "../../../adapters/dynamodb/rank.ts";

it("sorts as text like scores, and like numbers where scores are equal", () => {
  const score = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, 5e-324, -5e-324, 1, -1, Number.MAX_VALUE, -Number.MAX_VALUE),
  );
  const candidate = fc.record({ score, trial: fc.integer({ min: 1, max: 99_999_999 }) });
  fc.assert(
    fc.property(candidate, candidate, (a, b) => {
      expect(rank(a.score, a.trial) < rank(b.score, b.trial)).toBe(isBetter(a, b));
    }),
    { numRuns: 1000 },
  );
});
