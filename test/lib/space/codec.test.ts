import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter, Scale } from "../../../lib/space/parameter.ts";
import { bruteForce, conditionalSpace, continuous, entangled, levelled, spaceOf } from "./arbitraries.ts";

const unit = fc.double({ min: 0, max: 1, noNaN: true });

function single(parameter: Parameter) {
  const space = compileSpace(spaceOf([parameter]));
  return {
    dimension: space.dimensions[0]!,
    encode: (value: Parameter["default"]) => space.encode({ [parameter.name]: value ?? null })[0]!,
    decode: (u: number) => space.decode(Float64Array.of(u))[parameter.name],
    contains: (value: Parameter["default"]) => space.contains({ [parameter.name]: value ?? null }),
    levels: () => Array.from({ length: space.dimensions[0]!.levels }, (_, level) => space.levelValue(0, level)),
  };
}

function float(min: number, max: number, scale: Scale = "linear", step?: number): Parameter {
  return { name: "x", type: "float", min, max, scale, ...(step === undefined ? {} : { step }) };
}

function int(min: number, max: number, scale: Scale = "linear", step?: number): Parameter {
  return { name: "x", type: "int", min, max, scale, ...(step === undefined ? {} : { step }) };
}

describe("coordinates", () => {
  it.each([
    ["linear", float(-2, 6), 0, 0.25],
    ["log", float(1e-4, 1, "log"), 1e-3, 0.25],
    ["reverse-log", float(0, 0.9999, "reverse-log"), 0.99, 0.5],
    ["int: half a step of padding", int(1, 4), 2, 0.375],
    ["int in steps", int(1, 9, "linear", 2), 9, 0.9],
    ["int on a log scale: log 2 between log 0.5 and log 8.5", int(1, 8, "log"), 2, Math.log(4) / Math.log(17)],
    ["int on a log scale from 0: log(x + 1)", int(0, 7, "log"), 1, Math.log(4) / Math.log(17)],
    ["ordinal", { name: "x", type: "ordinal", values: [16, 32, 64, 128] } as const, 64, 0.625],
    ["categorical", { name: "x", type: "categorical", values: ["a", "b"] } as const, "b", 0.75],
  ])("%s", (_, parameter, value, u) => {
    expect(single(parameter).encode(value)).toBeCloseTo(u, 12);
    expect(single(parameter).decode(u)).toBeTypeOf(typeof value);
  });

  it("gives every level an equal part of a linear axis, to the very ends", () => {
    const { decode } = single(int(1, 4));
    expect([0, 0.2499, 0.2501, 0.4999, 0.5001, 0.7499, 0.7501, 1].map(decode)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("tells kinds and levels", () => {
    const parameters: Parameter[] = [
      float(0, 1),
      float(0, 1, "linear", 0.25),
      int(3, 9, "linear", 2),
      { name: "x", type: "ordinal", values: [1, 2, 3] },
      { name: "x", type: "categorical", values: ["a"] },
      float(2, 2),
    ];
    expect(
      parameters.map((parameter) => single(parameter).dimension).map(({ kind, levels }) => [kind, levels]),
    ).toEqual([
      ["continuous", Number.POSITIVE_INFINITY],
      ["discrete", 5],
      ["discrete", 4],
      ["discrete", 3],
      ["categorical", 1],
      ["discrete", 1],
    ]);
  });

  it("is monotone, and decodes within the range exactly", () => {
    fc.assert(
      fc.property(continuous, unit, unit, (parameter, a, b) => {
        const { decode } = single(parameter);
        const { min, max } = parameter as { min: number; max: number };
        const low = decode(Math.min(a, b)) as number;
        const high = decode(Math.max(a, b)) as number;
        // The exponential is good to an ulp, so that neighbouring coordinates may change places by as much.
        expect(low - high).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(high));
        expect(low).toBeGreaterThanOrEqual(min);
        expect(high).toBeLessThanOrEqual(max);
        expect(decode(0)).toBe(min);
        expect(decode(1)).toBe(max);
      }),
    );
  });
});

describe("decode(encode(x)) = x", () => {
  it("exactly, for everything that has levels", () => {
    fc.assert(
      fc.property(levelled, unit, (parameter, u) => {
        const { encode, decode, contains, dimension } = single(parameter);
        const space = compileSpace(spaceOf([parameter]));
        const value = space.levelValue(0, Math.min(dimension.levels - 1, Math.floor(u * dimension.levels)));
        expect(decode(encode(value)) === value).toBe(true);
        expect(contains(value)).toBe(true);
      }),
    );
  });

  it("to the stated rounding, for floats from 1e-300 to 1e300", () => {
    fc.assert(
      fc.property(continuous, unit, (parameter, u) => {
        const { encode, decode } = single(parameter);
        const { min, max, scale } = parameter as { min: number; max: number; scale: Scale };
        const x = decode(u) as number;
        const again = decode(encode(x)) as number;
        const epsilon = 8 * Number.EPSILON;
        if (scale === "linear") {
          expect(Math.abs(again - x)).toBeLessThanOrEqual(epsilon * Math.max(Math.abs(min), Math.abs(max)));
        } else {
          const distance = scale === "log" ? Math.abs(x) : 1 - x;
          const logs = scale === "log" ? [min, max] : [1 - min, 1 - max];
          const size = 1 + logs.reduce((sum, value) => sum + Math.abs(Math.log(value)), 0);
          expect(Math.abs(again - x)).toBeLessThanOrEqual(epsilon * size * distance + Number.EPSILON * Math.abs(x));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("at both ends exactly", () => {
    fc.assert(
      fc.property(fc.oneof(continuous, levelled), (parameter) => {
        fc.pre("min" in parameter);
        const { encode, decode } = single(parameter);
        expect(decode(encode(parameter.min))).toBe(parameter.min);
        expect(decode(encode(parameter.max))).toBe(parameter.max);
      }),
    );
  });

  it("where the range has so few doubles that each is a level", () => {
    const { encode, decode } = single(float(1e292, 1.0000000000000002e292, "log"));
    expect([encode(1e292), encode(1.0000000000000002e292)]).toEqual([0.25, 0.75]);
    expect([decode(0), decode(1)]).toEqual([1e292, 1.0000000000000002e292]);
    expect(compileSpace(spaceOf([float(-1e-323, 1e-323)])).cardinality).toBe(5);
  });

  it("where the logarithm loses most digits of a narrow range", () => {
    const { decode } = single(float(1e292, 1.000000001e292, "log"));
    expect(new Set(Array.from({ length: 50_000 }, (_, i) => decode(i / 50_000))).size).toBe(50_000);
  });

  it("where the span of the range overflows", () => {
    const { encode, decode } = single(float(-1.7e308, 1.7e308));
    expect([encode(-1.7e308), encode(0), encode(1.7e308)]).toEqual([0, 0.5, 1]);
    expect(decode(0.75)).toBe(8.5e307);
  });
});

describe("levels of long ranges", () => {
  it.each([
    [-8_321_499_124, 0, 3, [-8_321_499_124, -1, 0], 2_773_833_043],
    [14, 2 ** 31, 7, [14, 21, 2_147_483_646, 2 ** 31], 306_783_378],
    [-(2 ** 53 - 1), 2 ** 53 - 2, 3, [-(2 ** 53 - 1), -(2 ** 53 - 4), 2, 5, 2 ** 53 - 2], 6_004_799_503_160_662],
    [2 ** 53 - 10, 2 ** 53 - 2, 7, [2 ** 53 - 10, 2 ** 53 - 3, 2 ** 53 - 2], 3],
    [-(2 ** 53 - 1), 2 ** 53 - 1, 7, [-(2 ** 53 - 1), 0, 2 ** 53 - 1], 2_573_485_501_354_570],
  ])("from %d to %d by %d hold their values", (min, max, step, values, count) => {
    const space = compileSpace(spaceOf([{ name: "x", type: "int", min, max, step, scale: "linear" }]));
    for (const x of values) {
      const onStep = x === max || (BigInt(x) - BigInt(min)) % BigInt(step) === 0n;
      expect(space.contains({ x }), `${x}`).toBe(onStep);
    }
    expect(space.cardinality).toBe(count);
    const exact = (BigInt(max) - BigInt(min) + BigInt(step) - 1n) / BigInt(step) + 1n;
    expect(BigInt(count)).toBe(exact);
  });

  it.each([0.1, 0.25, 0.618, 0.9999])("are whole steps from the start at %d of the axis", (u) => {
    const [min, max] = [-(2 ** 53 - 1), 2 ** 53 - 2];
    const space = compileSpace(spaceOf([{ name: "x", type: "int", min, max, step: 3, scale: "linear" }]));
    const { x } = space.decode(Float64Array.of(u));
    expect((BigInt(x as number) - BigInt(min)) % 3n).toBe(0n);
    expect(space.contains({ x: x! })).toBe(true);
  });
});

describe("levels", () => {
  it.each([
    ["clean decimals", float(0.1, 0.5, "linear", 0.1), [0.1, 0.2, 0.3, 0.4, 0.5]],
    ["a zero without a sign", float(-0.3, 0.1, "linear", 0.1), [-0.3, -0.2, -0.1, 0, 0.1]],
    ["an offset", float(0.05, 0.35, "linear", 0.1), [0.05, 0.15, 0.25, 0.35]],
    ["a step that does not divide the range", float(0, 1, "linear", 0.4), [0, 0.4, 0.8, 1]],
    ["an int step that does not divide the range", int(1, 10, "linear", 4), [1, 5, 9, 10]],
    ["scientific notation", float(0, 3e-7, "linear", 1e-7), [0, 1e-7, 2e-7, 3e-7]],
    ["one step longer than the range", float(0, 1, "linear", 5), [0, 1]],
    ["a fixed range", int(3, 3), [3]],
    ["a log scale that half a step would take below zero", int(1, 7, "log", 2), [1, 3, 5, 7]],
    ["a reverse-log scale that half a step would take beyond 1", float(0.5, 0.9, "reverse-log", 0.2), [0.5, 0.7, 0.9]],
  ])("%s", (_, parameter, levels) => {
    const axis = single(parameter);
    expect(axis.levels()).toEqual(levels);
    expect(levels.map((level) => axis.decode(axis.encode(level)))).toEqual(levels);
  });

  it("does without levels where they cannot be counted", () => {
    expect(single(float(0, 1e300, "linear", 1e-300)).dimension.kind).toBe("continuous");
  });

  it("refuses the level of a continuous parameter", () => {
    expect(() => compileSpace(spaceOf([float(0, 1)])).levelValue(0, 0)).toThrow("finitely many levels");
  });
});

describe("values from elsewhere", () => {
  it("clips numbers, and takes the middle for what is no value of the parameter", () => {
    expect([-5, 7, Number.NaN, "a"].map(single(float(0, 1)).encode)).toEqual([0, 1, 0.5, 0.5]);
    expect([-5, 70, "a"].map(single(int(0, 9)).encode)).toEqual([0, 1, 0.5]);
    expect(single(int(0, 8, "linear", 2)).encode(3)).toBeCloseTo(0.4, 14);
    expect(single({ name: "x", type: "categorical", values: ["a", "b"] }).encode("c")).toBe(0.5);
  });

  it.each([
    [float(0, 1), [0, 0.5, 1], [-0.1, 1.1, "0.5", null, Number.NaN]],
    [int(0, 8, "linear", 2), [0, 4, 8], [3, 10, "4", 0.5, Number.NaN]],
    [{ name: "x", type: "ordinal", values: [1, "a", null] } as const, [1, "a", null], ["1", 0, "b"]],
  ])("contains only the values of the parameter", (parameter, inside, outside) => {
    expect(inside.map(single(parameter).contains)).toEqual(inside.map(() => true));
    expect(outside.map(single(parameter).contains)).toEqual(outside.map(() => false));
  });
});

describe("conditions", () => {
  const space = compileSpace(
    spaceOf([
      { name: "optimizer", type: "categorical", values: ["sgd", "adam"] },
      { name: "momentum", type: "float", min: 0, max: 0.9, scale: "linear", when: { optimizer: ["sgd"] } },
      { name: "nesterov", type: "categorical", values: [true, false], when: { momentum: [0.9] } },
    ]),
  );

  it("leaves out what is inactive, and children of what is inactive", () => {
    expect(space.decode(Float64Array.of(0.9, 1, 0))).toEqual({ optimizer: "adam" });
    expect(space.decode(Float64Array.of(0.1, 0.5, 0))).toEqual({ optimizer: "sgd", momentum: 0.45 });
    expect(space.decode(Float64Array.of(0.1, 1, 0))).toEqual({ optimizer: "sgd", momentum: 0.9, nesterov: true });
  });

  it("encodes what is inactive as the middle, whatever value came along", () => {
    const values = { optimizer: "adam", momentum: 0.9, nesterov: true };
    expect([...space.encode(values)]).toEqual([0.75, 0.5, 0.5]);
    expect(space.key(values)).toBe('{"optimizer":"adam"}');
    expect(space.contains({ optimizer: "adam", momentum: 77 })).toBe(true);
    expect(space.contains({ optimizer: "sgd" })).toBe(false);
  });

  it("tells what is active, by value and by point", () => {
    expect([...space.active({ optimizer: "sgd" })]).toEqual(["optimizer", "momentum"]);
    expect([...space.activeMask(Float64Array.of(0.1, 0.5, 0))]).toEqual([1, 1, 0]);
    expect([...space.activeMask(Float64Array.of(0.9, 1, 0))]).toEqual([1, 0, 0]);
  });

  it("gives equal keys to equal configurations only", () => {
    expect(space.key({ momentum: 0.5, optimizer: "sgd" })).toBe(space.key({ optimizer: "sgd", momentum: 0.5 }));
    expect(space.key({ optimizer: "sgd", momentum: 0.5 })).not.toBe(space.key({ optimizer: "sgd", momentum: 0.25 }));
  });

  it("decodes every point to values that are contained, and back to the same values", () => {
    fc.assert(
      fc.property(conditionalSpace, fc.array(unit, { minLength: 6, maxLength: 6 }), (spec, units) => {
        const compiled = compileSpace(spec);
        const values = compiled.decode(Float64Array.from(units.slice(0, spec.parameters.length)));
        expect(compiled.contains(values)).toBe(true);
        expect(new Set(Object.keys(values))).toEqual(compiled.active(values));
        expect(compiled.decode(compiled.encode(values))).toEqual(values);
      }),
    );
  });

  it("settles a point where its configuration is encoded, and nowhere when a constraint is broken", () => {
    fc.assert(
      fc.property(
        conditionalSpace,
        fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (spec, units) => {
          const compiled = compileSpace(spec);
          const point = Float64Array.from(units.slice(0, spec.parameters.length));
          const settled = compiled.settle(point)!;
          expect(compiled.decode(settled)).toEqual(compiled.decode(point));
          compiled.encode(compiled.decode(point)).forEach((u, k) => {
            expect(settled[k]).toBeCloseTo(u, 9);
          });
        },
      ),
    );
    const ordered = compileSpace(
      spaceOf([int(1, 9), { name: "y", type: "int", min: 1, max: 9, scale: "linear" }], ["x < y"]),
    );
    expect(ordered.settle(Float64Array.of(0.9, 0.1))).toBeNull();
    expect(ordered.settle(Float64Array.of(0, 1))).toEqual(ordered.encode({ x: 1, y: 9 }));
  });
});

describe("enumeration", () => {
  it("numbers every configuration once", () => {
    fc.assert(
      fc.property(conditionalSpace, (spec) => {
        const space = compileSpace(spec);
        const all = Array.from({ length: space.cardinality }, (_, index) => space.enumerate(BigInt(index)));
        const keys = all.map(space.key).sort();
        expect(keys).toEqual(bruteForce(spec).map(space.key).sort());
        expect(new Set(keys).size).toBe(all.length);
      }),
    );
  });

  it("changes the last parameter fastest", () => {
    const space = compileSpace(
      spaceOf([
        { name: "a", type: "categorical", values: ["x", "y"] },
        { name: "b", type: "int", min: 1, max: 3, scale: "linear" },
      ]),
    );
    expect([0n, 1n, 3n, 5n].map(space.enumerate)).toEqual([
      { a: "x", b: 1 },
      { a: "x", b: 2 },
      { a: "y", b: 1 },
      { a: "y", b: 3 },
    ]);
    expect(() => space.enumerate(6n)).toThrow("0 … 5");
  });

  it("reaches into spaces of 10¹⁸ configurations", () => {
    const space = compileSpace(
      spaceOf(Array.from({ length: 18 }, (_, i) => ({ name: `p${i}`, type: "int", min: 0, max: 9, scale: "linear" }))),
    );
    expect(space.cardinality).toBe(1e18);
    expect(Object.values(space.enumerate(123_456_789_012_345_678n)).join("")).toBe("123456789012345678");
  });

  it("counts many independent conditions without listing their combinations", () => {
    const space = compileSpace(
      spaceOf(
        Array.from({ length: 60 }, (_, i): Parameter[] => [
          { name: `parent${i}`, type: "categorical", values: ["a", "b"] },
          { name: `child${i}`, type: "int", min: 1, max: 2, scale: "linear", when: { [`parent${i}`]: ["a"] } },
        ]).flat(),
      ),
    );
    expect(space.cardinality).toBe(3 ** 60);
  });

  it("gives up counting conditions that are tangled beyond hope", () => {
    const { cardinality } = compileSpace(entangled(40));
    expect(cardinality).toBe(Number.POSITIVE_INFINITY);
    expect(compileSpace(entangled(6)).cardinality).toBeLessThan(2 ** 6 * 3 ** 6);
  });

  it("is infinite exactly when a continuous parameter can be active", () => {
    const mode: Parameter = { name: "mode", type: "categorical", values: ["a", "b"] };
    const sub: Parameter = { name: "sub", type: "categorical", values: ["c", "d"], when: { mode: ["a"] } };
    const child = (when: Parameter["when"]): Parameter => ({ ...float(0, 1), when: when ?? {} });
    expect(compileSpace(spaceOf([mode, sub, child({ sub: ["c"] })])).cardinality).toBe(Number.POSITIVE_INFINITY);
    const never = compileSpace(spaceOf([mode, sub, child({ mode: ["b"], sub: ["c"] })]));
    expect(never.cardinality).toBe(3);
    expect(() => compileSpace(spaceOf([float(0, 1)])).enumerate(0n)).toThrow("finitely many levels");
  });
});

it("takes names that every object inherits for what they are", () => {
  const space = compileSpace(
    spaceOf([
      { name: "toString", type: "int", min: 1, max: 3, scale: "linear" },
      { name: "__proto__", type: "int", min: 1, max: 3, scale: "linear", when: { toString: [3] } },
    ]),
  );
  expect(space.key({})).toBe("{}");
  expect(space.contains({})).toBe(false);
  const values = space.decode(Float64Array.of(1, 0.5));
  expect(space.key(values)).toBe('{"toString":3,"__proto__":2}');
  expect([...space.encode(values)]).toEqual([5 / 6, 0.5]);
});

it("checks parameter constraints, and compiles a space once", () => {
  const spec = spaceOf([int(1, 9), { name: "y", type: "int", min: 1, max: 9, scale: "linear" }], ["x < y", "y != 5"]);
  const space = compileSpace(spec);
  expect([
    space.violations({ x: 1, y: 2 }),
    space.violations({ x: 9, y: 2 }),
    space.violations({ x: 9, y: 5 }),
  ]).toEqual([0, 1, 2]);
  expect([space.satisfies({ x: 1, y: 2 }), space.satisfies({ x: 1, y: 5 })]).toEqual([true, false]);
  expect(compileSpace(spec)).toBe(space);
  expect(() => compileSpace(spaceOf([int(1, 9)], ["z > 1"]))).toThrow('constraint "z > 1"');
});
