import { solveGeneral } from "../linalg/gauss.ts";
import type { LimitedMemory } from "./limited-memory.ts";

/**
 * Improves a Cauchy point within the coordinates that it leaves between their bounds: minimum of the quadratic model
 * over them, the others held (Byrd, Lu, Nocedal & Zhu 1995, direct primal method, §5.1), then brought back into the
 * box by projection (J. L. Morales & J. Nocedal, "Remark on Algorithm 778", ACM TOMS 38 (2011)).
 *
 * @param point the Cauchy point, n; overwritten by the improved point
 * @param c Wᵀ(point − x)
 */
export function improveInSubspace(
  x: Float64Array,
  g: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  memory: LimitedMemory,
  point: Float64Array,
  c: Float64Array,
): void {
  const free: number[] = [];
  for (let i = 0; i < x.length; i++) if (point[i]! > lower[i]! && point[i]! < upper[i]!) free.push(i);
  const step = subspaceStep(free, x, g, memory, point, c);
  if (step === null) return;

  const cauchy = point.slice();
  for (const [k, i] of free.entries()) point[i] = clamp(point[i]! + step[k]!, lower[i]!, upper[i]!);
  let slope = 0;
  for (let i = 0; i < x.length; i++) slope += g[i]! * (point[i]! - x[i]!);
  if (slope < 0) return;

  // Projection has turned the step uphill: follow it only as far as the box reaches.
  let share = 1;
  for (const [k, i] of free.entries()) {
    const d = step[k]!;
    const room = d > 0 ? upper[i]! - cauchy[i]! : cauchy[i]! - lower[i]!;
    if (Math.abs(d) > room) share = Math.min(share, room / Math.abs(d));
  }
  for (const [k, i] of free.entries()) point[i] = clamp(cauchy[i]! + share * step[k]!, lower[i]!, upper[i]!);
}

/** −B̂⁻¹r̂ for the free rows and columns B̂ of B and the model's gradient r̂ at the point; null when there is none. */
function subspaceStep(
  free: readonly number[],
  x: Float64Array,
  g: Float64Array,
  memory: LimitedMemory,
  point: Float64Array,
  c: Float64Array,
): Float64Array | null {
  if (free.length === 0) return null;
  const { theta, columns, w } = memory;
  const mc = new Float64Array(columns);
  memory.middleTimes(c, mc);
  const r = new Float64Array(free.length);
  const wr = new Float64Array(columns); // Ŵᵀr̂
  for (const [k, i] of free.entries()) {
    const row = i * columns;
    let ri = g[i]! + theta * (point[i]! - x[i]!);
    for (let j = 0; j < columns; j++) ri -= w[row + j]! * mc[j]!;
    r[k] = ri;
    for (let j = 0; j < columns; j++) wr[j]! += w[row + j]! * ri;
  }
  if (columns === 0) return r.map((ri) => -ri / theta);

  // Sherman–Morrison–Woodbury: −B̂⁻¹r̂ = −r̂/θ − Ŵ(M⁻¹ − ŴᵀŴ/θ)⁻¹Ŵᵀr̂/θ²
  const system = memory.mInverse.slice();
  for (const i of free) {
    const row = i * columns;
    for (let j = 0; j < columns; j++) {
      const wij = w[row + j]! / theta;
      for (let k = 0; k < columns; k++) system[j * columns + k]! -= wij * w[row + k]!;
    }
  }
  if (!solveGeneral(system, columns, wr, 1)) return null;
  return r.map((ri, k) => {
    let wv = 0;
    for (let j = 0; j < columns; j++) wv += w[free[k]! * columns + j]! * wr[j]!;
    return -ri / theta - wv / (theta * theta);
  });
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
