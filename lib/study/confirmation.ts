import { differenceInterval, LEVEL, meanInterval, type Sample, sampleOf } from "./confidence.ts";
import { meanMetrics, metricOf, outcomeViolations } from "./measured.ts";
import type { Confirmation, Finalist, Interval, Trial } from "./records.ts";
import type { StudySpec } from "./spec.ts";

/** A finalist and its replicates that have ended. */
export interface Contender {
  readonly trial: Trial;
  readonly replicates: readonly Trial[];
}

/**
 * What replicates say of the finalists of a study with one objective. The winner is the one with the best mean, of those whose
 * mean outcomes keep the constraints; of equals the one that the search preferred. A finalist without a value cannot win.
 *
 * @param contenders one or two, the one that the search preferred first
 */
export function confirm(
  contenders: readonly Contender[],
  { metrics, outcomes }: Pick<StudySpec, "metrics" | "outcomes">,
): Confirmation {
  const { name, goal } = metrics[0]!;
  const measured = contenders.map(({ trial, replicates }) => {
    const successes = replicates.filter(({ state }) => state === "SUCCEEDED");
    const sample = sampleIn(successes, name);
    const means = meanMetrics(
      successes,
      outcomes.map(({ metric }) => metric),
    );
    const finalist: Finalist = {
      trial: trial.number,
      parameters: trial.parameters,
      metrics: trial.metrics ?? {},
      replicates: replicates.length,
      measured: sample?.count ?? 0,
      mean: sample?.mean ?? null,
      interval: sample === null ? null : meanInterval(sample),
      feasible: sample === null ? null : outcomeViolations(means, outcomes).length === 0,
    };
    return { finalist, sample };
  });
  const sign = goal === "minimize" ? 1 : -1;
  const eligible = measured.flatMap(({ finalist: { trial, mean, feasible } }) =>
    mean !== null && feasible === true ? [{ trial, cost: sign * mean }] : [],
  );
  const winner = eligible.reduce<(typeof eligible)[number] | null>(
    (best, next) => (best === null || next.cost < best.cost ? next : best),
    null,
  );
  return {
    metric: name,
    level: LEVEL,
    winner: winner?.trial ?? null,
    finalists: measured.map(({ finalist }) => finalist),
    difference: difference(measured[1]?.sample ?? null, measured[0]?.sample ?? null),
  };
}

/** The finalist that has won; null where none has. */
export function winnerOf({ winner, finalists }: Confirmation): Finalist | null {
  return finalists.find(({ trial }) => trial === winner) ?? null;
}

/** In a sentence: who has won, by which means, and whether the difference is more than chance. */
export function confirmationText(confirmation: Confirmation): string {
  const { metric, level, finalists, difference: apart } = confirmation;
  const parts = [...finalists.map(finalistText), ...(apart === null ? [] : [differenceText(apart)])];
  const head = `${confirmationHead(confirmation)}: mean ${metric} of replicates, intervals at ${Math.round(level * 100)} %`;
  return `${head}: ${parts.join("; ")}`;
}

/** `trial 12 is confirmed as the best` */
export function confirmationHead({ winner, finalists }: Confirmation): string {
  const chosen = finalists[0]?.trial;
  if (winner === chosen) return `trial ${winner} is confirmed as the best`;
  if (winner !== null) return `trial ${winner} is the best rather than trial ${chosen}`;
  return finalists.some(({ feasible }) => feasible === false)
    ? "no finalist keeps the outcome constraints in the mean"
    : "no replicate gave a value";
}

/** `trial 12: 0.0312 (0.0289 … 0.0335), 5 replicates` */
export function finalistText({ trial, replicates, measured, mean, interval, feasible }: Finalist): string {
  const value =
    mean === null ? "no value" : `${number(mean)}${interval === null ? "" : ` (${intervalText(interval)})`}`;
  const runs = `${replicates} ${replicates === 1 ? "replicate" : "replicates"}`;
  const lost = measured === replicates ? runs : `${measured} of ${runs} gave a value`;
  return `trial ${trial}: ${value}, ${lost}${feasible === false ? ", beyond an outcome constraint in the mean" : ""}`;
}

/** `difference 0.0021 (−0.001 … 0.005): may be chance` */
export function differenceText({ mean, interval }: NonNullable<Confirmation["difference"]>): string {
  if (interval === null) return `difference ${number(Math.abs(mean))}`;
  const [low, high] = mean < 0 ? [-interval[1], -interval[0]] : interval;
  const chance = low <= 0 && high >= 0 ? "may be chance" : "more than chance";
  return `difference ${number(Math.abs(mean))} (${intervalText([low, high])}): ${chance}`;
}

function difference(second: Sample | null, first: Sample | null): Confirmation["difference"] {
  if (second === null || first === null) return null;
  const mean = second.mean - first.mean;
  return Number.isFinite(mean) ? { mean, interval: differenceInterval(second, first) } : null;
}

function sampleIn(trials: readonly Trial[], metric: string): Sample | null {
  const values = trials.flatMap(({ metrics }) => metricOf(metrics, metric));
  return values.length === 0 ? null : sampleOf(values);
}

function intervalText([low, high]: Interval): string {
  return `${number(low)} … ${number(high)}`;
}

/** Four digits: more than any interval bears out. */
function number(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}
