/** Crossover and mutation on the unit cube: simulated binary crossover and polynomial mutation (Deb & Agrawal 1995). */
import { pow } from "../math/pow.ts";
import type { RandomStream } from "../random/philox.ts";
import { axisOf, MIDPOINT } from "../space/axis.ts";
import type { CompiledSpace } from "../space/codec.ts";

/** Pairs that are crossed at all: Deb et al. 2002, §V. */
const CROSSOVER = 0.9;
/** Spread of children about their parents, the larger the nearer. */
const CROSSOVER_INDEX = 5;
/** Size of a mutation, the larger the smaller. */
const MUTATION_INDEX = 10;

/**
 * A child of two parents. Each coordinate is crossed, or taken from the first; about one in each child is mutated, at
 * least one, so that it is no copy. A coordinate that is inactive in a parent comes from the other; from none, it is drawn.
 *
 * @param a d, point of the unit cube
 * @param b d
 * @returns d; not rounded to levels
 */
export function offspring(space: CompiledSpace, a: Float64Array, b: Float64Array, stream: RandomStream): Float64Array {
  const d = a.length;
  const [activeA, activeB] = [space.activeMask(a), space.activeMask(b)];
  const crossed = stream.uniform() < CROSSOVER;
  const forced = stream.int(d);
  return Float64Array.from(space.dimensions, ({ kind, levels, parameter }, k) => {
    if (levels === 1) return MIDPOINT;
    if (activeA[k] === 0 && activeB[k] === 0) return stream.uniform();
    let u = activeA[k] === 0 ? b[k]! : a[k]!;
    if (crossed && activeA[k] === 1 && activeB[k] === 1 && stream.uniform() < 0.5) {
      u = kind === "categorical" ? b[k]! : blend(a[k]!, b[k]!, stream);
    }
    if (k !== forced && stream.uniform() >= 1 / d) return u;
    if (kind !== "categorical") return step(u, stream);
    const axis = axisOf(parameter).levels!;
    return (stream.int(axis.count) + 0.5) / axis.count;
  });
}

/** One child of the simulated binary crossover, near either parent. */
function blend(a: number, b: number, stream: RandomStream): number {
  const u = stream.uniform();
  const power = 1 / (CROSSOVER_INDEX + 1);
  const beta = u <= 0.5 ? pow(2 * u, power) : pow(1 / (2 * (1 - u)), power);
  const side = stream.uniform() < 0.5 ? 1 : -1;
  return clip(0.5 * (a + b + side * beta * (a - b)));
}

/** Polynomial mutation, whose largest step is the whole range. */
function step(u: number, stream: RandomStream): number {
  const r = stream.uniform();
  const power = 1 / (MUTATION_INDEX + 1);
  const delta = r < 0.5 ? pow(2 * r, power) - 1 : 1 - pow(2 * (1 - r), power);
  return clip(u + delta);
}

function clip(u: number): number {
  return Math.min(1, Math.max(0, u));
}
