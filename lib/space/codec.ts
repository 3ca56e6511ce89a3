/**
 * Between parameter values and the unit cube [0, 1]ᵈ, one coordinate for each parameter, in their order:
 *
 * | parameter              | coordinate                                                                 |
 * | ---------------------- | -------------------------------------------------------------------------- |
 * | float                  | linear in x, in ln x (`log`) or in −ln(1 − x) (`reverse-log`)              |
 * | int, float with `step` | the same, the range padded by half a step at either end before the log     |
 * | ordinal, categorical   | index i of K at (i + ½)/K                                                  |
 * | any, while inactive    | ½                                                                          |
 *
 * `decode(encode(x))` is x: exactly for everything that has levels (up to some 10¹² of them, where a coordinate's
 * 53 bits no longer tell neighbours apart), and for floats within the rounding that `unitMap` states.
 */
import { PegboxError } from "../errors/pegbox-error.ts";
import { isActive, linksOf } from "./activity.ts";
import { type Axis, axisOf, MIDPOINT } from "./axis.ts";
import { type CompiledConstraint, compileConstraint } from "./constraints.ts";
import { type Enumeration, enumerate } from "./enumeration.ts";
import type { Levels } from "./levels.ts";
import type { Parameter, ParameterValues, Scalar, SearchSpace } from "./parameter.ts";
import { readValue } from "./values.ts";

export interface Dimension {
  readonly parameter: Parameter;
  /** `discrete` has levels with an order, `categorical` levels without one. */
  readonly kind: "continuous" | "discrete" | "categorical";
  /** Infinity when continuous. */
  readonly levels: number;
}

/** A search space made ready for use. Everything here is a pure function of the space. */
export interface CompiledSpace {
  readonly space: SearchSpace;
  /** One for each parameter, in order. */
  readonly dimensions: readonly Dimension[];
  /**
   * A point of the unit cube. Numbers outside their range are clipped; what is inactive, missing or no value of its
   * parameter (see `contains`) is encoded as ½.
   */
  encode(values: ParameterValues): Float64Array;
  /** The active parameters' values: rounded to levels, within [min, max] exactly. */
  decode(point: Float64Array): ParameterValues;
  /** `encode(decode(point))`, but for the rounding of continuous coordinates; null where a constraint is broken. */
  settle(point: Float64Array): Float64Array | null;
  /** Names of the parameters that are active given these values. */
  active(values: ParameterValues): ReadonlySet<string>;
  /** 1 for each coordinate whose parameter is active at this point, else 0. */
  activeMask(point: Float64Array): Uint8Array;
  /** Whether every active parameter has one of its values. Inactive and foreign names are not looked at. */
  contains(values: ParameterValues): boolean;
  /** How many parameter constraints are broken; those that read an inactive parameter do not apply. */
  violations(values: ParameterValues): number;
  /** Whether all parameter constraints hold that apply. */
  satisfies(values: ParameterValues): boolean;
  /** Canonical JSON of the active values: equal for equal configurations, whatever the order of their keys. */
  key(values: ParameterValues): string;
  /**
   * How many configurations there are, constraints aside; Infinity when a continuous parameter can be active, or when
   * the conditions are too entangled to count them.
   */
  readonly cardinality: number;
  /** The cardinality to the last digit; 0 where it is infinite. */
  readonly size: bigint;
  /**
   * How many of the configurations have no active continuous parameter, constraints aside: those that can come again by
   * chance. Infinity when the conditions are too entangled to count them.
   */
  readonly repeatable: number;
  /** The value of a level, 0 … levels − 1, of a dimension that is not continuous. */
  levelValue(dimension: number, level: number): Scalar;
  /**
   * The configuration with this index, 0 … cardinality − 1, in the order that `enumeration.ts` states.
   *
   * @throws {PegboxError} `INTERNAL` when the index is outside, or the cardinality is infinite.
   */
  enumerate(index: bigint): ParameterValues;
}

function notFinite(): PegboxError {
  return new PegboxError("INTERNAL", "expected finitely many levels, got a continuous parameter");
}

/** Stands for a continuous axis where configurations are counted. */
function continuum(count: number): Levels {
  return { count, at: () => MIDPOINT, of: () => -1 };
}

/** All configurations, null when they are not finitely many or cannot be counted; and those without a continuous one. */
interface Configurations {
  readonly all: Enumeration | null;
  readonly repeatable: number;
}

function countConfigurations(parameters: readonly Parameter[], axes: readonly Axis[]): Configurations {
  const countWith = (count: number): Enumeration | null =>
    enumerate(
      parameters,
      axes.map((axis) => axis.levels ?? continuum(count)),
    );
  // A continuous parameter without a level takes every configuration away that makes it active.
  const repeatable = countWith(0);
  if (repeatable === null) return { all: null, repeatable: Number.POSITIVE_INFINITY };
  const single = countWith(1);
  return { all: single?.size === repeatable.size ? single : null, repeatable: Number(repeatable.size) };
}

