import { dot } from "../linalg/dot.ts";
import type { LimitedMemory } from "./limited-memory.ts";

/**
 * Generalised Cauchy point: the first local minimum of the quadratic model gᵀ(z − x) + ½(z − x)ᵀB(z − x) on the path
 * of steepest descent as the box bends it (Byrd, Lu, Nocedal & Zhu 1995, algorithm CP). It settles which bounds hold.
 *
 * @param x feasible point, n
 * @param g gradient at x, n
 * @param point receives the Cauchy point, n
 * @param c receives Wᵀ(point − x), as many as the memory has columns
 */
export function cauchyPoint(
  x: Float64Array,
  g: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  memory: LimitedMemory,
  point: Float64Array,
  c: Float64Array,
): void {
  const n = x.length;
  const { theta, columns, w } = memory;
  const d = new Float64Array(n); // the path's direction, a coordinate of it until that reaches its bound
  const reach = new Float64Array(n); // the path's parameter where it does
  const order: number[] = [];
  for (let i = 0; i < n; i++) {
    const gi = g[i]!;
    reach[i] = gi < 0 ? (x[i]! - upper[i]!) / gi : gi > 0 ? (x[i]! - lower[i]!) / gi : Number.POSITIVE_INFINITY;
    if (!(reach[i]! > 0) || gi === 0) continue;
    d[i] = -gi;
    order.push(i);
  }
  order.sort((i, j) => (reach[i]! < reach[j]! ? -1 : reach[i]! > reach[j]! ? 1 : i - j));

  const p = new Float64Array(columns); // Wᵀd
  const mp = new Float64Array(columns);
  memory.transposedTimes(d, p);
  memory.middleTimes(p, mp);
  point.set(x);
  c.fill(0);

  const squared = dot(d, 0, d, 0, n);
  if (squared === 0) return;
  let slope = -squared;
  let curvature = theta * squared - dot(p, 0, mp, 0, columns);
  const leastCurvature = Number.EPSILON * theta * squared; // rounding alone could make it less than zero
  curvature = Math.max(curvature, leastCurvature);
  const wb = new Float64Array(columns);
  const mw = new Float64Array(columns);
  let t = 0;
  let toMinimum = -slope / curvature;
  let reached = 0;
  for (; reached < order.length; reached++) {
    const b = order[reached]!;
    const stretch = reach[b]! - t;
    if (toMinimum < stretch) break;
    t = reach[b]!;
    const gb = g[b]!;
    point[b] = gb < 0 ? upper[b]! : lower[b]!;
    const zb = point[b]! - x[b]!;
    for (let k = 0; k < columns; k++) {
      c[k]! += stretch * p[k]!;
      wb[k] = w[b * columns + k]!;
    }
    memory.middleTimes(wb, mw);
    slope += stretch * curvature + gb * gb + theta * gb * zb - gb * dot(mw, 0, c, 0, columns);
    curvature -= theta * gb * gb + 2 * gb * dot(mw, 0, p, 0, columns) + gb * gb * dot(mw, 0, wb, 0, columns);
    curvature = Math.max(curvature, leastCurvature);
    for (let k = 0; k < columns; k++) p[k]! += gb * wb[k]!;
    toMinimum = Math.max(0, -slope / curvature);
  }
  if (reached === order.length) return; // every coordinate is at a bound
  t += toMinimum;
  for (let k = 0; k < columns; k++) c[k]! += toMinimum * p[k]!;
  for (let k = reached; k < order.length; k++) {
    const i = order[k]!;
    point[i] = Math.min(Math.max(x[i]! + t * d[i]!, lower[i]!), upper[i]!);
  }
}
