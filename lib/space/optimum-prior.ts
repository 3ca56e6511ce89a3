/** What a person knows about where the optimum lies, one parameter at a time. */
import { log } from "../math/log.ts";
import { normalCdf, normalQuantile } from "../math/normal.ts";
import { type Axis, axisOf, MIDPOINT } from "./axis.ts";
import type { CategoricalParameter, FloatParameter, IntParameter, OrdinalParameter, Parameter } from "./parameter.ts";

/** A distribution of the optimum along one axis of the unit cube. */
export interface OptimumPrior {
  /** Where the density is largest. */
  readonly mode: number;
  /** Logarithm of the density at a coordinate, over that at the mode: ≤ 0. */
  logDensity(unit: number): number;
  /** Its derivative; 0 between levels that are listed. */
  slope(unit: number): number;
  /** The coordinate below which lies this share of the distribution, in (0, 1). */
  quantile(share: number): number;
}

/** Φ⁻¹(0.9): the central 80 % of a normal distribution end so many deviations from its mean. */
const CENTRAL = 1.2815515655446004;
/** A deviation below the resolution of coordinates would be a division by 0. */
const LEAST_DEVIATION = 2.220446049250313e-16;
/** Of a value that a person gave no weight. */
const PLAIN_WEIGHT = 1;

/** The prior that a parameter declares; null where it declares none. */
export function optimumPrior(parameter: Parameter): OptimumPrior | null {
  if (parameter.prior === undefined) return null;
  return "values" in parameter
    ? weighedLevels(axisOf(parameter), weightsOf(parameter))
    : truncatedNormal(axisOf(parameter), parameter, parameter.prior);
}

/** A weight for each value, in order: what the parameter's prior says, 1 where it says nothing. */
function weightsOf({ values, prior = {} }: CategoricalParameter | OrdinalParameter): readonly number[] {
  return values.map((value) => (Object.hasOwn(prior, String(value)) ? prior[String(value)]! : PLAIN_WEIGHT));
}

/**
 * Normal in the coordinate, and so in the parameter's scale, before it is cut off at the ends of the range; its central
 * 80 % are the interval. A level counts as the step about it, so that [3, 3] is what it says.
 */
function truncatedNormal(
  axis: Axis,
  parameter: FloatParameter | IntParameter,
  [low, high]: readonly [number, number],
): OptimumPrior {
  const step = axis.levels === null ? 0 : (parameter.step ?? (parameter.type === "int" ? 1 : 0));
  const from = axis.toUnit(low - step / 2);
  const to = axis.toUnit(high + step / 2);
  const mode = (from + to) / 2;
  const deviation = Math.max((to - from) / (2 * CENTRAL), LEAST_DEVIATION);
  const below = normalCdf(-mode / deviation);
  const within = normalCdf((1 - mode) / deviation) - below;
  return {
    mode,
    logDensity(unit) {
      const z = (unit - mode) / deviation;
      return -0.5 * z * z;
    },
    slope: (unit) => (mode - unit) / (deviation * deviation),
    quantile: (share) => Math.min(1, Math.max(0, mode + deviation * normalQuantile(below + share * within))),
  };
}

function weighedLevels(axis: Axis, weights: readonly number[]): OptimumPrior {
  const { levels } = axis;
  const total = weights.reduce((a, b) => a + b, 0);
  const heaviest = weights.reduce((a, b) => Math.max(a, b));
  const coordinate = (level: number): number => axis.toUnit(levels!.at(level));
  return {
    mode: weights.length === 1 ? MIDPOINT : coordinate(weights.indexOf(heaviest)),
    logDensity: (unit) => log(weights[levels!.of(axis.fromUnit(unit))]! / heaviest),
    slope: () => 0,
    quantile(share) {
      let rest = share * total;
      const level = weights.findIndex((weight) => {
        rest -= weight;
        return rest < 0;
      });
      return coordinate(level < 0 ? weights.length - 1 : level);
    },
  };
}
