import { randomStream } from "../../lib/random/philox.ts";
import { compileSpace } from "../../lib/space/codec.ts";
import type { ParameterValues } from "../../lib/space/parameter.ts";
import type { Problem } from "../problems/problem.ts";
import { Stream } from "../streams.ts";

/** The optimum stays this far from the ends of an axis, so that no axis is squeezed by more than 1 : 32. */
const MARGIN = 0.15;

/**
 * The problem with its optimum elsewhere in the cube. Each continuous axis [0, 1] is bent by u ↦ a·u / (1 + (a − 1)·u):
 * smooth and rising, both ends stay, the first optimum's coordinate p goes to a drawn t where a = p(1 − t) / (t(1 − p)), and
 * the inverse is the same with 1/a. No value is lost and none is added. An optimum at the end of an axis stays there.
 *
 * @param seed draws t, uniform on [0.15, 0.85]
 */
export function shifted(problem: Problem, seed: number): Problem {
  const { optimum, space } = problem;
  const [first] = optimum.kind === "value" ? optimum.places : [];
  if (optimum.kind !== "value" || first === undefined) {
    throw new Error(`expected a problem whose optimum has a known place, got ${problem.name}`);
  }
  const compiled = compileSpace(space);
  const stream = randomStream(seed, Stream.shift);
  const bends = [...compiled.encode(first)].map((place, k) => {
    const target = MARGIN + (1 - 2 * MARGIN) * stream.uniform();
    const movable = compiled.dimensions[k]!.kind === "continuous" && place > 0 && place < 1;
    return movable ? (place * (1 - target)) / (target * (1 - place)) : 1;
  });
  const bend = (parameters: ParameterValues, direction: 1 | -1): ParameterValues => {
    const point = compiled.encode(parameters).map((u, k) => {
      const a = bends[k]! ** direction;
      return (a * u) / (1 + (a - 1) * u);
    });
    // what has not moved keeps its value to the last bit
    const moved = compiled.decode(point);
    const still = space.parameters.filter(({ name }, k) => bends[k] === 1 && Object.hasOwn(moved, name));
    return { ...moved, ...Object.fromEntries(still.map(({ name }) => [name, parameters[name]!])) };
  };
  return {
    ...problem,
    name: `${problem.name}-shifted`,
    source: `${problem.source}; shifted`,
    optimum: { ...optimum, places: optimum.places.map((place) => bend(place, -1)) },
    evaluate: (parameters) => problem.evaluate(bend(parameters, 1)),
    observe: (parameters, trial) => problem.observe(bend(parameters, 1), trial),
  };
}
