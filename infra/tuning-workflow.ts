import { ArnFormat, Fn, Lazy, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { workflowJson } from "../lib/workflow/definition.ts";
import type { WorkflowFunction } from "../lib/workflow/placeholder.ts";
import type { RunnerKind } from "../lib/workflow/runner-record.ts";
import type { Handler } from "./handler.ts";

export interface TuningWorkflowProps {
  /** The handlers behind the states, by the names that the definition substitutes. */
  readonly handlers: Readonly<Record<WorkflowFunction, IFunction>>;
  /** Kinds of the runners that are registered, once all are. */
  readonly kinds: () => readonly RunnerKind[];
  /** Where a result waits that no handler takes. */
  readonly recoveryQueue: IQueue;
  /** Whether X-Ray traces executions. */
  readonly tracing: boolean;
}

/**
 * The workflow of lib/workflow as a Standard state machine: the definition goes in as it is, byte for byte.
 *
 * The states name functions, not versions of them. A running execution keeps its definition when the stack is updated,
 * and calls the new code: one code at a time reads the table, and every message of lib/workflow is read as the version
 * before wrote it. The next hand-over picks up the new definition.
 */
export class TuningWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: TuningWorkflowProps) {
    super(scope, id);
    // A fixed name: the machine starts itself, and its role cannot refer to a machine that refers to its role.
    this.name = `${Stack.of(this).stackName}-tuning`;
    const handlers = Object.entries(props.handlers);
    const definition = Lazy.string({ produce: () => workflowJson(props.kinds()) });
    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineName: this.name,
      stateMachineType: StateMachineType.STANDARD,
      // Fn::Sub puts the ARNs in as DefinitionSubstitutions would, and is the one that emulators know too
      definitionBody: DefinitionBody.fromString(
        Fn.sub(definition, {
          ...Object.fromEntries(handlers.map(([name, handler]) => [name, handler.functionArn])),
          RecoveryQueue: props.recoveryQueue.queueUrl,
        }),
      ),
      tracingEnabled: props.tracing,
      logs: {
        destination: new LogGroup(this, "Log", {
          // log delivery writes there by a rule for the prefix; other names each lengthen a policy that has a limit
          logGroupName: `/aws/vendedlogs/states/${this.name}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // parameters may be nobody else's business
        includeExecutionData: false,
      },
    });
    for (const [, handler] of handlers) this.allowInvoke(handler);
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [props.recoveryQueue.queueArn] }),
    );
    this.allowItself();
    Validations.of(this.stateMachine).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "log delivery and X-Ray know no resource but *",
    });
  }

  private allowInvoke(handler: IFunction): void {
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [handler.functionArn] }),
    );
  }

  /** Lets a handler end executions. */
  grantStop(handler: Handler): void {
    handler.allow(["states:StopExecution"], this.arn("execution", ":*"));
    this.acknowledgeExecutions(handler, ":*");
  }

  /**
   * Handing over to a fresh execution, and the children of the distributed map, which the service starts, describes and
   * stops on the machine's behalf.
   */
  private allowItself(): void {
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({ actions: ["states:StartExecution"], resources: [this.arn("stateMachine", "")] }),
    );
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ["states:DescribeExecution", "states:StopExecution"],
        resources: [this.arn("execution", ":*"), this.arn("execution", "/*")],
      }),
    );
    for (const suffix of [":*", "/*"]) this.acknowledgeExecutions(this.stateMachine, suffix);
  }

  private arn(resource: string, suffix: string): string {
    return Stack.of(this).formatArn({
      service: "states",
      resource,
      resourceName: `${this.name}${suffix}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  private acknowledgeExecutions(scope: Construct, suffix: string): void {
    Validations.of(scope).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${this.name}${suffix}]`,
      reason: "executions are named when they start: these are the executions of this machine alone",
    });
  }
}
