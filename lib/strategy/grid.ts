import { compileSpace } from "../space/codec.ts";
import type { Enumeration } from "../space/enumeration.ts";
import type { ParameterValues, SearchSpace } from "../space/parameter.ts";
import { spaceEmpty } from "../space/sample.ts";
import { latticeOf } from "./lattice.ts";
import type { Strategy, Suggestion } from "./strategy.ts";

/** Points in a row that break a constraint before the rest of a grid is given up: about a second. */
const LONGEST_GAP = 131_072;

/** The golden ratio less one, in parts of 10¹⁵. */
const GOLDEN_NUMERATOR = 618_033_988_749_895n;
const GOLDEN_DENOMINATOR = 1_000_000_000_000_000n;

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The step of the visit: point k of the visit is point k·stride mod size of the enumeration. The golden section of the
 * size spreads any first part of the visit evenly (three-gap theorem, V. T. Sós 1958); it is moved up to the next number
 * that is prime to the size, so that every point is visited once.
 */
function strideOf(size: bigint): bigint {
  let stride = (size * GOLDEN_NUMERATOR) / GOLDEN_DENOMINATOR;
  while (greatestCommonDivisor(stride, size) !== 1n) stride++;
  return stride;
}

/** Where the visit stands once `accepted` points that satisfy the constraints have been passed. */
interface Cursor {
  readonly accepted: number;
  readonly next: bigint;
}

interface Visit {
  readonly lattice: Enumeration;
  readonly stride: bigint;
  /** Behind the last point passed: spares counting from the start again, and changes no answer. */
  reached: Cursor;
}

const START: Cursor = { accepted: 0, next: 0n };
const visits = new WeakMap<SearchSpace, Map<number | null, Visit>>();

function visitOf(space: SearchSpace, budget: number | null): Visit {
  const ofSpace = visits.get(space) ?? new Map<number | null, Visit>();
  visits.set(space, ofSpace);
  const known = ofSpace.get(budget);
  if (known !== undefined) return known;
  const lattice = latticeOf(space, budget);
  const visit: Visit = { lattice, stride: strideOf(lattice.size), reached: START };
  ofSpace.set(budget, visit);
  return visit;
}

/**
 * Every point of a grid, each once, none kept in memory: a grid of 10¹⁸ points costs as much as one of ten.
 *
 * The p-th trial that a strategy is asked for gets the p-th point of the visit that satisfies the constraints. The visit
 * goes in golden-section strides through the enumeration of the levels, so that a study that ends early has seen all
 * of the space coarsely rather than a corner of it finely.
 */
export const grid: Strategy = {
  name: "grid",
  adaptive: false,
  needsHistory: () => false,
  propose({ space, position, count, budget }) {
    const { satisfies } = compileSpace(space);
    const visit = visitOf(space, budget);
    const { lattice, stride } = visit;
    const suggestions: Suggestion[] = [];

    let { accepted, next } = visit.reached.accepted <= position ? visit.reached : START;
    if (space.constraints.length === 0) {
      accepted = position;
      next = BigInt(position);
    }
    for (let gap = 0; next < lattice.size && suggestions.length < count && gap < LONGEST_GAP; next++) {
      const index = (next * stride) % lattice.size;
      const parameters: ParameterValues = lattice.at(index);
      gap++;
      if (!satisfies(parameters)) continue;
      gap = 0;
      if (accepted >= position) suggestions.push({ parameters, decision: { strategy: "grid", point: String(index) } });
      accepted++;
      visit.reached = { accepted, next: next + 1n };
    }
    if (accepted === 0) {
      const seen = next < lattice.size ? `among ${next} points, which is no proof that there is none,` : "";
      throw spaceEmpty(compileSpace(space), `${seen} on the grid of ${lattice.size} points`.trim());
    }
    return { suggestions, exhausted: suggestions.length < count };
  },
};
