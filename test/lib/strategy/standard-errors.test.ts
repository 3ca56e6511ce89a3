import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { gatherEvidence } from "../../../lib/strategy/evidence.ts";
import { gatherOutcomes } from "../../../lib/strategy/outcome-evidence.ts";
import { recommend } from "../../../lib/strategy/recommend.ts";
import { mergeReplicates } from "../../../lib/strategy/replicates.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";

const x: Parameter = { name: "x", type: "float", min: 0, max: 1, scale: "linear" };
const searchSpace = { parameters: [x], constraints: [] };
const space = compileSpace(searchSpace);
const coordinates = modelCoordinates(space);

function trials(...results: readonly (readonly [x: number, y: number, se?: number])[]): Observation[] {
  return results.map(([u, y, se], i) => ({
    number: i + 1,
    parameters: { x: u },
    values: [y],
    ...(se === undefined ? {} : { standardErrors: [se] }),
  }));
}

describe("replicates", () => {
  it("are weighed by the inverse of their variances", () => {
    const merged = mergeReplicates([
      { value: 1, standardError: 1 },
      { value: 4, standardError: 2 },
    ]);
    expect(merged.value).toBeCloseTo((1 / 1 + 4 / 4) / (1 + 1 / 4), 12);
    expect(merged.standardError).toBeCloseTo(Math.sqrt(1 / (1 + 1 / 4)), 12);
    expect(merged.noiseShare).toBeCloseTo(0.8 ** 2 + 0.2 ** 2, 12);
  });

  it("count alike where one has no standard error, and exact ones count alone", () => {
    const plain = { value: 1, standardError: null };
    expect(mergeReplicates([plain, { value: 3, standardError: null }])).toEqual({
      value: 2,
      standardError: null,
      noiseShare: 0.5,
    });
    expect(mergeReplicates([plain, { value: 3, standardError: 2 }])).toEqual({
      value: 2,
      standardError: 1,
      noiseShare: 0.5,
    });
    const exact = { value: 5, standardError: 0 };
    expect(mergeReplicates([{ value: 1, standardError: 2 }, exact])).toEqual({ ...exact, noiseShare: 1 });
  });

  it("lie among what they merge, whatever the standard errors", () => {
    const error = fc.option(fc.double({ min: 0, max: 1e300, noNaN: true }));
    const replicate = fc.record({ value: fc.double({ min: -1e3, max: 1e3, noNaN: true }), standardError: error });
    fc.assert(
      fc.property(fc.array(replicate, { minLength: 1, maxLength: 5 }), (replicates) => {
        const { value, noiseShare } = mergeReplicates(replicates);
        const values = replicates.map((one) => one.value);
        expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        expect(noiseShare).toBeGreaterThanOrEqual(1 / replicates.length - 1e-12);
        expect(noiseShare).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe("evidence", () => {
  const bare: readonly (readonly [number, number])[] = [0, 1, 2, 3, 4, 5].map((i) => [i / 5, i]);

  it("has no known variances without standard errors", () => {
    expect(gatherEvidence(space, coordinates, "minimize", trials(...bare)).data.knownVariance).toBeUndefined();
  });

  it("has those of the trials that give them, in units of the targets", () => {
    const told = trials(...bare.map(([u, y]) => (y === 2 ? ([u, y, 0.25] as const) : ([u, y] as const))));
    const margins = (): number[] => [];
    const { data } = gatherEvidence(space, coordinates, "minimize", told);
    const { objectives } = gatherOutcomes(space, coordinates, [{ name: "y", goal: "minimize" }], margins, told, 1);
    for (const { targets, knownVariance } of [data, objectives[0]!]) {
      const slope = (targets[1]! - targets[3]!) / 2; // the warp, over ± 1
      expect([...knownVariance!].map((variance) => variance > 0)).toEqual([false, false, true, false, false, false]);
      expect(Math.sqrt(knownVariance![2]!)).toBeGreaterThan(0.25 * slope * 0.5);
      expect(Math.sqrt(knownVariance![2]!)).toBeLessThan(0.25 * slope * 2);
    }
  });
});

it("recommends no trial whose luck is known", () => {
  // A bowl, measured well but for five trials far from its bottom that claim the best values, give or take 3.
  const lucky = [1, 2, 3, 4, 5];
  const history = (se?: number): Observation[] =>
    Array.from({ length: 31 }, (_, i) => ({
      number: i,
      parameters: { x: i / 30 },
      values: [lucky.includes(i) ? -0.05 : (i / 30 - 0.5) ** 2],
      ...(se === undefined ? {} : { standardErrors: [lucky.includes(i) ? se : 1e-4] }),
    }));
  expect(lucky).toContain(recommend(searchSpace, "minimize", 1, history())?.number);
  expect(recommend(searchSpace, "minimize", 1, history(3))?.number).toBe(15);
});
