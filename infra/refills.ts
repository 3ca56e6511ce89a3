import { Duration, Validations } from "aws-cdk-lib";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Handler } from "./handler.ts";

/**
 * Lets one handler have another called soon, without waiting for it. Lambda repeats a refill that fails twice, for five minutes at
 * most: by then the slots have had others, or have gone on without. What still failed is kept for two weeks.
 */
export function refillAsynchronously(scope: Construct, refill: Handler, caller: Handler): void {
  const failed = new Queue(scope, "FailedRefills", { enforceSSL: true, retentionPeriod: Duration.days(14) });
  Validations.of(failed).acknowledge({ id: "AwsSolutions-SQS3", reason: "this queue is where dead letters go" });
  refill.function.configureAsyncInvoke({
    retryAttempts: 2,
    maxEventAge: Duration.minutes(5),
    onFailure: new SqsDestination(failed),
  });
  caller.function.addEnvironment("PEGBOX_REFILL_FUNCTION", refill.function.functionName);
  caller.allow(["lambda:InvokeFunction"], refill.function.functionArn);
}
