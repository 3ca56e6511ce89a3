import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkConstraint, compileConstraint } from "../../../lib/space/constraints.ts";
import type { Parameter, ParameterValues } from "../../../lib/space/parameter.ts";

const parameters: readonly Parameter[] = [
  { name: "a", type: "float", min: -1e308, max: 1e308, scale: "linear" },
  { name: "b", type: "int", min: -100, max: 100, scale: "linear" },
  { name: "batch", type: "ordinal", values: [16, 32, 64] },
  { name: "optimizer", type: "categorical", values: ["sgd", "adam"] },
  { name: "shuffle", type: "categorical", values: [true, false] },
  { name: "mixed", type: "categorical", values: [1, "auto", null] },
  { name: "min", type: "int", min: 0, max: 9, scale: "linear" },
];
const values: ParameterValues = {
  a: 2,
  b: -3,
  batch: 32,
  optimizer: "sgd",
  shuffle: true,
  mixed: "auto",
  min: 4,
};

function holds(source: string, given: ParameterValues = values): boolean {
  return compileConstraint(source, parameters).holds(given);
}

describe("value of an expression", () => {
  it.each([
    // precedence and associativity
    ["1 + 2 * 3 == 7"],
    ["(1 + 2) * 3 == 9"],
    ["10 - 4 - 3 == 3"],
    ["64 / 4 / 2 == 8"],
    ["2 ^ 3 ^ 2 == 512"],
    ["(2 ^ 3) ^ 2 == 64"],
    ["-a ^ 2 == -4"],
    ["(-a) ^ 2 == 4"],
    ["2 ^ -1 == 0.5"],
    ["2 ^ -a ^ 2 == 0.0625"],
    ["-a ^ 2 * 3 == -12"],
    ["3 - -a == 5"],
    ["+a == 2"],
    ["2 * b ^ 2 == 18"],
    ["not a > 2 and b < 0"],
    ["not (a > 2 or b > 0)"],
    ["not a + 1 < b"],
    ["not not a == 2"],
    ["not -a ^ 2 == 4"],
    ["not (-a) ^ 2 == -4"],
    ["--a ^ 2 == 4"],
    ["(a < 0) == (b > 0)"],
    ["a > 5 or b < 0 and batch == 32"],
    ["(a > 5 or b < 0) and not batch != 32"],
    // arithmetic
    ["b % 5 == 2"],
    ["7 % -5 == -3"],
    ["-6 % 3 == 0"],
    ["a ^ 10 == 1024"],
    ["2 ^ 0.5 == sqrt(2)"],
    ["abs(8 ^ (1 / 3) - 2) < 1e-12"],
    ["(-1) ^ 4001 == -1 and (-1) ^ 4000 == 1"],
    ["a ^ 0 == 1"],
    ["abs(b) == 3"],
    ["min(a, b, 7) == -3 and max(a, b, 7) == 7 and max(a) == 2"],
    ["floor(-2.5) == -3 and ceil(-2.5) == -2"],
    ["abs(log(exp(1.5)) - 1.5) < 1e-15"],
    ["1.5e2 == 150 and .5 == 0.5"],
    // strings, booleans, lists
    ["optimizer == 'sgd' and optimizer != \"adam\""],
    ["shuffle and shuffle == true"],
    ["not shuffle or shuffle != false"],
    ["mixed == 'auto' and mixed != 1"],
    ["batch * 2 == 64"],
    // a parameter may be called as a function is
    ["min == 4 and min(min, 9) == 4"],
    ["not(a>2)and(b<0)"],
    ["true"],
  ])("%s", (source) => {
    expect(checkConstraint(source, parameters)).toEqual([]);
    expect(holds(source)).toBe(true);
    expect(holds(`not (${source})`)).toBe(false);
  });

  it("reads the parameters, in order of appearance", () => {
    expect(compileConstraint("b < a or min(a, 3) > batch", parameters).reads).toEqual(["b", "a", "batch"]);
  });

  it("does not apply when it reads an inactive parameter", () => {
    expect(holds("a > 5")).toBe(false);
    expect(holds("a > 5", { b: 1 })).toBe(true);
    expect(holds("a > 5 and b > 5", { b: 1 })).toBe(true);
  });

  it.each([
    ["a / 0 > 1"],
    ["a / 0 != 1"],
    ["a ^ 1e4 > 1"],
    ["log(-a) < 1"],
    ["(-a) ^ 0.5 != 3"],
    ["sqrt(b) >= 0"],
    ["a % 0 == 0"],
    ["exp(1000) > 1"],
  ])("%s is false: it cannot be computed", (source) => {
    expect(holds(source)).toBe(false);
  });

  it("computes with doubles as the language says", () => {
    const number = fc.double({ min: -1e100, max: 1e100, noNaN: true });
    fc.assert(
      fc.property(number, fc.integer({ min: -100, max: 100 }), (a, b) => {
        const given = { ...values, a, b };
        expect(holds("a + b * 2 <= a - b / 4", given)).toBe(a + b * 2 <= a - b / 4);
        expect(holds("a < b", given)).toBe(a < b);
        expect(holds("a == b or a != b", given)).toBe(true);
        expect(holds("not a <= b", given)).toBe(!(a <= b));
        expect(holds("b - 7 * floor(b / 7) == b % 7", given)).toBe(true);
      }),
    );
  });
});

