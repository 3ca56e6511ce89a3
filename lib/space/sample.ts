import { PegboxError } from "../errors/pegbox-error.ts";
import type { CompiledSpace } from "./codec.ts";
import { searchGuided } from "./guided-search.ts";
import type { ParameterValues } from "./parameter.ts";

/** Draws for each wanted point before the points at hand are walked from: below 2 % acceptance walking is cheaper. */
const DRAWS_PER_POINT = 50;

/** Draws at least, so that a single point is drawn plainly wherever a thousandth of the space or more is feasible. */
const LEAST_DRAWS = 1000;

/** Finite spaces up to this size are searched from end to end, in well under a second. */
export const ENUMERABLE = 131_072;

/** Sweeps of the first repair before it starts again from another point; each further one has twice as many. */
const FIRST_SWEEPS = 20;

/** Points that the repair looks at before it gives up: about a second. */
const REPAIR_TRIES = 200_000;

/** The error of a space, or a grid, in which nothing satisfies the constraints. */
export function spaceEmpty(space: CompiledSpace, evidence: string): PegboxError {
  return new PegboxError(
    "SPACE_EMPTY",
    `expected a point that satisfies ${space.space.constraints.map((source) => `"${source}"`).join(", ")}, got none ${evidence}`,
    {
      hint: "widen a range or relax a constraint; an equation of floats is met by few or none: leave out what it determines",
    },
  );
}

/**
 * Configurations that satisfy the parameter constraints, a pure function of `draw`:
 *
 * 1. Draws are taken in order and those that do not satisfy are skipped: uniform draws give uniform points.
 * 2. Where these are too few, the others are walked to from those at hand: each coordinate in turn is replaced by that
 *    of a fresh draw if the point stays feasible (Metropolis within Gibbs, whose stationary law is uniform too).
 * 3. Where there is none, a small finite space is enumerated, and a draw chooses among what satisfies; in a large or
 *    continuous one each parameter is drawn from what the constraints leave of its range (`guided-search.ts`).
 * 4. Where that meets dead ends only, the space is searched by repair: coordinates are replaced as in 2 while no more
 *    constraints get broken.
 *
 * @param draw uniform points; called with 0, 1, 2, … once each. Not kept, so a buffer may be reused
 * @param count how many, ≥ 0
 * @throws {PegboxError} `SPACE_EMPTY` when there are none, or when 3 and 4 have found none with some 200,000 tries; the
 *   message says which
 */
export function feasibleConfigurations(
  space: CompiledSpace,
  draw: (index: number) => Float64Array,
  count: number,
): ParameterValues[] {
  let drawn = 0;
  const next = (): Float64Array => draw(drawn++);

  const points: Float64Array[] = [];
  const limit = Math.max(LEAST_DRAWS, DRAWS_PER_POINT * count);
  while (points.length < count && drawn < limit) {
    const point = next();
    if (space.satisfies(space.decode(point))) points.push(point.slice());
  }
  if (points.length === 0) return Array.from({ length: count }, rareConfigurations(space, next));
  for (let base = 0; points.length < count; base++) points.push(walk(space, points[base]!, next()));
  return points.map(space.decode);
}

/** One sweep over the coordinates from a feasible point towards a fresh one. */
function walk(space: CompiledSpace, base: Float64Array, fresh: Float64Array): Float64Array {
  const point = base.slice();
  for (let k = 0; k < point.length; k++) {
    const kept = point[k]!;
    point[k] = fresh[k]!;
    if (!space.satisfies(space.decode(point))) point[k] = kept;
  }
  return point;
}

/** The search for configurations of which draws have found none. */
function rareConfigurations(space: CompiledSpace, next: () => Float64Array): () => ParameterValues {
  if (space.cardinality > ENUMERABLE) return () => searched(space, next);
  const feasible = allFeasible(space);
  // A point's coordinates are uniform, so that the first one alone may choose.
  return () => feasible[Math.min(feasible.length - 1, Math.floor(next()[0]! * feasible.length))]!;
}

function searched(space: CompiledSpace, next: () => Float64Array): ParameterValues {
  const guided = searchGuided(space, next);
  if (guided === "empty") throw spaceEmpty(space, "within the ranges: the constraints rule out all of them");
  return guided ?? space.decode(repair(space, next));
}

function allFeasible(space: CompiledSpace): ParameterValues[] {
  const feasible: ParameterValues[] = [];
  for (let index = 0; index < space.cardinality; index++) {
    const values = space.enumerate(BigInt(index));
    if (space.satisfies(values)) feasible.push(values);
  }
  if (feasible.length === 0) throw spaceEmpty(space, `among all ${space.cardinality} configurations`);
  return feasible;
}

/** A feasible point by minimum conflicts: a change is kept unless it breaks more constraints than there were. */
function repair(space: CompiledSpace, next: () => Float64Array): Float64Array {
  let tries = 0;
  for (let sweeps = FIRST_SWEEPS; tries < REPAIR_TRIES; sweeps *= 2) {
    const point = next().slice();
    let broken = space.violations(space.decode(point));
    for (let sweep = 0; sweep < sweeps && tries < REPAIR_TRIES; sweep++) {
      const fresh = next();
      for (let k = 0; k < point.length && broken > 0; k++) {
        const kept = point[k]!;
        point[k] = fresh[k]!;
        const now = space.violations(space.decode(point));
        if (now > broken) point[k] = kept;
        else broken = now;
        tries++;
      }
      if (broken === 0) return point;
    }
  }
  throw spaceEmpty(space, `in ${REPAIR_TRIES} tries, which is no proof that there is none`);
}
