import { orderParameters } from "../../space/conditions.ts";
import { parseDuration, parsePercent } from "../duration.ts";
import type { FailureLimit, StudySpec } from "../spec.ts";
import type { Duration, StudyFile } from "./shape.ts";
import { toParameter } from "./to-parameter.ts";

/** A study file without problems, in the form that the rest of Pegbox reads. */
export function toSpec(file: StudyFile): StudySpec {
  const { version, name, description, labels, metrics, outcomes, fixed, context, strategy, seed } = file;
  const { trials, parallel, budget, stopping, fidelity, retries, failures, replicates, enqueue, runner } = file;
  const parameters = Object.entries(file.parameters).map(([key, entry]) => toParameter(key, entry));
  return {
    version,
    name,
    description,
    labels,
    family: file.family ?? name,
    metrics,
    space: { parameters: orderParameters(parameters).ordered, constraints: file.constraints },
    outcomes,
    fixed,
    context,
    strategy,
    seed,
    trials,
    parallel,
    budget: {
      wallClock: seconds(budget.wallClock),
      trialTimeout: seconds(budget.trialTimeout),
      ...(budget.usd === undefined ? {} : { usd: budget.usd }),
      ...(budget.usdPerHour === undefined ? {} : { usdPerHour: budget.usdPerHour }),
    },
    stopping: {
      target: stopping.target ?? null,
      noProgress: stopping.noProgress ?? null,
      regret: stopping.regret ?? null,
    },
    ...(fidelity === undefined ? {} : { fidelity }),
    retries,
    failures: { max: failureLimit(failures.max) },
    ...(replicates === undefined ? {} : { replicates }),
    enqueue,
    runner,
  };
}

function seconds(duration: Duration | undefined): number | null {
  return duration === undefined ? null : parseDuration(duration);
}

function failureLimit(max: number | string | undefined): FailureLimit | null {
  if (typeof max === "number") return { count: max };
  const fraction = max === undefined ? null : parsePercent(max);
  return fraction === null ? null : { fraction };
}
