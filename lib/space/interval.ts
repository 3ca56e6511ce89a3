/**
 * Interval arithmetic for parameter constraints: what values an expression can have, and, the other way round, what
 * values its operands can have where its own are known (Benhamou, Goualard, Granvilliers & Puget 1999, "Revising hull and
 * box consistency"). Results hold every double that the operation itself may return; bounds may be infinite.
 */
import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { power } from "./arithmetic.ts";

/** All doubles from lo to hi, both included; none when lo > hi. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export const WHOLE: Interval = { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };
export const NOTHING: Interval = { lo: Number.POSITIVE_INFINITY, hi: Number.NEGATIVE_INFINITY };

/** What the roundings of an operation and its inverse may amount to, relative to the result. */
const SLACK = 4 * Number.EPSILON;

/** The same for powers, whose exponent multiplies the roundings: by no more than the logarithm of 1.8e308, or 1024 squarings. */
const POWER_SLACK = 2048 * Number.EPSILON;

export function isEmpty({ lo, hi }: Interval): boolean {
  return lo > hi;
}

export function intersect(a: Interval, b: Interval): Interval {
  return { lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) };
}

/** The least interval about some numbers; the whole line where one of them is undefined (∞ − ∞, 0·∞). */
function hull(numbers: readonly number[]): Interval {
  return numbers.some(Number.isNaN) ? WHOLE : { lo: Math.min(...numbers), hi: Math.max(...numbers) };
}

function outward({ lo, hi }: Interval, slack = SLACK): Interval {
  return {
    lo: Number.isFinite(lo) ? lo - (Math.abs(lo) * slack + Number.MIN_VALUE) : lo,
    hi: Number.isFinite(hi) ? hi + (Math.abs(hi) * slack + Number.MIN_VALUE) : hi,
  };
}

const negate = ({ lo, hi }: Interval): Interval => ({ lo: -hi, hi: -lo });
const add = (a: Interval, b: Interval): Interval => defined(a.lo + b.lo, a.hi + b.hi);
const subtract = (a: Interval, b: Interval): Interval => add(a, negate(b));

function defined(lo: number, hi: number): Interval {
  return {
    lo: Number.isNaN(lo) ? Number.NEGATIVE_INFINITY : lo,
    hi: Number.isNaN(hi) ? Number.POSITIVE_INFINITY : hi,
  };
}

function multiply(a: Interval, b: Interval): Interval {
  return hull([a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi]);
}

function divide(a: Interval, b: Interval): Interval {
  if (b.lo > 0 || b.hi < 0) return hull([a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi]);
  if (b.lo === 0 && b.hi > 0 && a.lo > 0) return { lo: a.lo / b.hi, hi: Number.POSITIVE_INFINITY };
  if (b.lo === 0 && b.hi > 0 && a.hi < 0) return { lo: Number.NEGATIVE_INFINITY, hi: a.hi / b.hi };
  return WHOLE;
}

/** The x for which x·y is in z: any x will do where y and z may both be zero. */
function factor(z: Interval, y: Interval): Interval {
  return z.lo <= 0 && z.hi >= 0 && y.lo <= 0 && y.hi >= 0 ? WHOLE : divide(z, y);
}

function logarithm({ lo, hi }: Interval): Interval {
  if (hi < 0) return NOTHING;
  return outward({ lo: lo <= 0 ? Number.NEGATIVE_INFINITY : log(lo), hi: log(hi) });
}

function exponential({ lo, hi }: Interval): Interval {
  return outward({ lo: exp(lo), hi: exp(hi) });
}

function absolute({ lo, hi }: Interval): Interval {
  if (lo >= 0) return { lo, hi };
  return hi <= 0 ? { lo: -hi, hi: -lo } : { lo: 0, hi: Math.max(-lo, hi) };
}

/** The x within `x` whose distance from zero is in z, which has no negative numbers. */
function withAbsolute(z: Interval, x: Interval): Interval {
  const above = intersect(x, { lo: Math.max(0, z.lo), hi: z.hi });
  const below = intersect(x, { lo: -z.hi, hi: -Math.max(0, z.lo) });
  if (isEmpty(above)) return below;
  return isEmpty(below) ? above : { lo: below.lo, hi: above.hi };
}

function isWhole({ lo, hi }: Interval): boolean {
  return lo === hi && Number.isInteger(lo);
}

/** xʸ; only whole exponents are defined for negative x. */
function raise(x: Interval, y: Interval): Interval {
  if (isWhole(y) && y.lo >= 0) {
    const base = y.lo % 2 === 0 ? absolute(x) : x;
    return outward(defined(power(base.lo, y.lo), power(base.hi, y.lo)), POWER_SLACK);
  }
  return x.lo > 0 ? outward(exponential(multiply(y, logarithm(x))), POWER_SLACK) : WHOLE;
}

/** The x within `x` for which xʸ is in z. */
function base(z: Interval, x: Interval, y: Interval): Interval {
  if (isWhole(y) && y.lo >= 1) {
    const size = outward(exponential(divide(logarithm(absolute(z)), y)), POWER_SLACK);
    const distance = z.lo <= 0 && z.hi >= 0 ? { lo: 0, hi: size.hi } : size;
    if (y.lo % 2 === 0) return isEmpty(intersect(z, { ...WHOLE, lo: 0 })) ? NOTHING : withAbsolute(distance, x);
    return { lo: z.lo < 0 ? -distance.hi : distance.lo, hi: z.hi > 0 ? distance.hi : -distance.lo };
  }
  return x.lo > 0 ? outward(exponential(factor(logarithm(z), y)), POWER_SLACK) : WHOLE;
}

