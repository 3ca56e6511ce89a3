import { Duration, Stack } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { type Observed, ours } from "./observed.ts";

/** Thirds of a dashboard, whose width is 24. */
const WIDTH = 8;
const P50_P95 = [50, 95].map((share) => Stats.percentile(share));

/** How studies go, on one page: $3 a month beyond the three dashboards that an account has free. */
export function dashboard(scope: Construct, { stateMachine, table, handlers, queue }: Observed): Dashboard {
  const { stackName } = Stack.of(scope);
  const trials = (what: string): IMetric => ours(scope, `Trials${what}`);
  return new Dashboard(scope, "Dashboard", {
    dashboardName: stackName,
    defaultInterval: Duration.hours(12),
    widgets: [
      [
        graph(
          "Trials",
          ["Started", "Succeeded", "Infeasible", "Failed", "Stopped", "Requeued", "Fallback"].map(trials),
        ),
        graph(
          "Seconds of a trial",
          P50_P95.map((statistic) => ours(scope, "TrialSeconds", statistic)),
        ),
        graph("Spent, USD as told by trials", [ours(scope, "SpendUsd")]),
      ],
      [
        graph("Executions", [
          stateMachine.metricStarted(),
          stateMachine.metricSucceeded(),
          stateMachine.metricFailed(),
          stateMachine.metricAborted(),
          stateMachine.metricTimedOut(),
          stateMachine.metricThrottled(),
        ]),
        graph("Studies that went on by themselves", [ours(scope, "StudiesRecovered")]),
        graph(
          "Milliseconds of a plan",
          P50_P95.map((statistic) => ours(scope, "PlanMs", statistic)),
        ),
      ],
      [
        graph(
          "Errors of handlers",
          handlers.map((each) => each.metricErrors()),
        ),
        graph(
          "Throttles of handlers",
          handlers.map((each) => each.metricThrottles()),
        ),
        graph(
          "Latency of handlers, p95",
          handlers.map((each) => each.metricDuration({ statistic: Stats.percentile(95) })),
        ),
      ],
      [
        graph("Units of the table", [
          table.metricConsumedReadCapacityUnits(),
          table.metricConsumedWriteCapacityUnits(),
        ]),
        graph(
          "Throttles of the table",
          ["ReadThrottleEvents", "WriteThrottleEvents"].map((name) => table.metric(name, { statistic: Stats.SUM })),
        ),
        graph(
          "What waits to be recovered, and dead letters",
          [queue.queue, queue.deadLetters].map((each) =>
            each.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
          ),
        ),
      ],
    ],
  });
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: WIDTH });
}
