import fc from "fast-check";
import jsonata from "jsonata";
import { describe, expect, it } from "vitest";
import { compileExpression, compileTemplate } from "../../../local/asl/expression.ts";
import type { Json } from "../../../local/asl/json.ts";
import { plain } from "../../../local/asl/json.ts";

const strict = (problem: string) => {
  throw new Error(problem);
};

describe("a path of plain names", () => {
  const names = ["a", "b", "length", "constructor", "toString", "hasOwnProperty", "sequence"];
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<Json>(null, true, false, 0, -1.5, "", "text"),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie("json"), { maxKeys: 3 }),
    ),
  })).json;
  const path = fc.array(fc.constantFrom(...names), { maxLength: 4 });

  it("gives what jsonata gives, for any value", async () => {
    await fc.assert(
      fc.asyncProperty(value, path, async (v, steps) => {
        const source = ["$v", ...steps].join(".");
        const wanted = await jsonata(source).evaluate(undefined, { v });
        const got = Promise.resolve(compileExpression(`{% ${source} %}`, strict)({ v }));
        if (wanted === undefined) await expect(got).rejects.toMatchObject({ error: "States.QueryEvaluationError" });
        else expect(await got).toEqual(plain(wanted));
      }),
      { numRuns: 500 },
    );
  });

  it.each(["$v.and", "$v.in", "$v.true", "$v.function", "$sum", "$v.`a b`", "$unknown", "$toString.length"])(
    "%s too",
    async (source) => {
      const v = { and: 1, in: 2, true: 3, function: 4, "a b": 5 };
      let wanted: unknown;
      let compiled: ReturnType<typeof compileExpression>;
      try {
        compiled = compileExpression(`{% ${source} %}`, strict);
        wanted = await jsonata(source).evaluate(undefined, { v });
      } catch {
        expect(() => jsonata(source)).toThrow();
        return;
      }
      const got = (async () => compiled({ v }))();
      if (wanted === undefined || source === "$sum")
        await expect(got).rejects.toMatchObject({ error: "States.QueryEvaluationError" });
      else expect(await got).toEqual(wanted);
    },
  );
});

describe("results", () => {
  it("are plain JSON that shares nothing with the variables", async () => {
    const v = { list: [{ n: 1 }] };
    const result = await compileExpression("{% $v.list[] %}", strict)({ v });
    expect(result).toEqual([{ n: 1 }]);
    expect(Object.getOwnPropertyNames(result)).toEqual(["0", "length"]);
    expect((result as unknown[])[0]).not.toBe(v.list[0]);
    expect(Object.getPrototypeOf(await compileExpression("{% {} %}", strict)({}))).toBe(Object.prototype);
  });

  it.each([
    ["a number that is not finite", "1 / 0"],
    ["a function", "$sum"],
    ["a function inside", "{'f': [$sum]}"],
    ["a lambda", "function($x) { $x }"],
  ])("are refused when they are %s", async (_, source) => {
    const got = Promise.resolve(compileExpression(`{% ${source} %}`, strict)({}));
    await expect(got).rejects.toMatchObject({ error: "States.QueryEvaluationError" });
  });

  it("of a template keep constants as they are", async () => {
    const template = compileTemplate({ a: ["{% $x %}", "{ % no", 1], b: {} }, strict);
    expect(await template({ x: 5 })).toEqual({ a: [5, "{ % no", 1], b: {} });
  });
});
