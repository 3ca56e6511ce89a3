import type { CompiledSpace } from "../space/codec.ts";
import type { Goal } from "../study/spec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { warpOutputs } from "../surrogate/half-rank-warp.ts";
import { representatives } from "../surrogate/representatives.ts";
import { selectRows, type TrainingSet } from "../surrogate/training-set.ts";
import type { Observation } from "./strategy.ts";

/** Rows of a surrogate: its factor takes n² memory and n³ time, and 1,000 rows are the most that seconds allow. */
const MOST_ROWS = 1000;

/** The ended trials as a surrogate sees them, and what they were. */
export interface Evidence {
  readonly data: TrainingSet;
  /** n; the points of the unit cube. */
  readonly points: readonly Float64Array[];
  /** n; number of the first trial with these parameters. */
  readonly numbers: readonly number[];
  /** n; whether there is a value: false for trials that failed or were infeasible, which stand below all others. */
  readonly measured: readonly boolean[];
}

interface Row {
  readonly number: number;
  readonly point: Float64Array;
  readonly values: number[];
}

/**
 * Evidence for one objective. The same parameters measured several times are one row with their mean and a smaller
 * share of the noise; trials that are no configurations of the space (an import from another range) are left out.
 */
export function gatherEvidence(
  space: CompiledSpace,
  coordinates: Coordinates,
  goal: Goal,
  history: readonly Observation[],
): Evidence {
  const sign = goal === "minimize" ? -1 : 1;
  const rows = new Map<string, Row>();
  for (const { number, parameters, values } of history) {
    if (!space.contains(parameters)) continue;
    const key = space.key(parameters);
    const row = rows.get(key) ?? { number, point: space.encode(parameters), values: [] };
    if (values !== null) row.values.push(sign * values[0]!);
    rows.set(key, row);
  }
  const all = [...rows.values()];
  const data: TrainingSet = {
    n: all.length,
    points: concatenate(all.map(({ point }) => coordinates.locate(point))),
    hamming: coordinates.hamming,
    targets: warpOutputs(all.map(({ values }) => mean(values))),
    noiseShare: Float64Array.from(all, ({ values }) => 1 / Math.max(1, values.length)),
  };
  const chosen = representatives(data, MOST_ROWS);
  const kept = chosen.map((i) => all[i]!);
  return {
    data: selectRows(data, chosen),
    points: kept.map(({ point }) => point),
    numbers: kept.map(({ number }) => number),
    measured: kept.map(({ values }) => values.length > 0),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

function concatenate(rows: readonly Float64Array[]): Float64Array {
  return Float64Array.from(rows.flatMap((row) => [...row]));
}
