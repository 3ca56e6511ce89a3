/**
 * Minimum of a smooth function in a box: L-BFGS-B, after R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, "A limited memory
 * algorithm for bound constrained optimization", SIAM J. Sci. Comput. 16 (1995), with the subspace step of Morales &
 * Nocedal (2011). Each iteration: generalised Cauchy point (which bounds hold), minimum over the other coordinates,
 * line search towards it. Free of randomness and of the clock: the same function gives the same bytes.
 */
import { dot } from "../linalg/dot.ts";
import { cauchyPoint } from "./cauchy-point.ts";
import { LimitedMemory } from "./limited-memory.ts";
import { type Sample, searchLine } from "./line-search.ts";
import { improveInSubspace } from "./subspace-minimum.ts";

export interface MinimizeOptions {
  /** Steps that the quasi-Newton matrix remembers. @default 10 */
  readonly memory?: number;
  /** @default 200 */
  readonly maxIterations?: number;
  /** Converged when no component of the projected gradient exceeds this. @default 1e-6 */
  readonly gradientTolerance?: number;
  /** Converged when an iteration gains less than this times max(|f|, 1). @default 1e-12 */
  readonly relativeTolerance?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Calls of the function. */
  readonly evaluations: number;
  /** False when iterations ran out, or no step along any descent direction made the value less. */
  readonly converged: boolean;
}

/**
 * @param f writes the gradient into its second argument and returns the value. It must not keep either array. Where it
 *   is not finite the search comes back; if it is not finite at the start, the start is the answer.
 * @param start n; brought into the box first
 * @param lower n; −Infinity where there is no bound, equal to `upper` where a coordinate is fixed
 * @param upper n
 */
export function minimizeBounded(
  f: (x: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  options: MinimizeOptions = {},
): Minimum {
  const n = start.length;
  const maxIterations = options.maxIterations ?? 200;
  const gradientTolerance = options.gradientTolerance ?? 1e-6;
  const relativeTolerance = options.relativeTolerance ?? 1e-12;
  const memory = new LimitedMemory(options.memory ?? 10);

  let evaluations = 0;
  const evaluate = (x: Float64Array): Point => {
    evaluations++;
    const gradient = new Float64Array(n);
    const value = f(x, gradient);
    return { x, gradient, value };
  };

  let here = evaluate(start.map((x, i) => Math.min(Math.max(x, lower[i]!), upper[i]!)));
  let iterations = 0;
  const end = (converged: boolean): Minimum => ({ x: here.x, value: here.value, iterations, evaluations, converged });
  if (!(Number.isFinite(here.value) && here.gradient.every(Number.isFinite))) return end(false);
  if (projectedGradient(here, lower, upper) <= gradientTolerance) return end(true);

  while (iterations < maxIterations) {
    const next = step(here, lower, upper, memory, evaluate);
    if (next === null) {
      if (memory.columns === 0) return end(false);
      memory.clear(); // what the memory tells does not hold here: once more along the gradient
      continue;
    }
    iterations++;
    const gain = here.value - next.value;
    const scale = Math.max(Math.abs(here.value), Math.abs(next.value), 1);
    memory.update(difference(next.x, here.x), difference(next.gradient, here.gradient));
    here = next;
    if (projectedGradient(here, lower, upper) <= gradientTolerance) return end(true);
    if (gain <= relativeTolerance * scale) return end(true);
  }
  return end(false);
}

interface Point {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

/** One iteration; null when the line search finds nothing lower. */
function step(
  here: Point,
  lower: Float64Array,
  upper: Float64Array,
  memory: LimitedMemory,
  evaluate: (x: Float64Array) => Point,
): Point | null {
  const n = here.x.length;
  const target = new Float64Array(n);
  const c = new Float64Array(memory.columns);
  cauchyPoint(here.x, here.gradient, lower, upper, memory, target, c);
  improveInSubspace(here.x, here.gradient, lower, upper, memory, target, c);

  const direction = difference(target, here.x);
  const slope = dot(direction, 0, here.gradient, 0, n);
  if (!(slope < 0)) return null;

  const length = Math.sqrt(dot(direction, 0, direction, 0, n));
  const known = memory.columns > 0;
  // Without curvature only a box tells the scale of a step; without that, one of length 1.
  const boxed = lower.every(Number.isFinite) && upper.every(Number.isFinite);
  const longest = known ? longestStep(here.x, direction, lower, upper) : 1;
  const first = known || boxed ? 1 : Math.min(1, 1 / length);
  const points = new Map<Sample, Point>();
  const found = searchLine(
    (t) => {
      const x = here.x.map((xi, i) => {
        const moved = t === 1 ? target[i]! : xi + t * direction[i]!;
        return Math.min(Math.max(moved, lower[i]!), upper[i]!); // only rounding can leave the box
      });
      const point = evaluate(x);
      const sample = { step: t, value: point.value, slope: dot(direction, 0, point.gradient, 0, n) };
      points.set(sample, point);
      return sample;
    },
    { step: 0, value: here.value, slope },
    Math.min(first, longest),
    longest,
  );
  return found === null ? null : points.get(found)!;
}

/** The largest multiple of the direction that stays in the box; at least 1, since its target does. */
function longestStep(x: Float64Array, direction: Float64Array, lower: Float64Array, upper: Float64Array): number {
  let longest = 1e10; // of an unbounded direction, as L-BFGS-B 3.0
  for (let i = 0; i < x.length; i++) {
    const d = direction[i]!;
    if (d > 0) longest = Math.min(longest, (upper[i]! - x[i]!) / d);
    else if (d < 0) longest = Math.min(longest, (lower[i]! - x[i]!) / d);
  }
  return Math.max(1, longest);
}

/** Largest component of the step along −gradient after projection into the box; 0 exactly at a stationary point. */
function projectedGradient(here: Point, lower: Float64Array, upper: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < here.x.length; i++) {
    const x = here.x[i]!;
    const moved = Math.min(Math.max(x - here.gradient[i]!, lower[i]!), upper[i]!);
    largest = Math.max(largest, Math.abs(moved - x));
  }
  return largest;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => x - b[i]!);
}