const compiled = new WeakMap<SearchSpace, CompiledSpace>();

/**
 * Compiles a space; the same object is compiled once.
 *
 * @throws {PegboxError} `INVALID_STUDY` when a constraint is not valid (a space that came through a study file's
 *   validation has only valid ones).
 */
export function compileSpace(space: SearchSpace): CompiledSpace {
  const known = compiled.get(space);
  if (known !== undefined) return known;
  const fresh = compile(space);
  compiled.set(space, fresh);
  return fresh;
}

function compile(space: SearchSpace): CompiledSpace {
  const { parameters } = space;
  const axes = parameters.map(axisOf);
  const links = linksOf(parameters);
  const constraints: readonly CompiledConstraint[] = space.constraints.map((source) =>
    compileConstraint(source, parameters),
  );
  let counted: Configurations | undefined;

  function configurations(): Configurations {
    counted ??= countConfigurations(parameters, axes);
    return counted;
  }

  /** Values by place, undefined where inactive; `read` gives the value of a parameter known to be active. */
  function resolve(read: (place: number) => Scalar | undefined): (Scalar | undefined)[] {
    const values: (Scalar | undefined)[] = [];
    for (let place = 0; place < parameters.length; place++) {
      values.push(isActive(links[place]!, values) ? read(place) : undefined);
    }
    return values;
  }

  function resolveValues(values: ParameterValues): (Scalar | undefined)[] {
    return resolve((place) => readValue(values, parameters[place]!.name));
  }

  function resolvePoint(point: Float64Array): (Scalar | undefined)[] {
    return resolve((place) => axes[place]!.fromUnit(point[place]!));
  }

  function named(values: readonly (Scalar | undefined)[]): ParameterValues {
    const entries: [string, Scalar][] = [];
    for (const [place, value] of values.entries()) {
      if (value !== undefined) entries.push([parameters[place]!.name, value]);
    }
    return Object.fromEntries(entries);
  }

  function activity(values: ParameterValues): boolean[] {
    const resolved = resolveValues(values);
    return links.map((own) => isActive(own, resolved));
  }

  function violations(values: ParameterValues): number {
    let broken = 0;
    for (const constraint of constraints) if (!constraint.holds(values)) broken++;
    return broken;
  }

  /** A continuous coordinate is its own; a level has its place. */
  function settledCoordinate(axis: Axis, unit: number, value: Scalar | undefined): number {
    if (value === undefined) return MIDPOINT;
    return axis.levels === null ? Math.min(1, Math.max(0, unit)) : axis.toUnit(value);
  }

  return {
    space,
    dimensions: parameters.map((parameter, place) => ({
      parameter,
      kind: axes[place]!.kind,
      levels: axes[place]!.levels?.count ?? Number.POSITIVE_INFINITY,
    })),
    encode(values) {
      return Float64Array.from(resolveValues(values), (value, place) =>
        value === undefined ? MIDPOINT : axes[place]!.toUnit(value),
      );
    },
    decode: (point) => named(resolvePoint(point)),
    settle(point) {
      const values = resolvePoint(point);
      if (constraints.length > 0 && violations(named(values)) > 0) return null;
      return point.map((unit, place) => settledCoordinate(axes[place]!, unit, values[place]));
    },
    active(values) {
      const flags = activity(values);
      return new Set(parameters.filter((_, place) => flags[place]).map((parameter) => parameter.name));
    },
    activeMask: (point) => Uint8Array.from(resolvePoint(point), (value) => (value === undefined ? 0 : 1)),
    contains(values) {
      const flags = activity(values);
      return parameters.every((parameter, place) => {
        if (!flags[place]) return true;
        const value = readValue(values, parameter.name);
        return value !== undefined && axes[place]!.has(value);
      });
    },
    violations,
    satisfies: (values) => constraints.every((constraint) => constraint.holds(values)),
    key: (values) => JSON.stringify(named(resolveValues(values))),
    get cardinality() {
      const { all } = configurations();
      return all === null ? Number.POSITIVE_INFINITY : Number(all.size);
    },
    get size() {
      return configurations().all?.size ?? 0n;
    },
    get repeatable() {
      return configurations().repeatable;
    },
    levelValue(dimension, level) {
      const levels = axes[dimension]!.levels;
      if (levels === null) throw notFinite();
      return levels.at(level);
    },
    enumerate(index) {
      const { all } = configurations();
      if (all === null) throw notFinite();
      return all.at(index);
    },
  };
}
