import fc from "fast-check";
import type {
  Condition,
  Parameter,
  ParameterValues,
  Scalar,
  Scale,
  SearchSpace,
} from "../../../lib/space/parameter.ts";

/** Spaces as a study file may describe them, for properties that hold for all. */

const magnitude: fc.Arbitrary<number> = fc
  .tuple(fc.integer({ min: -300, max: 299 }), fc.double({ min: 1, max: 9.999, noNaN: true }))
  .map(([exponent, mantissa]) => mantissa * 10 ** exponent);
const signed: fc.Arbitrary<number> = fc.tuple(magnitude, fc.boolean()).map(([x, negative]) => (negative ? -x : x));

function ascending(numbers: fc.Arbitrary<number>): fc.Arbitrary<{ min: number; max: number }> {
  return fc.tuple(numbers, numbers).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
}

const linearFloat = ascending(signed).map((range) => ({ type: "float" as const, scale: "linear" as const, ...range }));
const logFloat = ascending(magnitude).map((range) => ({ type: "float" as const, scale: "log" as const, ...range }));
const reverseLogFloat = ascending(fc.double({ min: 0, max: 0.9999999, noNaN: true })).map((range) => ({
  type: "float" as const,
  scale: "reverse-log" as const,
  ...range,
}));
export const continuous: fc.Arbitrary<Parameter> = fc
  .oneof(linearFloat, logFloat, reverseLogFloat)
  .map((parameter) => ({ name: "x", ...parameter }));

const int: fc.Arbitrary<Parameter> = fc
  .record({
    min: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    span: fc.integer({ min: 0, max: 1_000_000_000 }),
    step: fc.integer({ min: 1, max: 1000 }),
    log: fc.boolean(),
  })
  .map(({ min, span, step, log }) => {
    const low = log ? Math.abs(min) : min;
    const scale: Scale = log ? "log" : "linear";
    return { name: "x", type: "int", min: low, max: low + span, step: Math.min(step, Math.max(1, span)), scale };
  });

/** A decimal min and step of at most four places, as people write them. */
const steppedFloat: fc.Arbitrary<Parameter> = fc
  .record({
    min: fc.integer({ min: -10_000, max: 10_000 }),
    span: fc.integer({ min: 0, max: 1_000_000 }),
    step: fc.integer({ min: 1, max: 5000 }),
    places: fc.integer({ min: 0, max: 4 }),
    scale: fc.constantFrom<Scale>("linear", "log"),
  })
  .map(({ min, span, step, places, scale }) => {
    const unit = 10 ** places;
    const low = scale === "log" ? Math.abs(min) + 1 : min;
    return { name: "x", type: "float", min: low / unit, max: (low + span) / unit, step: step / unit, scale };
  });

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const listed: fc.Arbitrary<Parameter> = fc
  .tuple(fc.constantFrom("categorical" as const, "ordinal" as const), fc.uniqueArray(scalar, { minLength: 1 }))
  .map(([type, values]) => ({ name: "x", type, values }));

export const levelled: fc.Arbitrary<Parameter> = fc.oneof(int, steppedFloat, listed);

export function spaceOf(parameters: readonly Parameter[], constraints: readonly string[] = []): SearchSpace {
  return { parameters, constraints };
}

/** Spaces of up to six parameters with up to four levels and nested conditions, parents first. */
export const conditionalSpace: fc.Arbitrary<SearchSpace> = fc
  .array(
    fc.record({
      levels: fc.integer({ min: 1, max: 4 }),
      type: fc.constantFrom("int" as const, "categorical" as const),
      parents: fc.array(
        fc.record({ place: fc.nat(5), accepted: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }) }),
        { maxLength: 2 },
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((rows) =>
    spaceOf(
      rows.map(({ levels, type, parents }, place): Parameter => {
        const when: Condition = Object.fromEntries(
          parents.filter((parent) => parent.place < place).map((parent) => [`p${parent.place}`, parent.accepted]),
        );
        const name = `p${place}`;
        return type === "int"
          ? { name, type, min: 0, max: levels - 1, scale: "linear", when }
          : { name, type, values: Array.from({ length: levels }, (_, i) => i), when };
      }),
    ),
  );

/** As many parents as children, each child of three parents far from each other. */
export function entangled(count: number): SearchSpace {
  const names = Array.from({ length: count }, (_, i) => `parent${i}`);
  const parents = names.map((name): Parameter => ({ name, type: "categorical", values: ["a", "b"] }));
  const children = names.map((_, i): Parameter => {
    const when = Object.fromEntries([1, 7, 19].map((step) => [`parent${(i * step) % count}`, ["a"]]));
    return { name: `child${i}`, type: "int", min: 1, max: 2, scale: "linear", when };
  });
  return spaceOf([...parents, ...children]);
}

/** All configurations of a space of small ints and categories, by plain recursion. */
export function bruteForce({ parameters }: SearchSpace): ParameterValues[] {
  return parameters.reduce<ParameterValues[]>(
    (prefixes, parameter) =>
      prefixes.flatMap((prefix) => {
        const isActive = Object.entries(parameter.when ?? {}).every(
          ([parent, accepted]) => parent in prefix && accepted.includes(prefix[parent]!),
        );
        if (!isActive) return [prefix];
        const values =
          "values" in parameter ? parameter.values : Array.from({ length: parameter.max + 1 }, (_, value) => value);
        return values.map((value) => ({ ...prefix, [parameter.name]: value }));
      }),
    [{}],
  );
}
