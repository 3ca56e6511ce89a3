import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { type Observed, ours } from "./observed.ts";

/** Share of its time limit that a plan may take: beyond, the next larger study may not be planned at all. */
const PLAN_SHARE = 0.6;

/** Share of trials that no optimizer has seen: beyond, the search is on its way to a random one. */
const FALLBACK_SHARE = 0.2;

/** A result, or an execution, that has waited for so long waits for a person. */
const WAITS_TOO_LONG = Duration.minutes(30);

/** Periods of five minutes in a row of what mends itself when it passes. */
const LASTING = 3;

export interface AlarmsProps {
  readonly observed: Observed;
  /** @default nobody is told; alarms are seen where they are listed */
  readonly topic?: ITopic;
}

/**
 * What a person should hear of. Nothing is said while nothing runs, nor of what mends itself.
 *
 * That no trial ends for long is not among them: no metric tells that an execution waits for one, and a trial may take as long as
 * its own time limit allows.
 *
 * CloudWatch bills 10 cents a month for each metric that an alarm watches: $2.30 for these, beyond the ten that are free.
 */
export class Alarms extends Construct {
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, { observed, topic }: AlarmsProps) {
    super(scope, id);
    this.#topic = topic;
    const { stateMachine, table, handlers, plan, queue } = observed;
    this.#tell(
      "ExecutionsFailed",
      "An execution failed; its study goes on, or says why not",
      stateMachine.metricFailed(),
    );
    this.#tell("ExecutionsThrottled", "Executions of the account run into its quota", stateMachine.metricThrottled(), {
      lasting: true,
    });
    const errors = handlers.map((each) => each.metricErrors());
    const throttles = handlers.map((each) => each.metricThrottles());
    this.#tell("HandlerErrors", "Handlers fail, and go on failing", sum(errors), { lasting: true });
    this.#tell("HandlerThrottles", "Trials use up the account's concurrency", sum(throttles), { lasting: true });
    this.#tell(
      "DeadLetters",
      "What could not be recovered waits for a person",
      queue.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
    );
    this.#tell(
      "RecoveryWaits",
      "Results or executions that were cut off wait: the store is down most likely",
      queue.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM }),
      { above: WAITS_TOO_LONG.toSeconds() },
    );
    const throttled = ["ReadThrottleEvents", "WriteThrottleEvents"].map((name) =>
      table.metric(name, { statistic: Stats.SUM }),
    );
    this.#tell("TableThrottled", "The table grows into its load too slowly", sum(throttled), { lasting: true });
    this.#tell(
      "PlanSlow",
      `Plans take more than ${100 * PLAN_SHARE} % of their time limit`,
      plan.metricDuration({ statistic: Stats.percentile(95) }),
      { above: PLAN_SHARE * (plan.timeout?.toMilliseconds() ?? 0) },
    );
    this.#tell(
      "Fallback",
      `Refills fail: more than ${100 * FALLBACK_SHARE} % of the trials are searched for without the optimizer`,
      share(ours(this, "TrialsFallback"), ours(this, "TrialsStarted")),
      { above: FALLBACK_SHARE, lasting: true },
    );
  }

  #tell(id: string, alarmDescription: string, metric: IMetric, { above = 0, lasting = false } = {}): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: lasting ? LASTING : 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#topic !== undefined) alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}

function sum(metrics: readonly IMetric[]): MathExpression {
  const named = metrics.map((metric, i) => [`m${i}`, metric] as const);
  return new MathExpression({
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(" + "),
    usingMetrics: Object.fromEntries(named),
  });
}

/** Without data where there is nothing to have a share of. */
function share(part: IMetric, whole: IMetric): MathExpression {
  return new MathExpression({ expression: "FILL(part, 0) / whole", usingMetrics: { part, whole } });
}
