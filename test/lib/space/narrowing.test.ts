import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box } from "../../../lib/space/box.ts";
import { checkConstraint, compileConstraint } from "../../../lib/space/constraints.ts";
import { narrowingOf } from "../../../lib/space/narrowing.ts";
import type { Parameter, ParameterValues, Scalar } from "../../../lib/space/parameter.ts";
import { spaceOf } from "./arbitraries.ts";

const float = (name: string, min: number, max: number): Parameter => ({
  name,
  type: "float",
  min,
  max,
  scale: "linear",
});

/** Numbers of every sign and size, so that each function meets its domain and its end. */
const PARAMETERS: readonly Parameter[] = [
  float("a", 0, 1),
  float("b", -3, 5),
  float("huge", -1e200, 1e200),
  float("tiny", 1e-300, 1e-250),
  { name: "n", type: "int", min: -4, max: 9, scale: "linear" },
  { name: "s", type: "float", min: 0.1, max: 1, step: 0.2, scale: "linear" },
  { name: "o", type: "ordinal", values: [0, 1, 2.5, 16] },
  { name: "c", type: "categorical", values: ["x", "y", 3] },
  { name: "f", type: "categorical", values: [true, false] },
];
const NUMBERS = ["a", "b", "huge", "tiny", "n", "s", "o"];

const { condition } = fc.letrec<{ number: string; condition: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...NUMBERS),
    fc.constantFrom("0", "1", "2", "-1", "0.5", "3", "1e250"),
    fc
      .tuple(tie("number"), fc.constantFrom("+", "-", "*", "/", "%", "^"), tie("number"))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(fc.constantFrom("abs", "log", "exp", "sqrt", "floor", "ceil", "-"), tie("number"))
      .map(([name, operand]) => `${name}(${operand})`),
    fc
      .tuple(fc.constantFrom("min", "max"), tie("number"), tie("number"))
      .map(([name, left, right]) => `${name}(${left}, ${right})`),
    fc.constantFrom("a ^ 2", "b ^ 2", "b ^ 3", "b ^ n", "2 ^ n", "huge * huge", "a - a"),
  ),
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc
      .tuple(tie("number"), fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("number"))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.constantFrom('c == "x"', 'c != "y"', "c == 3", "f", "f == true", "not f", "c == n", "true", "(a < b) == f"),
    fc
      .tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition"))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie("condition").map((inner) => `not (${inner})`),
  ),
}));

function valueAt(parameter: Parameter, u: number): Scalar {
  if ("values" in parameter) return parameter.values[Math.floor(u * parameter.values.length)]!;
  if (parameter.name === "s") return [0.1, 0.3, 0.5, 0.7, 0.9, 1][Math.floor(u * 6)]!;
  const value = parameter.min + u * (parameter.max - parameter.min);
  return parameter.type === "int" ? Math.round(value) : Math.min(parameter.max, value);
}

const configuration: fc.Arbitrary<ParameterValues> = fc
  .array(fc.oneof(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.constantFrom(0, 0.375, 0.5)), {
    minLength: PARAMETERS.length,
    maxLength: PARAMETERS.length,
  })
  .map((us) => Object.fromEntries(PARAMETERS.map((parameter, i) => [parameter.name, valueAt(parameter, us[i]!)])));

function expectWithin(box: Box, values: ParameterValues): void {
  for (const [place, { name }] of PARAMETERS.entries()) {
    const value = values[name]!;
    const list = box.listed(place);
    if (list !== null) expect(list, name).toContain(value);
    else {
      const { lo, hi } = box.interval(place);
      expect(lo <= (value as number) && (value as number) <= hi, `${name} = ${value} in [${lo}, ${hi}]`).toBe(true);
    }
  }
}

describe("narrowing", () => {
  it("cuts off nothing that satisfies the constraints, whatever has been chosen", () => {
    let kept = 0;
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 2 }), configuration, (sources, values) => {
        fc.pre(sources.every((source) => checkConstraint(source, PARAMETERS).length === 0));
        const holds = sources.every((source) => compileConstraint(source, PARAMETERS).holds(values));
        fc.pre(holds);
        kept++;
        const { whole, narrow } = narrowingOf(spaceOf(PARAMETERS, sources));
        expect(whole, "something is left").not.toBeNull();
        const box = whole!.copy();
        expectWithin(box, values);
        for (const [place, { name }] of PARAMETERS.entries()) {
          box.fix(place, values[name]!);
          expect(narrow(box, place), `after ${name} = ${values[name]}`).toBe(true);
          expectWithin(box, values);
        }
      }),
      { numRuns: 500, seed: 2 },
    );
    expect(kept).toBeGreaterThan(0);
  });

  it.each([
    ["a + 2 * b <= 1", "b", -3, 0.5],
    ["b / (a + 1) >= 2", "b", 2, 5],
    ["b ^ 2 <= 4 and b > 0", "b", 0, 2],
    ["b ^ 3 <= -8", "b", -3, -2],
    ["abs(b) >= 4", "b", 4, 5],
    ["sqrt(b) >= 2", "b", 4, 5],
    ["exp(b) <= 1", "b", -3, 0],
    ["log(b) >= 0", "b", 1, 5],
    ["2 ^ b >= 4", "b", 2, 5],
    ["min(b, 9) >= 1", "b", 1, 5],
    ["max(b, n) <= 1", "b", -3, 1],
    ["floor(b) == 2", "b", 2, 3],
    ["ceil(b) == 2", "b", 1, 2],
    ["not (b > 1 or a > 2)", "b", -3, 1],
    ["b == 2.5", "b", 2.5, 2.5],
    ["n * 2 < 7 and n > 0.5", "n", 1, 3],
    ["n == 2 + o", "n", 2, 3],
    ["s > 0.65", "s", 0.7, 1],
    ["o > 0.5 and o < 3", "o", 1, 2.5],
  ])("%s leaves of %s what lies in [%d, %d]", (source, name, lo, hi) => {
    const { whole } = narrowingOf(spaceOf(PARAMETERS, [source]));
    const interval = whole!.interval(PARAMETERS.findIndex((parameter) => parameter.name === name));
    expect([interval.lo, interval.hi]).toEqual([lo, hi].map((x) => expect.closeTo(x, 9)));
  });

  it("leaves choices that can be", () => {
    const listed = (source: string, name: string) =>
      narrowingOf(spaceOf(PARAMETERS, [source])).whole!.listed(PARAMETERS.findIndex((p) => p.name === name));
    expect(listed('c != "x"', "c")).toEqual(["y", 3]);
    expect(listed('not (c == "x" or c == "y")', "c")).toEqual([3]);
    expect(listed("not f", "f")).toEqual([false]);
    expect(listed("a > 2 or f", "f")).toEqual([true]);
  });

  it("knows what is active within a box", () => {
    const child = { ...float("child", 0, 1), when: { n: [1, 2], c: ["x"] } };
    const parameters = [...PARAMETERS, child];
    const { activity, whole } = narrowingOf(spaceOf(parameters, ["child > 0.5"]));
    const box = whole!.copy();
    const place = parameters.length - 1;
    expect(activity(place, box)).toBe("sometimes");
    expect(box.interval(place), "a constraint that may not apply cuts off nothing").toEqual({ lo: 0, hi: 1 });
    box.fix(4, 1);
    const [of, not] = [box.copy(), box.copy()];
    of.fix(7, "x");
    not.fix(7, "y");
    expect([activity(place, of), activity(place, not)]).toEqual(["always", "never"]);
  });
});
