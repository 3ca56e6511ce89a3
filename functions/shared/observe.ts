import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { MetricUnit as Unit } from "@aws-lambda-powertools/metrics/types";
import type { Best, Trial } from "../../lib/study/records.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { logger } from "./logger.ts";

/**
 * Namespace of the metrics. Their one dimension is the stack (`service`): a dimension of the study would be 30 cents a month for
 * each metric of each study. The study is a property of the line that carries the metric, for Logs Insights.
 */
const metrics = new Metrics({ namespace: "Pegbox" });

type Measured = readonly (readonly [name: string, unit: Unit, value: number])[];

/** Tells what happened to the log and to CloudWatch's metrics; a trial's parameters are nobody's business. */
export function observe(event: TunerEvent): void {
  const { type, study, ...fields } = fieldsOf(event);
  logger.info(type, { studyId: study, ...fields });
  measure(measuredBy(event), { studyId: study, ...propertiesOf(event) });
}

/** Runs a plan and tells how long it took. */
export async function timedPlan<Answer>(studyId: string, run: () => Promise<Answer>): Promise<Answer> {
  const begun = performance.now();
  const answer = await run();
  measure([["PlanMs", MetricUnit.Milliseconds, performance.now() - begun]], { studyId });
  return answer;
}

function measure(measured: Measured, properties: Readonly<Record<string, string>>): void {
  if (measured.length === 0) return;
  for (const [name, unit, value] of measured) metrics.addMetric(name, unit, value);
  for (const [key, value] of Object.entries(properties)) metrics.addMetadata(key, value);
  metrics.publishStoredMetrics();
}

type Fields = Pick<TunerEvent, "type" | "study"> & Readonly<Record<string, unknown>>;

function fieldsOf(event: TunerEvent): Fields {
  switch (event.type) {
    case "trialRequeued":
    case "checkpointUnseen": {
      const { number, ...rest } = event;
      return { ...rest, trial: number };
    }
    case "trialStarted":
    case "trialPaused":
      return { ...event, ...briefly(event.trial) };
    case "trialEnded": {
      const { best, ...rest } = event;
      return { ...rest, ...briefly(event.trial), best: best?.trial };
    }
    case "resultLate":
      return { ...event, ...briefly(event.trial), lease: event.lease };
    default:
      return event;
  }
}

function briefly({ number, state, attempts, lease, fidelity, reason }: Trial): object {
  const known = Object.entries({ lease, fidelity, reason }).filter(([, value]) => value !== null);
  return { trial: number, state, attempt: attempts, ...Object.fromEntries(known) };
}

const ENDED = {
  SUCCEEDED: "TrialsSucceeded",
  INFEASIBLE: "TrialsInfeasible",
  FAILED: "TrialsFailed",
  STOPPED: "TrialsStopped",
} as const;

function measuredBy(event: TunerEvent): Measured {
  if (event.type === "trialStarted") return measuredAtStart(event.trial);
  if (event.type === "trialRequeued") return [["TrialsRequeued", MetricUnit.Count, 1]];
  if (event.type === "studyRecovered") return [["StudiesRecovered", MetricUnit.Count, 1]];
  return event.type === "trialEnded" ? measuredAtEnd(event.trial) : [];
}

/** `TrialsFallback`: those that no optimizer has seen, each once. */
function measuredAtStart({ attempts, decision }: Trial): Measured {
  const started = ["TrialsStarted", MetricUnit.Count, 1] as const;
  return attempts === 1 && "fallback" in decision ? [started, ["TrialsFallback", MetricUnit.Count, 1]] : [started];
}

/** Seconds from the first attempt's start to the end, and what all attempts cost. */
function measuredAtEnd({ state, startedAt, endedAt, cost }: Trial): Measured {
  if (!(state in ENDED)) return [];
  return [
    [ENDED[state as keyof typeof ENDED], MetricUnit.Count, 1],
    ...(startedAt === null || endedAt === null
      ? []
      : ([["TrialSeconds", MetricUnit.Seconds, (endedAt - startedAt) / 1000]] as const)),
    ...(cost === null ? [] : ([["SpendUsd", MetricUnit.NoUnit, cost.usd]] as const)),
  ];
}

function propertiesOf(event: TunerEvent): Readonly<Record<string, string>> {
  if (event.type !== "trialEnded") return {};
  const value = event.best === null ? undefined : objectiveOf(event.best);
  return { trial: String(event.trial.number), ...(value === undefined ? {} : { BestValue: String(value) }) };
}

/** Metrics are given objectives first, and only a study of one objective has a best trial. */
function objectiveOf({ metrics: values }: Best): number | null | undefined {
  return Object.values(values)[0];
}