describe("problems of a constraint", () => {
  it.each([
    ["", "expected one expression, got none"],
    ["a b", "expected one expression, got 2"],
    ["a > 1, b > 1", "expected one expression, got 2"],
    ["(a > 1", "Unclosed ("],
    ["a > 1)", 'Unexpected ")"'],
    ["a >", "Expected expression after >"],
    ["a === 2", "Expected expression after =="],
    ["a && b", 'Unexpected "&"'],
    ["a = 2", 'Unexpected "="'],
    ["'open > 1", "Unclosed quote"],
    ["1 < a < 3", "expected one comparison at a time, got a chain"],
    ["not a == b == 3", "got a chain"],
    ["c > 1", "expected the name of a parameter (a, b, batch, optimizer, shuffle, mixed, min), got c"],
    ["log > 1", "got log; the function is written log(…)"],
    ["sin(a) > 1", "expected a function (abs, min, max, log, exp, sqrt, floor, ceil), got sin"],
    ["constructor(a) > 1", "got constructor"],
    ["toString > 1", "got toString"],
    ["log(a, b) > 1", "expected one argument for log, got 2"],
    ["max() > 1", "expected one or more arguments for max, got 0"],
    ["a + b", "expected conditions in a constraint, got a + b (number)"],
    ["optimizer", "expected conditions in a constraint, got optimizer (string)"],
    ["a + optimizer > 1", "expected numbers in a + optimizer, got optimizer (string)"],
    ["optimizer < 'b'", 'expected numbers in optimizer < "b", got optimizer (string)'],
    ["mixed > 1", "expected numbers in mixed > 1, got mixed (number or string or null)"],
    ["-shuffle == 1", "expected numbers in -shuffle, got shuffle (boolean)"],
    ["log(optimizer) > 1", "expected numbers in log(…), got optimizer (string)"],
    ["not a", "expected conditions in not …, got a (number)"],
    ["a and b > 1", "expected conditions in a and b > 1, got a (number)"],
    ["a == 'x'", 'expected two values of one type in a == "x", got a (number) and "x" (string)'],
    ["optimizer == 'sdg'", 'expected optimizer == "sdg" to be possible, got "sgd", "adam" and "sdg"'],
    ["batch != 48", "expected batch != 48 to be possible, got 16, 32, 64 and 48"],
    ["1e999 > a", "expected numbers up to 1.8e308"],
    ["this > 1", "got ThisExpression"],
    ["a.b > 1", "got MemberExpression"],
    ["a[0] > 1", "got MemberExpression"],
    ["[1] > 1", "got ArrayExpression"],
    ["a > 1 ? true : false", "got ConditionalExpression"],
    ["(a)(b) > 1", "expected one expression, got 2"],
    ["max(a)(b) > 1", "got CallExpression"],
    [`a > ${"1".repeat(1000)}`, "expected an expression of at most 1000 characters, got 1004"],
  ])("%s", (source, problem) => {
    expect(checkConstraint(source, parameters).join("\n")).toContain(problem);
    expect(() => compileConstraint(source, parameters)).toThrow(problem);
  });

  it("are all reported at once, each once", () => {
    expect(checkConstraint("c + 1 > d and sin(a) < optimizer * 2", parameters)).toHaveLength(4);
  });

  it("never end in anything but a message", () => {
    const word = fc.constantFrom(
      "a",
      "b",
      "optimizer",
      "(",
      ")",
      "not",
      "and",
      "or",
      "-",
      "^",
      "<",
      "==",
      "1",
      "'x'",
      ",",
      "[",
      ".",
      "?",
      "max",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
          fc.string(),
        ),
        (source) => {
          for (const problem of checkConstraint(source, parameters)) expect(problem).toMatch(/^expected .*, got /s);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
