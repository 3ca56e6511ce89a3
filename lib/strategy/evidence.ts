import type { CompiledSpace } from "../space/codec.ts";
import type { Goal } from "../study/spec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { warpOutputs } from "../surrogate/half-rank-warp.ts";
import { representatives } from "../surrogate/representatives.ts";
import { targetVariances } from "../surrogate/target-variance.ts";
import { selectRows, type TrainingSet } from "../surrogate/training-set.ts";
import { type Measurement, mergeReplicates } from "./replicates.ts";
import type { Observation } from "./strategy.ts";

/** Rows of a surrogate: its factor takes n² memory and n³ time, and 1,000 rows are the most that seconds allow. */
export const MOST_ROWS = 1000;

/** The ended trials behind the rows of a surrogate. */
export interface ModelledTrials {
  /** n; the points of the unit cube. */
  readonly points: readonly Float64Array[];
  /** n; number of the first trial with these parameters. */
  readonly numbers: readonly number[];
  /** n; whether there is a value: false for trials that failed or were infeasible. */
  readonly measured: readonly boolean[];
}

/** The ended trials as a surrogate sees them, where those without a value stand below all others. */
export interface Evidence extends ModelledTrials {
  readonly data: TrainingSet;
  /** n; what was measured, as it is, maximised: the mean of replicates, null for nothing. */
  readonly values: readonly (number | null)[];
}

/** The trials with the same parameters. */
export interface Row<Value> {
  readonly number: number;
  readonly point: Float64Array;
  /** Of each measured replicate. */
  readonly values: Value[];
}

/** Evidence for one objective. */
export function gatherEvidence(
  space: CompiledSpace,
  coordinates: Coordinates,
  goal: Goal,
  history: readonly Observation[],
): Evidence {
  const sign = goal === "minimize" ? -1 : 1;
  const rows = rowsOf(space, history, (trial) => measurementOf(trial, 0, sign));
  const data = objectiveData(coordinates, rows, (measurement) => measurement, warpOutputs);
  const kept = representatives(data, MOST_ROWS);
  const chosen = kept.map((i) => rows[i]!);
  const valuesOf = chosen.map(({ values }) => (values.length === 0 ? null : mergeReplicates(values).value));
  return { data: selectRows(data, kept), values: valuesOf, ...modelledTrials(chosen) };
}

/**
 * The same parameters measured several times are one row; trials that are no configurations of the space (an import
 * from another range) are left out.
 *
 * @param measure what a trial measured; null for nothing
 */
export function rowsOf<Value>(
  space: CompiledSpace,
  history: readonly Observation[],
  measure: (trial: Observation) => Value | null,
): Row<Value>[] {
  const rows = new Map<string, Row<Value>>();
  for (const trial of history) {
    const { number, parameters } = trial;
    if (!space.contains(parameters)) continue;
    const key = space.key(parameters);
    const row = rows.get(key) ?? { number, point: space.encode(parameters), values: [] };
    rows.set(key, row);
    const value = measure(trial);
    if (value !== null) row.values.push(value);
  }
  return [...rows.values()];
}

/** What a trial measured of an objective, maximised; null for nothing. */
export function measurementOf(
  { values, standardErrors }: Observation,
  objective: number,
  sign: number,
): Measurement | null {
  if (values === null) return null;
  return { value: sign * values[objective]!, standardError: standardErrors?.[objective] ?? null };
}

/**
 * An objective as a surrogate sees it.
 *
 * @param pick its measurement of what a trial measured
 * @param outputs of values the targets; null for a row without a measurement
 */
export function objectiveData<Value>(
  coordinates: Coordinates,
  rows: readonly Row<Value>[],
  pick: (measured: Value) => Measurement,
  outputs: (values: readonly (number | null)[]) => Float64Array,
): TrainingSet {
  const merged = rows.map(({ values }) => (values.length === 0 ? null : mergeReplicates(values.map(pick))));
  const values = merged.map((measurement) => measurement?.value ?? null);
  const errors = merged.map((measurement) => measurement?.standardError ?? null);
  const targets = outputs(values);
  return {
    ...trainingSet(coordinates, rows, targets),
    noiseShare: Float64Array.from(merged, (measurement) => measurement?.noiseShare ?? 1),
    ...(errors.every((error) => error === null) ? {} : { knownVariance: targetVariances(values, targets, errors) }),
  };
}

/** Targets are means of the replicates, and have a smaller share of the noise where there are several. */
export function trainingSet(
  coordinates: Coordinates,
  rows: readonly Row<unknown>[],
  targets: Float64Array,
): TrainingSet {
  return {
    n: rows.length,
    points: Float64Array.from(rows.flatMap(({ point }) => [...coordinates.locate(point)])),
    hamming: coordinates.hamming,
    targets,
    noiseShare: Float64Array.from(rows, ({ values }) => 1 / Math.max(1, values.length)),
  };
}

export function modelledTrials(rows: readonly Row<unknown>[]): ModelledTrials {
  return {
    points: rows.map(({ point }) => point),
    numbers: rows.map(({ number }) => number),
    measured: rows.map(({ values }) => values.length > 0),
  };
}

export function meanOf<Item>(items: readonly Item[], numberOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + numberOf(item), 0) / items.length;
}
