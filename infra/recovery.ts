import { Duration, type Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Handler } from "./handler.ts";

/** The longest that SQS keeps a message: time for a person to mend what does not mend itself. */
const KEPT = Duration.days(14);

/** Between two attempts at a message: six times the handler's time limit, as SQS event sources want it. */
const PATIENCE = Duration.minutes(6);

/** Attempts at a message, each after `PATIENCE`: an outage of the table of ten hours mends itself. */
const ATTEMPTS = 100;

/** What could not be dealt with when it came: executions that were cut off, and results that no handler took. */
export interface RecoveryQueue {
  readonly queue: Queue;
  /** What could not be dealt with at all. */
  readonly deadLetters: Queue;
}

export function recoveryQueue(stack: Stack): RecoveryQueue {
  const own = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: KEPT };
  const deadLetters = new Queue(stack, "DeadLetters", own);
  const queue = new Queue(stack, "RecoveryQueue", {
    ...own,
    visibilityTimeout: PATIENCE,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: ATTEMPTS },
  });
  return { queue, deadLetters };
}

export interface RecoveryProps {
  readonly queue: RecoveryQueue;
  readonly handler: Handler;
  readonly stateMachine: StateMachine;
}

/**
 * A study whose execution was cut off goes on in the next, by itself. The rule hears of executions of the machine alone, not of
 * the children of its Maps, which have a machine's name of their own.
 *
 * The rule writes into the queue and not to the handler: a handler that fails, for the table is down, is asked again for hours,
 * where Lambda would do so twice. Who reads a queue polls it: some 650,000 requests a month, within the million that is free.
 */
export class Recovery extends Construct {
  constructor(scope: Construct, id: string, { queue: { queue, deadLetters }, handler, stateMachine }: RecoveryProps) {
    super(scope, id);
    new Rule(this, "CutOff", {
      description: "Executions of the tuning workflow that were cut off",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [stateMachine.stateMachineArn], status: ["ABORTED", "FAILED", "TIMED_OUT"] },
      },
      targets: [
        new SqsQueue(queue, { deadLetterQueue: deadLetters, maxEventAge: Duration.days(1), retryAttempts: 185 }),
      ],
    });
    handler.function.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }));
    handler.allow(["states:StartExecution"], stateMachine.stateMachineArn);
    handler.function.addEnvironment("PEGBOX_STATE_MACHINE", stateMachine.stateMachineArn);
  }
}
