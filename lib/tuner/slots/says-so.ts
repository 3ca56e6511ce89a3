import type { Judgement } from "../../study/judgement.ts";
import type { Metrics, Trial } from "../../study/records.ts";

/** Whether a trial stands as a result that is told again has left it; `reason` tells of a retry too. */
export function saysSo(trial: Trial, judgement: Judgement): boolean {
  const { state, metrics, feasible, reason, standardErrors = {} } = judgement;
  if (!same(trial.reason, reason)) return false;
  if (state === "FAILED") return trial.state === "FAILED" || trial.state === "PROPOSED";
  const values = same(trial.metrics, metrics) && same(trial.standardErrors ?? {}, standardErrors);
  return (trial.state === state || trial.state === "PAUSED") && values && trial.feasible === feasible;
}

function same(a: object | Metrics | null, b: object | Metrics | null): boolean {
  return sorted(a) === sorted(b);
}

const sorted = (value: object | null): string => JSON.stringify(Object.entries(value ?? {}).sort());
