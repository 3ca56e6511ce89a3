import fc from "fast-check";
import { expect, test } from "vitest";
import { faultyStudy } from "./faulty-study.ts";
import { wrongWith } from "./wrong-with.ts";

/** Seeds of studies; more of them: `npm run bench -- faults`. */
const seeds = fc.integer({ min: 1, max: 2 ** 31 });
/** A hundred studies beside all other tests on a slow machine. */
const TIMEOUT_MS = 120_000;

test("whatever goes wrong, no trial is lost, none ends twice, and the budget is met exactly", {
  timeout: TIMEOUT_MS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      expect(wrongWith(await faultyStudy(seed))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("the same seed and the same faults give the same story", { timeout: TIMEOUT_MS }, async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      expect(await faultyStudy(seed)).toEqual(await faultyStudy(seed));
    }),
    { numRuns: 10 },
  );
});
