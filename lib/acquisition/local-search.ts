/**
 * Local search in a mixed space: gradients in the relaxed columns, then level by level in the others, in turn until
 * neither gains (BoTorch's mixed alternating optimisation; Optuna, `_gp/optim_mixed.py`).
 */
import { minimizeBounded } from "../minimize/lbfgsb.ts";
import type { RandomStream } from "../random/philox.ts";
import type { Column } from "./columns.ts";
import { type Candidate, candidateAt, type Domain } from "./domain.ts";

const ALTERNATIONS = 6;
const ITERATIONS = 30; // of L-BFGS-B; starts are good, and what is left after them is less than the model's own error
/** Up to so many categories all are tried; beyond, so many of them, drawn afresh on each pass. */
const CATEGORIES = 32;
/** Steps over the levels of a relaxed column: what rounding after the gradient search may have missed, and leaps. */
const LEAPS = [1, 2, 4, 8];
/** Halvings on the way back from a point that violates a constraint to one that does not. */
const HALVINGS = 12;
const TOLERANCE = 1e-6;

export function climb(domain: Domain, start: Candidate, stream: RandomStream): Candidate {
  const gradients = domain.columns.some(({ relaxed }) => relaxed);
  const levels = domain.columns.some(hasLevels);
  let best = start;
  for (let turn = 0; turn < ALTERNATIONS; turn++) {
    const before = best.score;
    if (gradients) best = ascend(domain, best);
    const between = best.score;
    if (levels) best = sweep(domain, best, stream);
    // Another turn pays only when the sweep has moved the ground under the gradient search.
    if (best.score - (gradients ? between : before) <= TOLERANCE) break;
  }
  return best;
}

/** L-BFGS-B over the active relaxed columns, in units of the model's length scales. */
function ascend(domain: Domain, start: Candidate): Candidate {
  const { space, coordinates, acquisition, scales } = domain;
  const active = space.activeMask(start.point);
  const columns = domain.columns.flatMap(({ relaxed }, k) => (relaxed && active[k] === 1 ? [k] : []));
  if (columns.length === 0) return start;
  const scaled = (point: Float64Array): Float64Array => Float64Array.from(columns, (k) => point[k]! / scales[k]!);
  const point = start.point.slice();
  const expand = (x: Float64Array): void => {
    columns.forEach((k, i) => {
      point[k] = x[i]! * scales[k]!;
    });
  };
  const full = new Float64Array(point.length);
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    expand(x);
    const value = acquisition.valueAndGradient(coordinates.locate(point), full);
    columns.forEach((k, i) => {
      gradient[i] = -full[k]! * scales[k]!;
    });
    return -value;
  };
  const { lower, upper } = start.box;
  const found = minimizeBounded(objective, scaled(start.point), scaled(lower), scaled(upper), {
    maxIterations: ITERATIONS,
    gradientTolerance: 1e-5,
    relativeTolerance: TOLERANCE,
  });
  expand(found.x);
  return better(start, retreat(domain, start, point));
}

/** The candidate at `point`, or else the farthest towards it that halving the way from `start` finds. */
function retreat(domain: Domain, start: Candidate, point: Float64Array): Candidate | null {
  const whole = candidateAt(domain, point, start.box);
  if (whole !== null) return whole;
  let best: Candidate | null = null;
  let near = 0;
  let far = 1;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (near + far) / 2;
    const between = start.point.map((u, k) => u + middle * (point[k]! - u));
    const candidate = candidateAt(domain, between, start.box);
    if (candidate === null) far = middle;
    else {
      near = middle;
      best = better(candidate, best);
    }
  }
  return best;
}

/** One pass over the columns with levels, taking the best level of each. */
function sweep(domain: Domain, start: Candidate, stream: RandomStream): Candidate {
  let best = start;
  domain.columns.forEach((column, k) => {
    if (!hasLevels(column) || domain.space.activeMask(best.point)[k] === 0) return;
    const level = column.levelAt(best.point[k]!);
    const from = best;
    for (const other of alternatives(column, level, stream)) {
      const u = column.coordinate(other);
      if (other === level || u < start.box.lower[k]! || u > start.box.upper[k]!) continue;
      const point = from.point.slice();
      point[k] = u;
      best = better(best, candidateAt(domain, point, start.box));
    }
  });
  return best;
}

function hasLevels({ levels }: Column): boolean {
  return levels > 1 && levels < Number.POSITIVE_INFINITY;
}

function alternatives({ relaxed, levels }: Column, level: number, stream: RandomStream): readonly number[] {
  if (relaxed) return LEAPS.flatMap((leap) => [level - leap, level + leap]).filter((l) => l >= 0 && l < levels);
  if (levels > CATEGORIES) return Array.from({ length: CATEGORIES }, () => stream.int(levels));
  return Array.from({ length: levels }, (_, l) => l);
}

function better(a: Candidate, b: Candidate | null): Candidate {
  return b !== null && b.score > a.score ? b : a;
}
