import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import type { Acquisition } from "./acquisition.ts";
import type { Column } from "./columns.ts";
import type { Box } from "./trust-region.ts";

/** Where an acquisition is maximised, and by what. Points are of the unit cube. */
export interface Domain {
  readonly space: CompiledSpace;
  readonly columns: readonly Column[];
  readonly coordinates: Coordinates;
  readonly acquisition: Acquisition;
  /** d; typical lengths along the columns, which the gradient search takes as its units. */
  readonly scales: Float64Array;
}

/** A point that could be proposed, or searched from. */
export interface Candidate {
  /** Settled: rounded to levels, inactive coordinates at 0.5, parameter constraints satisfied. */
  readonly point: Float64Array;
  readonly score: number;
  /** Bounds of a search that starts here. */
  readonly box: Box;
}

/** The candidate at a point, if there is one. */
export function candidateAt(domain: Domain, point: Float64Array, box: Box): Candidate | null {
  const settled = domain.space.settle(point);
  if (settled === null) return null;
  return { point: settled, score: domain.acquisition.value(domain.coordinates.locate(settled)), box };
}
