import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
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
