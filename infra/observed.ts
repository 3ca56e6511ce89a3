import { Stack } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { RecoveryQueue } from "./recovery.ts";

/** The parts of the stack that alarms and the dashboard look at. */
export interface Observed {
  readonly stateMachine: StateMachine;
  readonly table: Table;
  /** All handlers, `plan` among them. */
  readonly handlers: readonly LambdaFunction[];
  readonly plan: LambdaFunction;
  readonly queue: RecoveryQueue;
}

/** A metric that the stack's handlers write. */
export function ours(scope: Construct, metricName: string, statistic: string = Stats.SUM): Metric {
  const dimensionsMap = { service: Stack.of(scope).stackName };
  return new Metric({ namespace: "Pegbox", metricName, statistic, dimensionsMap });
}
