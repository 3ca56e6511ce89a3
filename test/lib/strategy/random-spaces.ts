import fc from "fast-check";
import { compileConstraint } from "../../../lib/space/constraints.ts";
import type { Parameter, ParameterValues, Scalar, SearchSpace } from "../../../lib/space/parameter.ts";

/** Spaces as odd as a study file may describe them, for what must hold in all of them. */

const MOST = Number.MAX_SAFE_INTEGER;

const magnitude = fc
  .tuple(fc.integer({ min: -300, max: 299 }), fc.double({ min: 1, max: 9.999, noNaN: true }))
  .map(([exponent, mantissa]) => Number(`${mantissa}e${exponent}`)); // 10 ** n differs between machines
const signed = fc.tuple(magnitude, fc.boolean()).map(([x, negative]) => (negative ? -x : x));

interface Range {
  readonly min: number;
  readonly max: number;
}

const rangeOf = (a: number, b: number): Range => ({ min: Math.min(a, b) + 0, max: Math.max(a, b) + 0 });
const ascending = (numbers: fc.Arbitrary<number>): fc.Arbitrary<Range> =>
  fc.tuple(numbers, numbers).map(([a, b]) => rangeOf(a, b));

/** From 2⁻⁵² to 2⁻²⁰ of itself wide: a handful of doubles up to some billions. */
const narrow: fc.Arbitrary<Range> = fc
  .tuple(signed, fc.integer({ min: -53, max: -20 }))
  .map(([x, power]) => rangeOf(x, x * (1 + 2 ** power)));

const human: fc.Arbitrary<Range> = fc.constantFrom(
  { min: 0, max: 1 },
  { min: -5, max: 10 },
  { min: 0.001, max: 0.1 },
  { min: -1, max: 0 },
);
const point: fc.Arbitrary<Range> = signed.map((x) => rangeOf(x, x));

type Bare = Parameter extends infer Kind ? (Kind extends Parameter ? Omit<Kind, "name"> : never) : never;

const floats: fc.Arbitrary<Bare> = fc.oneof(
  { weight: 4, arbitrary: human.map((range) => ({ type: "float" as const, scale: "linear" as const, ...range })) },
  fc
    .oneof(ascending(signed), narrow, point)
    .map((range) => ({ type: "float" as const, scale: "linear" as const, ...range })),
  fc
    .oneof(
      ascending(magnitude),
      narrow.map(({ min, max }) => rangeOf(Math.abs(min), Math.abs(max))),
    )
    .map((range) => ({ type: "float" as const, scale: "log" as const, ...range })),
  fc
    .oneof(ascending(fc.double({ min: 0, max: 0.9999999, noNaN: true })), fc.constant({ min: 0, max: 0.999 }))
    .map((range) => ({ type: "float" as const, scale: "reverse-log" as const, ...range })),
);

/** Steps that divide the range, and steps that do not. */
const stepped: fc.Arbitrary<Bare> = fc
  .record({
    min: fc.integer({ min: -1000, max: 1000 }),
    step: fc.integer({ min: 1, max: 500 }),
    steps: fc.double({ min: 1, max: 40, noNaN: true }),
    places: fc.integer({ min: 0, max: 6 }),
    log: fc.boolean(),
  })
  .map(({ min, step, steps, places, log }) => {
    const low = log ? Math.abs(min) + 1 : min;
    const unit = 10 ** places;
    const max = (low + Math.ceil(step * steps)) / unit;
    return {
      type: "float" as const,
      scale: log ? ("log" as const) : ("linear" as const),
      min: low / unit,
      max,
      step: Math.min(step / unit, max - low / unit),
    };
  });

const wholeNumber = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -20, max: 20 }) },
  fc.integer({ min: -(2 ** 33), max: 2 ** 33 }),
  fc.constantFrom(2 ** 31, 2 ** 31 - 1, -(2 ** 31), 2 ** 32, MOST, MOST - 1, MOST - 9, -MOST, -MOST + 3, 2 ** 52 + 1),
);

const ints: fc.Arbitrary<Bare> = fc
  .record({ range: ascending(wholeNumber), step: fc.integer({ min: 1, max: 7 }), log: fc.boolean() })
  .map(({ range, step, log }) => {
    const { min, max } = log ? rangeOf(Math.abs(range.min), Math.abs(range.max)) : range;
    return {
      type: "int" as const,
      min,
      max,
      scale: log ? ("log" as const) : ("linear" as const),
      ...(step > 1 && step <= max - min ? { step } : {}),
    };
  });

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.constantFrom<Scalar>("a", "b", "", "toString", "é", 0, 1, -0.5, 1e300, true, false, null),
  fc.string({ maxLength: 3 }),
);
const choices: fc.Arbitrary<Bare> = fc
  .record({
    type: fc.constantFrom("categorical" as const, "ordinal" as const),
    values: fc.uniqueArray(scalar, { minLength: 1, maxLength: 5 }),
  })
  .map((bare) => bare);

const kinds = fc.oneof({ weight: 3, arbitrary: floats }, stepped, { weight: 2, arbitrary: ints }, choices);

/** Names that are an object's own in JavaScript, or keywords, are names like any other. */
const NAMES = ["a", "x1", "constructor", "learningRate", "toString", "_", "valueOf", "B"];

