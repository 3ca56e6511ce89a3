import type { CompiledSpace } from "../space/codec.ts";
import type { Objective } from "../study/spec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { warpOutputs } from "../surrogate/half-rank-warp.ts";
import { linearOutputs, marginOutputs } from "../surrogate/linear-outputs.ts";
import { representatives } from "../surrogate/representatives.ts";
import { selectRows, type TrainingSet } from "../surrogate/training-set.ts";
import { failuresMatter, type Margins } from "./outcomes.ts";
import type { Observation } from "./strategy.ts";

/** Rows of a surrogate: its factor takes n² memory and n³ time, and 1,000 rows are the most that seconds allow. */
const MOST_ROWS = 1000;
/** Variance of a label about the function behind it, in a regression on ±1. */
const LABEL_SPREAD = 0.1;

/** A constraint as data: it holds where the target reaches the threshold. */
export interface ConstraintData {
  readonly data: TrainingSet;
  readonly threshold: number;
  readonly spread: number;
}

/** The ended trials as several surrogates see them. */
export interface OutcomeEvidence {
  /** n; the points of the unit cube. */
  readonly points: readonly Float64Array[];
  /** n; number of the first trial with these parameters. */
  readonly numbers: readonly number[];
  /** n; whether there are values. */
  readonly measured: readonly boolean[];
  /** n; whether there are values and all constraints hold. */
  readonly feasible: readonly boolean[];
  /** One for each objective, of n rows; higher is better. */
  readonly objectives: readonly TrainingSet[];
  /** Bounds of outcome constraints, of the measured rows; then, where trials fail, that a trial has a value. */
  readonly constraints: readonly ConstraintData[];
}

interface Row {
  readonly number: number;
  readonly point: Float64Array;
  /** Of each measured replicate: the objectives, maximised. */
  readonly values: number[][];
  readonly margins: (readonly number[])[];
}

/** The same parameters measured several times are one row, with the means; what is no configuration is left out. */
export function gatherOutcomes(
  space: CompiledSpace,
  coordinates: Coordinates,
  objectives: readonly Objective[],
  margins: Margins,
  history: readonly Observation[],
): OutcomeEvidence {
  const rows = rowsOf(space, objectives, margins, history);
  const measured = rows.map(({ values }) => values.length > 0);
  const outputs = objectives.length === 1 ? warpOutputs : linearOutputs;
  const located = rows.map(({ point }) => coordinates.locate(point));
  const over = (chosen: readonly number[], targets: Float64Array): TrainingSet => ({
    n: chosen.length,
    points: Float64Array.from(chosen.flatMap((i) => [...located[i]!])),
    hamming: coordinates.hamming,
    targets,
    noiseShare: Float64Array.from(chosen, (i) => 1 / Math.max(1, rows[i]!.values.length)),
  });
  const modelled = failuresMatter(measured);
  const objectiveData = objectives.map((_, k) => {
    const values = rows.map((row) => (row.values.length === 0 ? null : meanOf(row.values, k)));
    return over(Array.from(rows.keys()), outputs(modelled ? withWorst(values) : values));
  });
  const kept = representatives(withMeanTargets(objectiveData), MOST_ROWS);
  const known = kept.filter((i) => measured[i]);
  const bounds = rows.find((row) => row.margins.length > 0)?.margins[0]?.length ?? 0;
  const constraints = Array.from({ length: bounds }, (_, k): ConstraintData => {
    const { targets, threshold } = marginOutputs(Float64Array.from(known, (i) => meanOf(rows[i]!.margins, k)));
    return { data: over(known, targets), threshold, spread: 0 };
  });
  if (modelled) {
    const { targets, threshold } = marginOutputs(Float64Array.from(kept, (i) => (measured[i] ? 1 : -1)));
    constraints.push({ data: over(kept, targets), threshold, spread: LABEL_SPREAD });
  }
  return {
    points: kept.map((i) => rows[i]!.point),
    numbers: kept.map((i) => rows[i]!.number),
    measured: kept.map((i) => measured[i]!),
    feasible: kept.map((i) => measured[i]! && rows[i]!.margins[0]!.every((_, k) => meanOf(rows[i]!.margins, k) >= 0)),
    objectives: objectiveData.map((data) => selectRows(data, kept)),
    constraints,
  };
}

/** Failed trials as the worst of the others: how bad they are is not known, and that they fail is told by another model. */
function withWorst(values: readonly (number | null)[]): number[] {
  const worst = values.reduce<number>((least, value) => Math.min(least, value ?? least), Number.POSITIVE_INFINITY);
  return values.map((value) => value ?? worst);
}

function rowsOf(
  space: CompiledSpace,
  objectives: readonly Objective[],
  margins: Margins,
  history: readonly Observation[],
): Row[] {
  const rows = new Map<string, Row>();
  for (const trial of history) {
    if (!space.contains(trial.parameters)) continue;
    const key = space.key(trial.parameters);
    const row = rows.get(key) ?? {
      number: trial.number,
      point: space.encode(trial.parameters),
      values: [],
      margins: [],
    };
    rows.set(key, row);
    const measured = margins(trial);
    if (trial.values === null || measured === null) continue;
    row.values.push(trial.values.map((value, k) => (objectives[k]!.goal === "minimize" ? -value : value)));
    row.margins.push(measured);
  }
  return [...rows.values()];
}

/** Stands for all objectives where rows are chosen by how good they are. */
function withMeanTargets(sets: readonly TrainingSet[]): TrainingSet {
  const [first] = sets;
  return {
    ...first!,
    targets: first!.targets.map((_, i) =>
      meanOf(
        sets.map(({ targets }) => targets),
        i,
      ),
    ),
  };
}

function meanOf(rows: readonly ArrayLike<number>[], k: number): number {
  return rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length;
}
