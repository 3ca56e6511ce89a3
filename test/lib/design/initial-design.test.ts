import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { designSize, leadingPoints } from "../../../lib/design/initial-design.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter, ParameterValues } from "../../../lib/space/parameter.ts";
import { mixedSpaces } from "../spaces.ts";

const lr: Parameter = { name: "lr", type: "float", min: 1e-4, max: 1, scale: "log" };
const depth: Parameter = { name: "depth", type: "int", min: 1, max: 9, scale: "linear" };
const kind: Parameter = { name: "kind", type: "categorical", values: ["a", "b", "c"] };
const extra: Parameter = { name: "extra", type: "ordinal", values: [1, 2, 3], when: { kind: ["c"] } };

function leading(...parameters: Parameter[]): ParameterValues[] {
  return leadingPoints(compileSpace({ parameters, constraints: [] }));
}

describe("the leading points", () => {
  it("are the centre, the first category, where nothing is declared", () => {
    const [only, ...others] = leading(lr, depth, kind, extra);
    const { lr: rate, ...rest } = only!;
    expect(others).toEqual([]);
    expect(rate).toBeCloseTo(0.01, 12);
    expect(rest).toEqual({ depth: 5, kind: "a" });
  });

  it("are the defaults, then the centre, where something is", () => {
    const points = leading(
      { ...lr, default: 0.5 },
      { ...depth, default: 2 },
      { ...kind, default: "c" },
      { ...extra, default: 3 },
    );
    expect(points[0]).toEqual({ lr: 0.5, depth: 2, kind: "c", extra: 3 });
    expect(points[1]).toMatchObject({ depth: 5, kind: "c", extra: 2 });
  });
});

it("consist of configurations", () => {
  fc.assert(
    fc.property(mixedSpaces, (space) => {
      const compiled = compileSpace(space);
      for (const values of leadingPoints(compiled)) expect(compiled.contains(values)).toBe(true);
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
