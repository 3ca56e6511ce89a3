import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { designSize, initialDesign } from "../../../lib/design/initial-design.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { mixedSpaces } from "../spaces.ts";

const lr: Parameter = { name: "lr", type: "float", min: 1e-4, max: 1, scale: "log" };
const depth: Parameter = { name: "depth", type: "int", min: 1, max: 9, scale: "linear" };
const kind: Parameter = { name: "kind", type: "categorical", values: ["a", "b", "c"] };
const extra: Parameter = { name: "extra", type: "ordinal", values: [1, 2, 3], when: { kind: ["c"] } };

function design(...parameters: Parameter[]) {
  return initialDesign(compileSpace({ parameters, constraints: [] }), 1);
}

describe("the first points", () => {
  it("are the centre, the first category, where nothing is declared", () => {
    const { lr: rate, ...rest } = design(lr, depth, kind, extra)(0);
    expect(rate).toBeCloseTo(0.01, 12);
    expect(rest).toEqual({ depth: 5, kind: "a" });
  });

  it("are the defaults, then the centre, where something is", () => {
    const at = design(
      { ...lr, default: 0.5 },
      { ...depth, default: 2 },
      { ...kind, default: "c" },
      { ...extra, default: 3 },
    );
    expect(at(0)).toEqual({ lr: 0.5, depth: 2, kind: "c", extra: 3 });
    expect(at(1)).toMatchObject({ depth: 5, kind: "c", extra: 2 });
  });
});

it("goes on with points that fill the space, the same for the same seed", () => {
  const points = Array.from({ length: 32 }, (_, i) => design({ ...lr, scale: "linear" })(i + 1)["lr"] as number);
  const eighths = points.map((x) => Math.floor(8 * x));
  for (let eighth = 0; eighth < 8; eighth++) expect(eighths.filter((e) => e === eighth)).toHaveLength(4);
  expect(design(lr)(7)).toEqual(design(lr)(7));
  expect(initialDesign(compileSpace({ parameters: [lr], constraints: [] }), 2)(7)).not.toEqual(design(lr)(7));
});

it("consists of configurations", () => {
  fc.assert(
    fc.property(mixedSpaces, fc.nat(1000), (space, index) => {
      const compiled = compileSpace(space);
      expect(compiled.contains(initialDesign(compiled, 3)(index))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

describe("designSize", () => {
  const floats = (count: number): Parameter[] => Array.from({ length: count }, (_, i) => ({ ...lr, name: `x${i}` }));
  const many: Parameter = { name: "k", type: "categorical", values: Array.from({ length: 16 }, (_, i) => i) };
  const fixed: Parameter = { name: "f", type: "int", min: 3, max: 3, scale: "linear" };

  it.each([
    ["one more than parameters", floats(6), null, 7],
    ["four at least", floats(1), null, 4],
    ["24 at most", floats(60), null, 24],
    ["a fifth of the budget at most", floats(20), 50, 10],
    ["four however small the budget", floats(6), 10, 4],
    ["a quarter of the categories more", [...floats(3), many], null, 9],
    ["without what is fixed", [...floats(4), fixed], null, 5],
  ])("is %s", (_, parameters, budget, size) => {
    expect(designSize(compileSpace({ parameters, constraints: [] }), budget)).toBe(size);
  });
});
