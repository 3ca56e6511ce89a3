import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderParameters } from "../../../lib/space/conditions.ts";
import type { Condition, Parameter } from "../../../lib/space/parameter.ts";

function int(name: string, when: Condition = {}): Parameter {
  return { name, type: "int", min: 0, max: 9, step: 3, scale: "linear", when };
}

function names(parameters: readonly Parameter[]): string[] {
  return orderParameters(parameters).ordered.map(({ name }) => name);
}

describe("orderParameters", () => {
  it("puts parents first, and otherwise keeps the order", () => {
    expect(names([int("c", { b: [0] }), int("x"), int("b", { a: [3] }), int("a"), int("y")])).toEqual([
      "x",
      "a",
      "b",
      "c",
      "y",
    ]);
  });

  it("orders whatever acyclic conditions, without problems", () => {
    const shuffled = fc
      .uniqueArray(fc.nat(20), { minLength: 1 })
      .chain((places) =>
        fc.tuple(
          ...places.map((place) =>
            fc.subarray(places.filter((other) => other < place)).map((parents) => [place, parents] as const),
          ),
        ),
      );
    fc.assert(
      fc.property(shuffled, (rows) => {
        const parameters = rows.map(([place, parents]) =>
          int(`p${place}`, Object.fromEntries(parents.map((parent) => [`p${parent}`, [3]]))),
        );
        const { ordered, problems } = orderParameters(parameters);
        expect(problems).toEqual([]);
        expect(ordered.map(({ name }) => name).sort()).toEqual(parameters.map(({ name }) => name).sort());
        for (const [i, parameter] of ordered.entries()) {
          const before = ordered.slice(0, i).map(({ name }) => name);
          expect(before).toEqual(expect.arrayContaining(Object.keys(parameter.when ?? {})));
        }
      }),
    );
  });

  it("names unknown parents, and values that the parent never has", () => {
    const kind: Parameter = { name: "kind", type: "categorical", values: ["x", "y"] };
    const { problems } = orderParameters([int("a", { z: [1] }), int("b", { a: [3, 4], kind: ["x", "w"] }), kind]);
    expect(problems).toEqual([
      { parameter: "a", message: "when: expected the name of another parameter (b, kind), got z" },
      { parameter: "b", message: "when.a: expected a value of a (int 0 to 9 in steps of 3), got 4" },
      { parameter: "b", message: 'when.kind: expected a value of kind ("x", "y"), got "w"' },
    ]);
  });

  it("shows each cycle to each of its members, and only to them", () => {
    const { ordered, problems } = orderParameters([
      int("behind", { a: [0] }),
      int("a", { b: [0] }),
      int("b", { c: [0] }),
      int("c", { a: [0] }),
      int("self", { self: [0] }),
      int("free"),
    ]);
    expect(ordered[0]?.name).toBe("free");
    expect(ordered).toHaveLength(6);
    expect(problems.map(({ parameter, message }) => [parameter, message.split("got ")[1]])).toEqual([
      ["a", "the cycle a → b → c → a"],
      ["b", "the cycle b → c → a → b"],
      ["c", "the cycle c → a → b → c"],
      ["self", "the cycle self → self"],
    ]);
  });
});
