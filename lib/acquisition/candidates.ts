/** Raw candidates, from which gradient searches start: the whole trust region evenly, and the surroundings of the best. */
import type { RandomStream } from "../random/philox.ts";
import { sobolSequence } from "../random/sobol.ts";
import type { Column } from "./columns.ts";
import { type Candidate, candidateAt, type Domain } from "./domain.ts";
import type { Box } from "./trust-region.ts";

/** Draws per wanted candidate before what parameter constraints have let through must do. */
const PATIENCE = 8;

/** Spreads of a perturbation, in units of the cube: from the size of a trust region down to a final polish. */
const SPREADS = [0.2, 0.05, 0.01, 0.002];

/** How many columns a perturbation moves on average: Regis & Shoemaker 2013 (DYCORS), as TuRBO uses it. */
const PERTURBED_COLUMNS = 20;

/** Scrambled Sobol points, each mapped into the next of the boxes; up to `count`. */
export function globalCandidates(domain: Domain, boxes: readonly Box[], count: number, seed: number): Candidate[] {
  const sobol = sobolSequence(domain.columns.length, seed);
  const candidates: Candidate[] = [];
  for (let i = 0; i < PATIENCE * count && candidates.length < count; i++) {
    const box = boxes[i % boxes.length]!;
    const point = sobol(i).map((u, k) => box.lower[k]! + u * (box.upper[k]! - box.lower[k]!));
    const candidate = candidateAt(domain, point, box);
    if (candidate !== null) candidates.push(candidate);
  }
  return candidates;
}

/** A point that was measured, and the box that a search about it keeps to. */
export interface Incumbent {
  readonly point: Float64Array;
  readonly box: Box;
}

/** Perturbations of the incumbents in turn, with each spread in turn; up to `count`. */
export function nearbyCandidates(
  domain: Domain,
  incumbents: readonly Incumbent[],
  count: number,
  stream: RandomStream,
): Candidate[] {
  const candidates: Candidate[] = [];
  if (incumbents.length === 0) return candidates;
  for (let i = 0; i < PATIENCE * count && candidates.length < count; i++) {
    const { point, box } = incumbents[i % incumbents.length]!;
    const spread = SPREADS[Math.floor(i / incumbents.length) % SPREADS.length]!;
    const candidate = candidateAt(domain, perturb(domain.columns, point, box, spread, stream), box);
    if (candidate !== null) candidates.push(candidate);
  }
  return candidates;
}

/** Moves some numeric columns by a normal step and about one of the others to another level; at least one column. */
function perturb(
  columns: readonly Column[],
  point: Float64Array,
  box: Box,
  spread: number,
  stream: RandomStream,
): Float64Array {
  const d = point.length;
  const stepped = columns.filter(({ relaxed }) => !relaxed).length;
  const forced = stream.int(d);
  return point.map((u, k) => {
    const column = columns[k]!;
    const chance = column.relaxed ? PERTURBED_COLUMNS / d : 1 / stepped;
    if (k !== forced && stream.uniform() >= chance) return u;
    if (!column.relaxed) return column.coordinate(stream.int(column.levels));
    return Math.min(box.upper[k]!, Math.max(box.lower[k]!, u + spread * stream.normal()));
  });
}
