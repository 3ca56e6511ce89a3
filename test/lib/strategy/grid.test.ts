import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { grid } from "../../../lib/strategy/grid.ts";
import { bruteForce, conditionalSpace, entangled } from "../space/arbitraries.ts";
import { floats, ints, propose, request } from "./requests.ts";

function valuesOf(parameters: readonly Parameter[], name: string, budget: number | null) {
  const all = propose(grid, request(parameters, { budget }), 10_000, 100);
  return [...new Set(all.map((suggestion) => suggestion.parameters[name] as number))].sort((a, b) => a - b);
}

describe("grid", () => {
  it("visits every configuration once, in one order whatever the batch", () => {
    fc.assert(
      fc.property(conditionalSpace, fc.integer({ min: 1, max: 10 }), (space, batch) => {
        const key = compileSpace(space).key;
        const all = propose(grid, request(space.parameters, { space }), 5000, batch).map((s) => key(s.parameters));
        expect(all.toSorted()).toEqual(bruteForce(space).map(key).sort());
        const copy = structuredClone(space);
        expect(
          propose(grid, request(space.parameters, { space: copy }), 5000, 13).map((s) => key(s.parameters)),
        ).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });

  it("skips what breaks a constraint, wherever the asking begins", () => {
    const space = { parameters: ints(2, 9), constraints: ["n0 < n1"] };
    const all = propose(grid, request(space.parameters, { space }), 1000, 4);
    expect(all).toHaveLength(45);
    for (const position of [44, 7, 20, 20]) {
      const [suggestion] = grid.propose(request(space.parameters, { space, position })).suggestions;
      expect(suggestion).toEqual(all[position]);
    }
    expect(grid.propose(request(space.parameters, { space, position: 44, count: 3 }))).toEqual({
      suggestions: [all[44]],
      exhausted: true,
    });
    expect(grid.propose(request(space.parameters, { space, position: 45 }))).toEqual({
      suggestions: [],
      exhausted: true,
    });
  });

  it("costs nothing on a grid of 10¹⁸ points, and spreads over all of it from the start", () => {
    const all = propose(grid, request(ints(18, 9), { budget: 60 }), 60, 8);
    const leading = all.map((suggestion) => suggestion.parameters["n0"]);
    expect(new Set(leading).size).toBe(10);
    expect(new Set(all.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(60);
    expect(grid.propose(request(ints(18, 9), { position: 2 ** 40 })).suggestions).toHaveLength(1);
  });

  it("gives continuous parameters as many levels as the budget lets the whole grid have", () => {
    expect(valuesOf(floats(1), "x0", 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(valuesOf(floats(2), "x0", 30)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(valuesOf([...floats(1), ...ints(1, 9)], "x0", 60)).toHaveLength(6);
    expect(valuesOf(floats(2), "x0", null)).toHaveLength(10);
    expect(valuesOf(floats(3), "x0", 4), "at least low, middle, high").toEqual([0, 0.5, 1]);
  });

  it("spaces levels evenly in the logarithm on a log scale, both ends exact, and keeps to a step", () => {
    const rate: Parameter = { name: "rate", type: "float", min: 1e-4, max: 1, scale: "log" };
    const levels = valuesOf([rate], "rate", 5);
    expect([levels[0], levels[4]]).toEqual([1e-4, 1]);
    expect(levels.map((level) => Math.log10(level))).toEqual([-4, -3, -2, -1, 0].map((x) => expect.closeTo(x, 12)));
    expect(valuesOf([{ ...rate, scale: "linear", min: 0, step: 0.4 }], "rate", 500)).toEqual([0, 0.4, 0.8, 1]);
  });

  it("gives children of a continuous parent's level their turn", () => {
    const child: Parameter = { name: "c", type: "int", min: 1, max: 2, scale: "linear", when: { x0: [0.5] } };
    const all = propose(grid, request([...floats(1), child], { budget: 3 }), 100, 3);
    expect(all.map(({ parameters }) => parameters).filter(({ x0 }) => x0 === 0.5)).toHaveLength(2);
    expect(all).toHaveLength(4);
  });

  it("refuses conditions that are tangled beyond counting", () => {
    const space = entangled(40);
    expect(() => grid.propose(request(space.parameters, { space }))).toThrow("expected conditions that can be counted");
  });

  it("says how much of a large grid it has seen where it found nothing", () => {
    const space = { parameters: ints(2, 9999), constraints: ["n0 == 17 and n1 == 4242"] };
    expect(() => grid.propose(request(space.parameters, { space }))).toThrow("which is no proof");
  });

  it("needs no history", () => {
    expect([grid.adaptive, grid.needsHistory(request(ints(1, 9)).space)]).toEqual([false, false]);
  });

  it.each([
    ["a small grid", ints(2, 9), "n0 + n1 > 18"],
    ["a grid too large to go through", ints(9, 99), "n0 < 0"],
    ["a grid over floats", floats(1), "x0 == 0.123"],
  ])("says that nothing satisfies the constraints on %s", (_, parameters, constraint) => {
    const space = { parameters, constraints: [constraint] };
    expect(() => grid.propose(request(parameters, { space }))).toThrow(
      expect.objectContaining({ code: "SPACE_EMPTY" }),
    );
  });
});