interface Drawn {
  readonly bare: Bare;
  /** Parents among the parameters before it, and at which fractions of their ranges the values lie that it needs. */
  readonly parents: readonly { readonly place: number; readonly at: readonly number[] }[];
  /** Where in its range the witness has it. */
  readonly witness: number;
  readonly withDefault: boolean;
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

/** The value of a parameter at a fraction of its range: an independent, plainer decoding. */
function valueAt(bare: Bare, at: number): Scalar {
  if ("values" in bare) return bare.values[Math.min(bare.values.length - 1, Math.floor(at * bare.values.length))]!;
  const { min, max } = bare;
  const step = bare.step ?? (bare.type === "int" ? 1 : 0);
  if (at === 1 || min === max) return max;
  if (step === 0) return Math.min(max, Math.max(min, min * (1 - at) + max * at));
  const level = Math.floor(((max - min) / step) * at);
  if (bare.type === "int") return Number(BigInt(min) + BigInt(level) * BigInt(step));
  return level === 0 ? min : max; // multiples of a decimal step are rounded in ways that are none of this test's
}

function parametersOf(drawn: readonly Drawn[]): Parameter[] {
  const parameters: Parameter[] = [];
  for (const [place, { bare, parents, witness, withDefault }] of drawn.entries()) {
    const when = parents
      .filter((parent) => parent.place < place)
      .map(({ place: parent, at }) => [
        parameters[parent]!.name,
        [...new Set(at.map((fractionOf) => valueAt(drawn[parent]!.bare, fractionOf)))],
      ]);
    parameters.push({
      ...bare,
      name: NAMES[place]!,
      ...(withDefault ? { default: valueAt(bare, witness) } : {}),
      ...(when.length === 0 ? {} : { when: Object.fromEntries(when) }),
    } as Parameter);
  }
  return parameters;
}

/** What `when` means, by plain recursion over the parents. */
export function isActive({ parameters }: SearchSpace, name: string, values: ParameterValues): boolean {
  const { when = {} } = parameters.find((parameter) => parameter.name === name)!;
  return Object.entries(when).every(
    ([parent, accepted]) =>
      isActive({ parameters, constraints: [] }, parent, values) &&
      Object.hasOwn(values, parent) &&
      accepted.includes(values[parent]!),
  );
}

type Sign = "loose" | "tight" | "equal" | "impossible";

/** A constraint over numeric parameters that the witness keeps, unless it is an impossible one. */
function constraintOf(
  sign: Sign,
  parameters: readonly Parameter[],
  values: ParameterValues,
  [i, j]: readonly [number, number],
): string | null {
  const numeric = parameters.filter((parameter) => "min" in parameter);
  const [a, b] = [numeric[i % numeric.length], numeric[j % numeric.length]];
  if (a === undefined || b === undefined || !("min" in a) || !("min" in b)) return null;
  const x = Object.hasOwn(values, a.name) ? (values[a.name] as number) : a.min;
  const y = Object.hasOwn(values, b.name) ? (values[b.name] as number) : b.max;
  const room = (parameter: Range, share: number): number => (parameter.max - parameter.min) * share;
  switch (sign) {
    case "loose":
      return `${a.name} <= ${x + room(a, 0.3)}`;
    case "tight":
      return a === b
        ? `abs(${a.name} - (${x})) <= ${room(a, 1e-4)}`
        : `${a.name} + ${b.name} <= ${x + y + room(a, 1e-3)}`;
    case "equal": {
      const wholes = numeric.filter(({ type }) => type === "int");
      const [m, n] = [wholes[i % wholes.length], wholes[j % wholes.length]];
      if (m === undefined || n === undefined) return null;
      const of = (name: string): number => (Object.hasOwn(values, name) ? (values[name] as number) : 0);
      return m === n ? `${m.name} == ${of(m.name)}` : `${m.name} - ${n.name} == ${of(m.name) - of(n.name)}`;
    }
    case "impossible":
      return a.max === Number.MAX_VALUE ? null : `${a.name} * 2 > ${a.max * 2} + abs(${a.name})`;
  }
}

export interface Example {
  readonly space: SearchSpace;
  /** A configuration that satisfies all constraints; null where there is none. */
  readonly witness: ParameterValues | null;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  bare: kinds,
  parents: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.uniqueArray(fc.record({ place: fc.nat(5), at: fc.array(fraction, { minLength: 1, maxLength: 3 }) }), {
      maxLength: 2,
      selector: ({ place }) => place,
    }),
  ),
  witness: fraction,
  withDefault: fc.boolean(),
});

const signs: fc.Arbitrary<readonly { sign: Sign; places: readonly [number, number] }[]> = fc.array(
  fc.record({
    sign: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<Sign>("loose", "tight", "equal") },
      { weight: 1, arbitrary: fc.constant<Sign>("impossible") },
    ),
    places: fc.tuple(fc.nat(7), fc.nat(7)),
  }),
  { maxLength: 2 },
);

/** Up to eight parameters of every kind, nested conditions, and up to two constraints that a known configuration keeps. */
export const examples: fc.Arbitrary<Example> = fc
  .record({ rows: fc.array(drawn, { minLength: 1, maxLength: NAMES.length }), signs, constrained: fc.boolean() })
  .map(({ rows, signs: wanted, constrained }) => {
    const parameters = parametersOf(rows);
    const free: SearchSpace = { parameters, constraints: [] };
    const all = Object.fromEntries(rows.map(({ bare, witness }, place) => [NAMES[place]!, valueAt(bare, witness)]));
    const values = Object.fromEntries(Object.entries(all).filter(([name]) => isActive(free, name, all)));
    const constraints = (constrained ? wanted : []).flatMap(({ sign, places }) => {
      const source = constraintOf(sign, parameters, values, places);
      return source === null || source.includes("Infinity") || source.includes("NaN") ? [] : [source];
    });
    const keeps = constraints.every((source) => compileConstraint(source, parameters).holds(values));
    return { space: { parameters, constraints }, witness: keeps ? values : null };
  });
