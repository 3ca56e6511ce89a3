import type { Scalar } from "./parameter.ts";

/** The values of a parameter that has finitely many, numbered from 0. */
export interface Levels {
  readonly count: number;
  /** @param level integer in 0 … count − 1 */
  at(level: number): Scalar;
  /** The level of exactly this value; −1 where it is none of the levels. */
  of(value: Scalar): number;
}

/** The levels of a stepped range, which also know the level nearest to a number. */
export interface NumericLevels extends Levels {
  at(level: number): number;
  nearest(value: number): number;
}

/**
 * A quotient this close to an integer is one: 0.3 / 0.1 = 2.9999999999999996 is three steps. Where the ends of the range
 * have fewer digits than that in steps, their rounding is what counts.
 */
const STEP_TOLERANCE = 1e-9;
const ROUNDING = 8 * Number.EPSILON;

/** Decimal places beyond which `toFixed` refuses; such values are left as they are. */
const MOST_DECIMALS = 100;

/** Decimal places of a number as it is written: 0.05 has 2, 2.5e-7 has 8, 30 has 0. */
function decimalPlaces(value: number): number {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const fraction = mantissa.split(".")[1] ?? "";
  return Math.max(0, fraction.length - Number(exponent));
}

/**
 * min, min + step, …, max; the last level is max even where step does not divide the range. Each level is rounded to
 * the decimal places of min and step, so that 0.1 + 2·0.1 is 0.3.
 */
export function steppedLevels(min: number, max: number, step: number): NumericLevels {
  const whole = [min, max, step].every(Number.isInteger);
  if (whole && !Number.isSafeInteger(max - min)) return wideLevels(min, max, step);
  const last = whole ? Math.ceil((max - min) / step) : stepsOf(min, max, step);
  const places = Math.max(decimalPlaces(min), decimalPlaces(step));

  function at(level: number): number {
    if (level <= 0) return min;
    if (level >= last) return max;
    const value = min + level * step;
    return places === 0 || places > MOST_DECIMALS ? value : Number(value.toFixed(places)) + 0; // never −0
  }

  function nearest(value: number): number {
    if (last === 0) return 0;
    const regular = Math.min(last - 1, Math.max(0, Math.round((value - min) / step)));
    // The last gap may be shorter than a step.
    return regular === last - 1 && value - at(last - 1) > max - value ? last : regular;
  }

  return {
    count: last + 1,
    at,
    nearest,
    of(value) {
      if (typeof value !== "number" || Number.isNaN(value)) return -1;
      const level = nearest(value);
      return at(level) === value ? level : -1;
    },
  };
}

function stepsOf(min: number, max: number, step: number): number {
  const steps = (max - min) / step;
  const nearest = Math.round(steps);
  const tolerance = Math.max(STEP_TOLERANCE, (ROUNDING * Math.max(Math.abs(min), Math.abs(max))) / step);
  return Math.abs(steps - nearest) <= tolerance ? nearest : Math.ceil(steps);
}

/** Levels of whole numbers whose differences have more digits than a double. */
function wideLevels(min: number, max: number, step: number): NumericLevels {
  const [first, stride] = [BigInt(min), BigInt(step)];
  const last = Number((BigInt(max) - first + stride - 1n) / stride);

  function at(level: number): number {
    return level >= last ? max : Number(first + BigInt(Math.max(0, level)) * stride);
  }

  function nearest(value: number): number {
    const near = Math.min(max, Math.max(min, Math.round(value)));
    const level = Number((2n * (BigInt(near) - first) + stride) / (2n * stride));
    if (level < last - 1) return level;
    return near - at(last - 1) > max - near ? last : last - 1;
  }

  return {
    count: last + 1,
    at,
    nearest,
    of(value) {
      if (typeof value !== "number" || !Number.isInteger(value)) return -1;
      const level = nearest(value);
      return at(level) === value ? level : -1;
    },
  };
}

/** The bits of a double as an integer that grows with it: neighbouring doubles have neighbouring ordinals. */
function ordinalOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value + 0); // never −0
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

function doubleOf(ordinal: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, ordinal < 0n ? -ordinal : ordinal);
  return ordinal < 0n ? -view.getFloat64(0) : view.getFloat64(0);
}

/** How many doubles lie in [min, max]. */
export function countDoubles(min: number, max: number): number {
  return Number(ordinalOf(max) - ordinalOf(min)) + 1;
}

/** Every double from min to max: the values of a range so narrow that they can be counted. */
export function doubleLevels(min: number, max: number): Levels {
  const first = ordinalOf(min);
  return {
    count: countDoubles(min, max),
    at: (level) => doubleOf(first + BigInt(level)),
    of: (value) => (typeof value === "number" && value >= min && value <= max ? Number(ordinalOf(value) - first) : -1),
  };
}

/** Levels that are listed one by one. */
export function listedLevels(values: readonly Scalar[]): Levels {
  const levelOf = new Map(values.map((value, level) => [value, level]));
  return {
    count: values.length,
    at: (level) => values[level]!,
    of: (value) => levelOf.get(value) ?? -1,
  };
}
