import { Stack, Validations } from "aws-cdk-lib";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/**
 * Lets the workflow hear of the end of what it waits for: by a rule of EventBridge that Step Functions manages, and for
 * whose rights it asks when the state machine is created.
 */
export function grantEndOfJobs(workflow: IGrantable, scope: Construct, rule: string): void {
  const arn = Stack.of(scope).formatArn({ service: "events", resource: "rule", resourceName: rule });
  Grant.addToPrincipal({
    grantee: workflow,
    actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
    resourceArns: [arn],
  });
}

/** Tells the checks of a stack why a role, or what it belongs to, may have what they found. */
export function acknowledge(grantee: IGrantable | Construct, id: string, reason: string): void {
  const scope = Construct.isConstruct(grantee) ? grantee : grantee.grantPrincipal;
  if (Construct.isConstruct(scope)) Validations.of(scope).acknowledge({ id: `AwsSolutions-${id}`, reason });
}
