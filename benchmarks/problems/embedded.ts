import { branin } from "./branin.ts";
import { hartmann6 } from "./hartmann.ts";
import { boxSpace, defineProblem, type Problem, toParameters, toPoint } from "./problem.ts";

/**
 * A problem on a box of which only some coordinates are read (Wang et al., J. Artif. Intell. Res. 55, 2016): parameter
 * i of the inner problem is the ⌊(i + ½)·D/d⌋-th of D; the others do nothing.
 *
 * @param dimension D
 */
function embedded(inner: Problem, dimension: number, trials: number): Problem {
  const { parameters } = inner.space;
  const axes = parameters.map((_, i) => Math.floor(((i + 0.5) * dimension) / parameters.length));
  const bounds = Array.from({ length: dimension }, (_, k): readonly [number, number] => {
    const parameter = parameters[axes.indexOf(k)];
    return parameter !== undefined && "min" in parameter ? [parameter.min, parameter.max] : [0, 1];
  });
  const space = boxSpace(bounds);
  if (inner.optimum.kind !== "value") throw new Error(`expected a problem with one objective, got ${inner.name}`);
  const place = (x: readonly number[]): readonly number[] => bounds.map(([min], k) => x[axes.indexOf(k)] ?? min);
  const places = inner.optimum.places.map((parameters) => toParameters(place(toPoint(inner.space, parameters))));
  return defineProblem(
    {
      name: `${inner.name}-in-${dimension}`,
      family: "high-dimensional",
      source: `${inner.source}; embedded as by Wang et al. 2016 (REMBO)`,
      trials,
      space,
      optimum: { ...inner.optimum, places },
    },
    (parameters) => {
      const x = toPoint(space, parameters);
      return inner.evaluate(toParameters(axes.map((axis) => x[axis]!)));
    },
  );
}

export const hartmannIn60: Problem = embedded(hartmann6, 60, 80);
export const braninIn200: Problem = embedded(branin, 200, 60);
export const braninIn1000: Problem = embedded(branin, 1000, 40);
