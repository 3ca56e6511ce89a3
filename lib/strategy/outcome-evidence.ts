import type { CompiledSpace } from "../space/codec.ts";
import type { Objective } from "../study/spec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import { warpOutputs } from "../surrogate/half-rank-warp.ts";
import { linearOutputs, marginOutputs } from "../surrogate/linear-outputs.ts";
import { representatives } from "../surrogate/representatives.ts";
import { selectRows, type TrainingSet } from "../surrogate/training-set.ts";
import {
  MOST_ROWS,
  type ModelledTrials,
  meanOf,
  measurementOf,
  modelledTrials,
  objectiveData,
  type Row,
  rowsOf,
  trainingSet,
} from "./evidence.ts";
import { failuresMatter, type Margins } from "./outcomes.ts";
import type { Measurement } from "./replicates.ts";
import type { Observation } from "./strategy.ts";

/** Variance of a label about the function behind it, in a regression on ±1. */
const LABEL_SPREAD = 0.1;

/** A constraint as data: it holds where the target reaches the threshold. */
export interface ConstraintData {
  readonly data: TrainingSet;
  readonly threshold: number;
  readonly spread: number;
}

/** The ended trials as several surrogates see them. */
export interface OutcomeEvidence extends ModelledTrials {
  /** n; whether there are values and all constraints hold. */
  readonly feasible: readonly boolean[];
  /** One for each objective, of n rows; higher is better. */
  readonly objectives: readonly TrainingSet[];
  /** Bounds of outcome constraints, of the measured rows; then, where trials fail, that a trial has a value. */
  readonly constraints: readonly ConstraintData[];
}

/** What a trial measured. */
interface Outcome {
  /** m; the objectives, maximised. */
  readonly objectives: readonly Measurement[];
  readonly margins: readonly number[];
}

/** Evidence for several objectives, or for one beside which constraints or failures are modelled. */
export function gatherOutcomes(
  space: CompiledSpace,
  coordinates: Coordinates,
  objectives: readonly Objective[],
  margins: Margins,
  history: readonly Observation[],
  seed: number,
): OutcomeEvidence {
  const all = rowsOf(space, history, (trial): Outcome | null => {
    const measured = margins(trial);
    if (trial.values === null || measured === null) return null;
    const values = objectives.map(({ goal }, k) => measurementOf(trial, k, goal === "minimize" ? -1 : 1)!);
    return { objectives: values, margins: measured };
  });
  const over = (chosen: readonly Row<Outcome>[], targets: Float64Array) => trainingSet(coordinates, chosen, targets);
  const rows = failuresMatter(all.map(isMeasured)) ? withoutAccidents(all, coordinates, seed) : all;
  const outputs =
    objectives.length === 1 ? warpOutputs : (values: readonly (number | null)[]) => linearOutputs(values).targets;
  const modelled = failuresMatter(rows.map(isMeasured));
  const data = objectives.map((_, k) =>
    objectiveData(
      coordinates,
      rows,
      (outcome) => outcome.objectives[k]!,
      (values) => outputs(modelled ? withWorst(values) : values),
    ),
  );
  const chosen = representatives(withMeanTargets(data), MOST_ROWS);
  const kept = chosen.map((i) => rows[i]!);
  const known = kept.filter(isMeasured);
  const bounds = rows.find(isMeasured)?.values[0]?.margins.length ?? 0;
  const constraints = Array.from({ length: bounds }, (_, k): ConstraintData => {
    const { targets, threshold } = marginOutputs(Float64Array.from(known, (row) => meanMargin(row, k)));
    return { data: over(known, targets), threshold, spread: 0 };
  });
  if (modelled) constraints.push(successData(kept, coordinates));
  return {
    ...modelledTrials(kept),
    feasible: kept.map((row) => isMeasured(row) && row.values[0]!.margins.every((_, k) => meanMargin(row, k) >= 0)),
    objectives: data.map((objective) => selectRows(objective, chosen)),
    constraints,
  };
}

/** That a trial has a value, as a constraint. */
function successData(rows: readonly Row<Outcome>[], coordinates: Coordinates): ConstraintData {
  const { targets, threshold } = marginOutputs(Float64Array.from(rows, (row) => (isMeasured(row) ? 1 : -1)));
  return { data: trainingSet(coordinates, rows, targets), threshold, spread: LABEL_SPREAD };
}

/**
 * Without the failures that a model of them, having seen them, still does not expect: what happens anywhere says nothing
 * about its place, and taken for the worst of values it would hide the best ones beside it.
 */
function withoutAccidents(
  rows: readonly Row<Outcome>[],
  coordinates: Coordinates,
  seed: number,
): readonly Row<Outcome>[] {
  const chosen = representatives(successData(rows, coordinates).data, MOST_ROWS).map((i) => rows[i]!);
  const { data, threshold } = successData(chosen, coordinates);
  const model = fitGaussianProcess(data, seed);
  return rows.filter((row) => isMeasured(row) || model.mean(coordinates.locate(row.point)) < threshold);
}

function isMeasured({ values }: Row<Outcome>): boolean {
  return values.length > 0;
}

function meanMargin({ values }: Row<Outcome>, k: number): number {
  return meanOf(values, ({ margins }) => margins[k]!);
}

/** Failed trials as the worst of the others: how bad they are is not known, and that they fail is told by another model. */
function withWorst(values: readonly (number | null)[]): number[] {
  const worst = values.reduce<number>((least, value) => Math.min(least, value ?? least), Number.POSITIVE_INFINITY);
  return values.map((value) => value ?? worst);
}

/** Stands for all objectives where rows are chosen by how good they are. */
function withMeanTargets(sets: readonly TrainingSet[]): TrainingSet {
  const [first] = sets;
  return {
    ...first!,
    targets: first!.targets.map((_, i) => meanOf(sets, ({ targets }) => targets[i]!)),
  };
}