function exponent(z: Interval, x: Interval): Interval {
  return x.lo > 0 ? outward(factor(logarithm(z), logarithm(x)), POWER_SLACK) : WHOLE;
}

/** An operation on intervals and its inverses. */
export interface Operation {
  forward(operands: readonly Interval[]): Interval;
  /** What each operand can be where the result is within z; not yet intersected with the operand, nor rounded. */
  backward(z: Interval, operands: readonly Interval[]): readonly Interval[];
  /** Whether finite operands give a number, ∞ included; where not, a bound of the result says nothing of NaN. */
  defined(operands: readonly Interval[]): boolean;
}

type Pair = readonly [Interval, Interval];
const always = (): boolean => true;

function binary(
  forward: (...operands: Pair) => Interval,
  backward: (z: Interval, ...operands: Pair) => Pair,
  isDefined: (...operands: Pair) => boolean = always,
): Operation {
  return {
    forward: (operands) => forward(...(operands as unknown as Pair)),
    backward: (z, operands) => backward(z, ...(operands as unknown as Pair)),
    defined: (operands) => isDefined(...(operands as unknown as Pair)),
  };
}

function unary(
  forward: (x: Interval) => Interval,
  backward: (z: Interval, x: Interval) => Interval,
  isDefined: (x: Interval) => boolean = always,
): Operation {
  return {
    forward: ([x]) => forward(x!),
    backward: (z, [x]) => [backward(z, x!)],
    defined: ([x]) => isDefined(x!),
  };
}

/** Each operand of a minimum is at least the minimum; the only one that can be as small as it may be is no larger. */
function backwardMinimum(z: Interval, operands: readonly Interval[]): Interval[] {
  const able = operands.filter(({ lo }) => lo <= z.hi);
  return operands.map((x) => ({ lo: z.lo, hi: able.length === 1 && x === able[0] ? z.hi : Number.POSITIVE_INFINITY }));
}

const minimum: Operation = {
  forward: (operands) => ({
    lo: Math.min(...operands.map(({ lo }) => lo)),
    hi: Math.min(...operands.map(({ hi }) => hi)),
  }),
  backward: backwardMinimum,
  defined: always,
};

const maximum: Operation = {
  forward: (operands) => negate(minimum.forward(operands.map(negate))),
  backward: (z, operands) => backwardMinimum(negate(z), operands.map(negate)).map(negate),
  defined: always,
};

/** The operators and functions of constraints by name; `-` of one operand is written `negate`. */
export const INTERVAL_OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ["+", binary(add, (z, x, y) => [subtract(z, y), subtract(z, x)])],
  ["-", binary(subtract, (z, x, y) => [add(z, y), subtract(x, z)])],
  ["*", binary(multiply, (z, x, y) => [factor(z, y), factor(z, x)])],
  [
    "/",
    binary(
      divide,
      (z, x, y) => [multiply(z, y), factor(x, z)],
      (_, y) => y.lo > 0 || y.hi < 0,
    ),
  ],
  [
    "^",
    binary(
      raise,
      (z, x, y) => [base(z, x, y), exponent(z, x)],
      (x, y) => x.lo > 0 || isWhole(y),
    ),
  ],
  // The remainder has the sign of the divisor and is smaller.
  [
    "%",
    binary(
      (_, y) => ({ lo: Math.min(0, y.lo), hi: Math.max(0, y.hi) }),
      (_, x, y) => [x, y],
      (_, y) => y.lo > 0 || y.hi < 0,
    ),
  ],
  ["negate", unary(negate, negate)],
  ["abs", unary(absolute, withAbsolute)],
  ["sqrt", unary(squareRoot, square, ({ lo }) => lo >= 0)],
  ["log", unary(logarithm, exponential, ({ lo }) => lo >= 0)],
  ["exp", unary(exponential, logarithm)],
  [
    "floor",
    unary(
      ({ lo, hi }) => ({ lo: Math.floor(lo), hi: Math.floor(hi) }),
      ({ lo, hi }) => ({ lo: Math.ceil(lo), hi: Math.floor(hi) + 1 }),
    ),
  ],
  [
    "ceil",
    unary(
      ({ lo, hi }) => ({ lo: Math.ceil(lo), hi: Math.ceil(hi) }),
      ({ lo, hi }) => ({ lo: Math.ceil(lo) - 1, hi: Math.floor(hi) }),
    ),
  ],
  ["min", minimum],
  ["max", maximum],
]);

function nonNegative(x: Interval): Interval {
  return intersect(x, { lo: 0, hi: Number.POSITIVE_INFINITY });
}

function squareRoot(x: Interval): Interval {
  const { lo, hi } = nonNegative(x);
  return lo > hi ? NOTHING : { lo: Math.sqrt(lo), hi: Math.sqrt(hi) };
}

/** The x whose root is in z. */
function square(z: Interval): Interval {
  const { lo, hi } = nonNegative(z);
  return lo > hi ? NOTHING : { lo: lo * lo, hi: hi * hi };
}

/** What each operand can still be where the result is within z: the inverse, widened by what rounding may have moved. */
export function invert(operation: Operation, z: Interval, operands: readonly Interval[]): Interval[] {
  // What overflowed was beyond the largest double, no more.
  const exact = { lo: Math.min(z.lo, Number.MAX_VALUE), hi: Math.max(z.hi, -Number.MAX_VALUE) };
  const allowed = operation.backward(outward(exact), operands);
  return operands.map((was, i) => (isEmpty(allowed[i]!) ? NOTHING : intersect(was, outward(allowed[i]!))));
}
