import { PegboxError } from "../errors/pegbox-error.ts";
import { type Axis, axisOf } from "../space/axis.ts";
import { type Enumeration, enumerate } from "../space/enumeration.ts";
import type { Levels } from "../space/levels.ts";
import type { Parameter, SearchSpace } from "../space/parameter.ts";

/** Low, middle, high: two levels would be nothing but corners. */
const LEAST_LEVELS = 3;

/** Points of a grid over continuous parameters when nobody says how many trials there will be. */
const DEFAULT_POINTS = 100;

/** Levels evenly spaced on the axis, thus in the logarithm on a log scale; both ends belong to them. */
function evenLevels(axis: Axis, wanted: number): Levels {
  if (axis.levels !== null && axis.levels.count <= wanted) return axis.levels;
  const count = wanted;
  const at: Levels["at"] = (level) => axis.fromUnit(level / (count - 1));
  return {
    count,
    at,
    of(value) {
      const level = Math.round(axis.toUnit(value) * (count - 1));
      return at(level) === value ? level : -1;
    },
  };
}

/** The levels that a parameter was given; null for a float without a step, however few doubles its range has. */
function ownLevels(parameter: Parameter, axis: Axis): Levels | null {
  return parameter.type === "float" && parameter.step === undefined && parameter.min < parameter.max
    ? null
    : axis.levels;
}

/**
 * The points of a grid: every level of the parameters that have levels; of each continuous parameter as many as let
 * the whole grid have at most `budget` points, but at least three. A `step` makes a grid that does not depend on the
 * budget.
 *
 * @param budget trials of the whole study, where known
 * @throws {PegboxError} `INVALID_STUDY` when the conditions are too entangled to count.
 */
export function latticeOf(space: SearchSpace, budget: number | null): Enumeration {
  const { parameters } = space;
  const axes = parameters.map(axisOf);

  function withLevels(count: number): Enumeration {
    const levels = axes.map((axis, place) => ownLevels(parameters[place]!, axis) ?? evenLevels(axis, count));
    const lattice = enumerate(parameters, levels);
    if (lattice !== null) return lattice;
    throw new PegboxError(
      "INVALID_STUDY",
      "strategy grid: expected conditions that can be counted, got too entangled ones",
      {
        hint: "give the children fewer parents in `when`, or use another strategy",
      },
    );
  }

  const coarsest = withLevels(LEAST_LEVELS);
  if (axes.every((axis, place) => ownLevels(parameters[place]!, axis) !== null)) return coarsest;

  // Bisection: the size grows with the levels, and at most `points` levels fit, unless no continuous parameter is ever active.
  const points = budget ?? DEFAULT_POINTS;
  let fits = LEAST_LEVELS;
  let exceeds = Math.max(points, LEAST_LEVELS) + 1;
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (withLevels(middle).size <= BigInt(points)) fits = middle;
    else exceeds = middle;
  }
  return withLevels(fits);
}
