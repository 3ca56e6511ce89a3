import { describe, expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { random } from "../../../lib/strategy/random.ts";
import { sobol } from "../../../lib/strategy/sobol.ts";
import { floats, ints, propose, request } from "./requests.ts";

describe.each([random, sobol])("$name", (strategy) => {
  const mixed: Parameter[] = [
    ...floats(2),
    { name: "kind", type: "categorical", values: ["a", "b"] },
    { name: "rate", type: "float", min: 1e-5, max: 1, scale: "log", when: { kind: ["b"] } },
  ];

  it("proposes the same trials whatever the size of the batch", () => {
    const base = request(mixed);
    const one = propose(strategy, base, 24, 1);
    expect(propose(strategy, base, 24, 8)).toEqual(one);
    expect(propose(strategy, base, 24, 24)).toEqual(one);
    expect(propose(strategy, { ...base, seed: 8 }, 24, 24)).not.toEqual(one);
  });

  it("proposes values of the space, each suggestion with its decision", () => {
    const base = request(mixed);
    const space = compileSpace(base.space);
    for (const { parameters, decision } of propose(strategy, base, 50, 8)) {
      expect(space.contains(parameters)).toBe(true);
      expect(decision.strategy).toBe(strategy.name);
    }
  });

  it("keeps to the constraints, and moves no other trial for it", () => {
    const free = propose(strategy, request(floats(2)), 200, 8);
    const constraints = ["x0 + x1 <= 1"];
    const bound = propose(strategy, request(floats(2), { space: { parameters: floats(2), constraints } }), 200, 8);
    const { satisfies } = compileSpace({ parameters: floats(2), constraints });
    expect(bound.every(({ parameters }) => satisfies(parameters))).toBe(true);
    for (const [i, { parameters }] of free.entries()) {
      if (satisfies(parameters)) expect(bound[i]!.parameters).toEqual(parameters);
    }
  });

  it("needs the history of finite spaces alone", () => {
    expect(strategy.adaptive).toBe(false);
    expect(strategy.needsHistory(request(floats(1)).space)).toBe(false);
    expect(strategy.needsHistory(request(ints(2, 9)).space)).toBe(true);
    // 10²⁴ configurations: a repeat is not to be expected
    expect(strategy.needsHistory(request(ints(4, 999_999)).space)).toBe(false);
  });

  it.each([1, 7, 100])("uses up a finite space without a repeat, %i at a time", (batch) => {
    const base = request(ints(2, 5), { space: { parameters: ints(2, 5), constraints: ["n0 != n1"] } });
    const all = propose(strategy, base, 1000, batch);
    const space = compileSpace(base.space);
    expect(new Set(all.map(({ parameters }) => space.key(parameters))).size).toBe(30);
    expect(all).toHaveLength(30);
  });

  it("repeats neither what is pending nor what people tried", () => {
    const parameters = ints(1, 3);
    const answer = strategy.propose(
      request(parameters, {
        count: 9,
        history: [{ number: 1, parameters: { n0: 2 }, values: null }],
        pending: [{ number: 2, parameters: { n0: 0 } }],
      }),
    );
    expect(answer.suggestions.map((suggestion) => suggestion.parameters["n0"]).sort()).toEqual([1, 3]);
    expect(answer.exhausted).toBe(true);
  });

  it("finds what is left of a large finite space with few feasible points", () => {
    const space = { parameters: ints(8, 9), constraints: [0, 2, 4, 6].map((i) => `n${i} + n${i + 1} >= 17`) };
    const all = propose(strategy, request(space.parameters, { space }), 6, 2);
    expect(all.every(({ parameters }) => compileSpace(space).satisfies(parameters))).toBe(true);
    expect(new Set(all.map(({ parameters }) => compileSpace(space).key(parameters))).size).toBe(6);
  });

  it("repeats no configuration without a continuous parameter, though others have one", () => {
    const kind: Parameter = { name: "kind", type: "categorical", values: ["none", "l2"] };
    const weight: Parameter = { name: "w", type: "float", min: 0, max: 1, scale: "linear", when: { kind: ["l2"] } };
    const base = request([kind, weight]);
    expect(strategy.needsHistory(base.space)).toBe(true);
    const kinds = propose(strategy, base, 20, 2).map(({ parameters }) => parameters["kind"]);
    expect(kinds.filter((value) => value === "none")).toHaveLength(1);
  });

  it("uses up a range of a few doubles", () => {
    const narrow: Parameter = { name: "x", type: "float", min: 1, max: 1.000000000000001, scale: "log" };
    const all = propose(strategy, request([narrow]), 100, 3);
    expect(all.map(({ parameters }) => parameters["x"]).sort()).toEqual(
      Array.from({ length: 6 }, (_, i) => 1 + i * Number.EPSILON),
    );
  });

  it("finds the one whole number in 10¹⁵ that a constraint allows, once", () => {
    const parameters: Parameter[] = [{ name: "a", type: "int", min: 2 ** 31, max: 2 ** 52 + 1, scale: "linear" }];
    const space = { parameters, constraints: ["a == 2147483649"] };
    expect(strategy.needsHistory(space)).toBe(true);
    const all = propose(strategy, request(parameters, { space }), 3, 1);
    expect(all.map(({ parameters: { a } }) => a)).toEqual([2147483649]);
  });

  it("repeats no small number of a log scale over 10¹⁵ of them", () => {
    const parameters: Parameter[] = [{ name: "a", type: "int", min: 0, max: 2 ** 53 - 2, scale: "log" }];
    expect(strategy.needsHistory({ parameters, constraints: [] })).toBe(true);
    const all = propose(strategy, request(parameters), 300, 7).map(({ parameters: { a } }) => a);
    expect(new Set(all).size).toBe(300);
  });

  it("finds the feasible sliver of a continuous space", () => {
    const space = { parameters: floats(3), constraints: ["x0 < 0.01 and x1 < 0.01"] };
    const all = propose(strategy, request(space.parameters, { space }), 4, 4);
    expect(all.every(({ parameters }) => compileSpace(space).satisfies(parameters))).toBe(true);
  });

  it.each([
    ["a small finite space", ints(2, 9), "n0 + n1 > 18"],
    ["a large finite space", ints(3, 99_999), "n0 < 0"],
    ["a continuous space", floats(1), "x0 > 1"],
  ])("says that nothing satisfies the constraints of %s", (_, parameters, constraint) => {
    const space = { parameters, constraints: [constraint] };
    expect(() => strategy.propose(request(parameters, { space }))).toThrow(
      expect.objectContaining({ code: "SPACE_EMPTY" }),
    );
  });
});

describe("random", () => {
  it("is uniform on the scale of the parameter", () => {
    const rate: Parameter = { name: "rate", type: "float", min: 1e-4, max: 1, scale: "log" };
    const all = propose(random, request([rate]), 4000, 500);
    const decades = [0, 0, 0, 0];
    for (const { parameters } of all) decades[Math.floor(Math.log10(parameters["rate"] as number) + 4)]! += 1;
    // Four standard deviations of a binomial count, √(4000·¼·¾) = 27.
    for (const count of decades) expect(Math.abs(count - 1000)).toBeLessThan(4 * 27);
  });

  it("depends on the trial's number, not on the position", () => {
    const at = (first: number, position: number) => random.propose(request(floats(2), { first, position })).suggestions;
    expect(at(5, 0)).toEqual(at(5, 3));
    expect(at(5, 0)).not.toEqual(at(6, 0));
  });
});

describe("sobol", () => {
  it("puts one of every 16 consecutive points into each cell of a 4 × 4 grid", () => {
    const all = propose(sobol, request(floats(2)), 64, 5);
    for (let start = 0; start < 64; start += 16) {
      const cells = all
        .slice(start, start + 16)
        .map(({ parameters: { x0, x1 } }) => Math.floor((x0 as number) * 4) * 4 + Math.floor((x1 as number) * 4));
      expect(new Set(cells).size).toBe(16);
    }
  });

  it("depends on the position, not on the trial's number", () => {
    const at = (first: number, position: number) => sobol.propose(request(floats(2), { first, position })).suggestions;
    expect(at(5, 3)).toEqual(at(9, 3));
    expect(at(5, 3)).not.toEqual(at(5, 4));
  });
});
