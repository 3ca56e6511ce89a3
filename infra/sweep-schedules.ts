import { Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { ScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Handler } from "./handler.ts";

/** Where sweeps live: a schedule group, and the role by which its schedules start the workflow. */
export class SweepSchedules extends Construct {
  readonly group: ScheduleGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, stateMachine: StateMachine) {
    super(scope, id);
    const stack = Stack.of(this);
    this.group = new ScheduleGroup(this, "Group", { scheduleGroupName: `${stack.stackName}-sweeps` });
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: { "aws:SourceAccount": stack.account, "aws:SourceArn": this.group.scheduleGroupArn },
        },
      }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ["states:StartExecution"], resources: [stateMachine.stateMachineArn] }),
    );
  }

  /** Lets a handler put and delete the schedules of this group, and hand them their role. */
  grantManage(handler: Handler): void {
    const stack = Stack.of(this);
    const schedules = stack.formatArn({
      service: "scheduler",
      resource: "schedule",
      resourceName: `${stack.stackName}-sweeps/*`,
    });
    handler.allow(["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"], schedules);
    handler.allow(["iam:PassRole"], this.role.roleArn, {
      StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" },
    });
    Validations.of(handler).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${stack.stackName}-sweeps/*]`,
      reason: "schedules are named at run time: these are the schedules of this stack's own group alone",
    });
  }
}
