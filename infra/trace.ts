import { Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";

/**
 * Lets X-Ray trace a function. Not as the function's `tracing`, which has to be known when it is made: a runner's function is
 * made before the stack that says so has it.
 */
export function trace(traced: LambdaFunction): void {
  (traced.node.defaultChild as CfnFunction).tracingConfig = { mode: "Active" };
  const actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
  traced.addToRolePolicy(new PolicyStatement({ actions, resources: ["*"] }));
  Validations.of(traced.role ?? traced).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason: "xray:PutTraceSegments and PutTelemetryRecords know no resource but *",
  });
}
