import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import { randomStream } from "../../../lib/random/philox.ts";
import { strategyFor } from "../../../lib/strategy/registry.ts";
import type { Observation, ProposeRequest } from "../../../lib/strategy/strategy.ts";
import type { StrategyName } from "../../../lib/study/spec.ts";
import { examples } from "./random-spaces.ts";

const STUDIES = 50;
const STRATEGIES: readonly StrategyName[] = ["auto", "random", "sobol", "grid", "evolution", "cmaes"];

interface Exchange {
  /** JSON of the request. */
  readonly asked: string;
  /** JSON of the answer, or the error's message. */
  readonly answered: string;
}

function answer(name: StrategyName, request: ProposeRequest): { readonly json: string; readonly trials: number } {
  try {
    const proposed = strategyFor(name).propose(request);
    return { json: JSON.stringify(proposed), trials: proposed.suggestions.length };
  } catch (error) {
    if (!(error instanceof PegboxError)) throw error;
    return { json: error.message, trials: 0 };
  }
}

/** Noisy results, an eighth of them failures, of batches whose trials end in any order. */
function runStudy(
  name: StrategyName,
  space: ProposeRequest["space"],
  seed: number,
  batches: readonly number[],
): Exchange[] {
  const noise = randomStream(seed, 99);
  const exchanges: Exchange[] = [];
  const ended: Observation[] = [];
  const running: Observation[] = [];
  let asked = 0;
  for (const count of batches) {
    const request: ProposeRequest = {
      space,
      objectives: [{ name: "y", goal: "minimize" }],
      seed,
      first: asked + 1,
      count,
      position: asked,
      history: ended.toSorted((a, b) => a.number - b.number),
      pending: running.map(({ number, parameters }) => ({ number, parameters })),
      budget: 30,
      batch: count,
    };
    const { json, trials } = answer(name, request);
    exchanges.push({ asked: JSON.stringify(request), answered: json });
    if (trials === 0) break;
    for (const { parameters } of JSON.parse(json).suggestions) {
      const values = noise.uniform() < 0.125 ? null : [noise.normal()];
      running.push({ number: ++asked, parameters, values });
    }
    while (running.length > 1 || (running.length > 0 && noise.uniform() < 0.5)) {
      ended.push(...running.splice(noise.int(running.length), 1));
    }
  }
  return exchanges;
}

const study = fc.record({
  space: examples.map(({ space }) => space),
  name: fc.constantFrom(...STRATEGIES),
  seed: fc.maxSafeNat(),
  batches: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 }),
});

describe("a study's replay", () => {
  it("gives the same bytes from the start, and from every point in its middle", () => {
    const digest = createHash("sha256");
    fc.assert(
      fc.property(study, ({ space, name, seed, batches }) => {
        const exchanges = runStudy(name, space, seed, batches);
        expect(runStudy(name, structuredClone(space), seed, batches)).toEqual(exchanges);
        // Backwards, and from JSON: nothing that a process keeps between two requests may matter.
        for (const { asked, answered } of exchanges.toReversed()) {
          expect(answer(name, JSON.parse(asked)).json).toBe(answered);
          digest.update(answered);
        }
      }),
      { numRuns: STUDIES, seed: 5 },
    );
    // Printed to compare machines and versions of Node by: PEGBOX_DIGEST=1 npx vitest run …
    if (process.env["PEGBOX_DIGEST"]) process.stdout.write(`${digest.digest("hex")}\n`);
  });
});
