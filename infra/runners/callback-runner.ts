import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import { AccountPrincipal, Grant, type IPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";
import { allow } from "../allow.ts";
import { acknowledge } from "./queued.ts";
import type { Runner, RunnerHost } from "./runner.ts";

/** The longest that SQS keeps a message. */
const LONGEST = Duration.days(14);

export interface CallbackRunnerProps {
  /** Of an attempt, from the message on: the wait until somebody takes it is part of it. At most 14 days. */
  readonly timeout: Duration;
  /**
   * Without a heartbeat for so long, a trial is taken for lost and is tried again. It counts from the message on: the wait for
   * a free worker is part of the first one.
   */
  readonly heartbeat: Duration;
}

/**
 * Puts each trial on a queue, with a task token, and waits: whoever takes the message, a Ray or Slurm cluster or a machine
 * under a desk, runs the trial and answers with the token. As a grantee it is the role that such a worker assumes.
 */
export class CallbackRunner extends Construct implements Runner {
  readonly grantPrincipal: IPrincipal;
  readonly queue: Queue;
  /** May be assumed by who is allowed to in this account. */
  readonly role: Role;
  private readonly props: CallbackRunnerProps;

  constructor(scope: Construct, id: string, props: CallbackRunnerProps) {
    super(scope, id);
    if (props.timeout.toSeconds() > LONGEST.toSeconds()) {
      throw new Error(
        `expected a timeout of at most 14 days, as long as SQS keeps a message, got ${props.timeout.toHumanString()}`,
      );
    }
    if (props.heartbeat.toSeconds() >= props.timeout.toSeconds()) {
      const [heartbeat, timeout] = [props.heartbeat.toHumanString(), props.timeout.toHumanString()];
      throw new Error(`expected a heartbeat shorter than the timeout, ${timeout}, got ${heartbeat}`);
    }
    this.props = props;
    this.queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // nobody waits for an older message any more; SQS keeps one for a minute at least
      retentionPeriod: Duration.seconds(Math.max(60, props.timeout.toSeconds())),
    });
    acknowledge(
      this.queue,
      "SQS3",
      "a message that nobody answers is given up by the workflow, which tries the trial again",
    );
    this.role = new Role(this, "Role", { assumedBy: new AccountPrincipal(Stack.of(this).account) });
    this.grantPrincipal = this.role;
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
      resourceArns: [this.queue.queueArn],
    });
    new CfnOutput(this, "QueueUrl", { value: this.queue.queueUrl });
    new CfnOutput(this, "RoleArn", { value: this.role.roleArn });
  }

  register({ workflow, files }: RunnerHost): RunnerRecord {
    const { timeout, heartbeat } = this.props;
    files.grantCheckpoints(this);
    Grant.addToPrincipal({ grantee: workflow, actions: ["sqs:SendMessage"], resourceArns: [this.queue.queueArn] });
    // slots of a distributed Map are executions of the machine NAME/LABEL
    const holder = allow(workflow, this, {
      actions: ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"],
      resources: [workflow.stateMachineArn, `${workflow.stateMachineArn}/*`],
    });
    if (holder !== undefined) {
      const machine = Stack.of(workflow).getLogicalId(workflow.node.defaultChild as CfnStateMachine);
      acknowledge(
        holder,
        `IAM5[Resource::<${machine}>/*]`,
        "the slots of this machine alone, which have a name of their own",
      );
    }
    return {
      kind: "callback",
      queueUrl: this.queue.queueUrl,
      timeoutSeconds: timeout.toSeconds(),
      heartbeatSeconds: heartbeat.toSeconds(),
    };
  }
}
