/** The trials before there is a model: what people would try first, and how many there are. */
import { axisOf, MIDPOINT } from "../space/axis.ts";
import type { CompiledSpace, Dimension } from "../space/codec.ts";
import { optimumPrior } from "../space/optimum-prior.ts";
import type { Parameter, ParameterValues, Scalar } from "../space/parameter.ts";

const LEAST_SIZE = 4;
const MOST_SIZE = 24;
/** Of a known budget: what is spent before anything is learnt. */
const BUDGET_SHARE = 0.2;
/** Of the most categories of a parameter: each needs a look, but the design need not show all to the model. */
const CATEGORY_SHARE = 0.25;

/**
 * How many trials start before the model decides, whoever asked for them: d + 1 and a quarter of the largest number of
 * categories, within 4 … 24 and a fifth of the budget; eq. (3) of docs/how-it-works.md.
 *
 * @param budget trials of the whole study, where known
 */
export function designSize(space: CompiledSpace, budget: number | null): number {
  const varying = space.dimensions.filter(({ levels }) => levels > 1).length;
  const categories = space.dimensions.map(({ kind, levels }) => (kind === "categorical" ? levels : 0));
  const wanted = varying + 1 + Math.floor(CATEGORY_SHARE * Math.max(0, ...categories));
  const most = budget === null ? MOST_SIZE : Math.min(MOST_SIZE, Math.floor(BUDGET_SHARE * budget));
  return Math.max(LEAST_SIZE, Math.min(wanted, most));
}

/**
 * What comes before the even cover: the declared defaults (where a parameter has one, the others in the middle), then the
 * centre. The middle of a parameter with a prior is what is likeliest to be best. They may coincide, or violate a parameter
 * constraint.
 */
export function leadingPoints(space: CompiledSpace): ParameterValues[] {
  const centre = startingPoint(space, ({ type, prior }) => type === "categorical" && prior === undefined);
  const declared = space.dimensions.some(({ parameter }) => parameter.default !== undefined);
  return declared ? [startingPoint(space, () => true), centre] : [centre];
}

/** Moves evenly spread points to where people expect the optimum: a density of the parameters' priors. */
export function towardsPriors(space: CompiledSpace): (point: Float64Array) => Float64Array {
  const priors = space.dimensions.map(({ parameter }) => optimumPrior(parameter));
  return (point) => point.map((share, k) => priors[k]?.quantile(share) ?? share);
}

/**
 * Declared defaults, to the digit, of the parameters that `respected` names. Elsewhere the middle of the prior, or of the
 * range, and the first category, which is what people write first.
 */
function startingPoint(space: CompiledSpace, respected: (parameter: Parameter) => boolean): ParameterValues {
  const start = ({ parameter }: Dimension): Scalar | undefined => {
    if (parameter.default !== undefined && respected(parameter)) return parameter.default;
    return parameter.type === "categorical" && parameter.prior === undefined ? parameter.values[0]! : undefined;
  };
  const point = Float64Array.from(space.dimensions, (dimension) => {
    const value = start(dimension);
    if (value !== undefined) return axisOf(dimension.parameter).toUnit(value);
    return optimumPrior(dimension.parameter)?.mode ?? MIDPOINT;
  });
  const active = space.decode(point);
  const exact = space.dimensions.flatMap((dimension): [string, Scalar][] => {
    const { name } = dimension.parameter;
    const value = start(dimension);
    return value !== undefined && Object.hasOwn(active, name) ? [[name, value]] : [];
  });
  return { ...active, ...Object.fromEntries(exact) };
}
