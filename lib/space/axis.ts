import { countDoubles, doubleLevels, type Levels, listedLevels, steppedLevels } from "./levels.ts";
import type { FloatParameter, IntParameter, Parameter, Scalar, Scale } from "./parameter.ts";
import { type UnitMap, unitMap } from "./unit-map.ts";

/** One parameter as a coordinate of the unit cube. */
export interface Axis {
  readonly kind: "continuous" | "discrete" | "categorical";
  /** Null when continuous. */
  readonly levels: Levels | null;
  /** Whether the parameter may have this value. */
  has(value: Scalar): boolean;
  /** Coordinate in [0, 1]; numbers outside the range are clipped; 0.5 for a value of no such parameter. */
  toUnit(value: Scalar): number;
  /** The value at a coordinate, rounded to a level where there are levels. */
  fromUnit(unit: number): Scalar;
}

/** What an inactive or missing value becomes: the middle of the axis (optimizer: midpoint imputation). */
export const MIDPOINT = 0.5;

function isNumber(value: Scalar): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

/** Level i of K lies at (i + ½)/K, so that every level owns an equal part of the axis; eq. (2) of docs/how-it-works.md. */
function evenAxis(kind: "discrete" | "categorical", levels: Levels): Axis {
  return {
    kind,
    levels,
    has: (value) => levels.of(value) >= 0,
    toUnit(value) {
      const level = levels.of(value);
      return level < 0 ? MIDPOINT : (level + 0.5) / levels.count;
    },
    fromUnit: (unit) => levels.at(Math.min(levels.count - 1, Math.max(0, Math.floor(unit * levels.count)))),
  };
}

function continuousAxis(map: UnitMap, min: number, max: number): Axis {
  return {
    kind: "continuous",
    levels: null,
    has: (value) => isNumber(value) && value >= min && value <= max,
    toUnit: (value) => (isNumber(value) ? map.toUnit(value) : MIDPOINT),
    fromUnit: map.fromUnit,
  };
}

/**
 * How far the logarithm's origin moves so that half a step below the range has a logarithm: log of int 0 … 9 is taken
 * as log(x + 1), and its lower edge is log ½.
 *
 * @param distance from the origin of the logarithm to the end of the range next to it
 */
function originShift(distance: number, step: number): number {
  return distance > step / 2 ? 0 : step - distance;
}

/**
 * A stepped range is padded by half a step at either end, in the raw domain and before the logarithm, so that its
 * first and last level own as much of the axis as the others (Optuna, `_gp/search_space.py`).
 */
function steppedAxis(min: number, max: number, step: number, scale: Scale): Axis {
  const levels = steppedLevels(min, max, step);
  const shift = scale === "log" ? originShift(min, step) : scale === "reverse-log" ? originShift(1 - max, step) : 0;
  const map = unitMap(scale, min - step / 2, max + step / 2, shift);
  return {
    kind: "discrete",
    levels,
    has: (value) => levels.of(value) >= 0,
    toUnit: (value) => (isNumber(value) ? map.toUnit(value) : MIDPOINT),
    fromUnit: (unit) => levels.at(levels.nearest(map.fromUnit(unit))),
  };
}

/**
 * A continuous range with no more doubles than this has levels: hundreds of trials would meet by chance. Relative to
 * its ends it is narrower than 2⁻³².
 */
const FEW_DOUBLES = 2 ** 20;

function numericAxis(parameter: FloatParameter | IntParameter): Axis {
  const { min, max, scale } = parameter;
  if (min === max) return evenAxis("discrete", listedLevels([min]));
  const step = parameter.step ?? (parameter.type === "int" ? 1 : undefined);
  // A step so small that the levels cannot be counted is no step.
  if (step === undefined || !Number.isFinite((max - min) / step)) {
    if (countDoubles(min, max) <= FEW_DOUBLES) return evenAxis("discrete", doubleLevels(min, max));
    return continuousAxis(unitMap(scale, min, max), min, max);
  }
  return steppedAxis(min, max, step, scale);
}

export function axisOf(parameter: Parameter): Axis {
  switch (parameter.type) {
    case "float":
    case "int":
      return numericAxis(parameter);
    case "ordinal":
      return evenAxis("discrete", listedLevels(parameter.values));
    case "categorical":
      return evenAxis("categorical", listedLevels(parameter.values));
  }
}
