import { RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { type CfnStage, HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/**
 * A ceiling for each route, and the signed API is one: far above what people and their workers ask, low enough that a runaway
 * script cannot use up the account's Lambda concurrency.
 */
const THROTTLE = { throttlingRateLimit: 200, throttlingBurstLimit: 400 };

/**
 * Of the one route that asks for no signature: a ceiling of its own, so that reports leave the signed API its own, and a lower one,
 * for one handler answers both. A thousand trials that report every ten seconds make a hundred a second; at a tenth of a second
 * each they take ten of the thousand executions that an account may run at once. What is refused goes along with the result.
 */
const OPEN_THROTTLE = { throttlingRateLimit: 100, throttlingBurstLimit: 200 };

/**
 * The HTTP API in front of one handler that knows its own routes. Every route needs a signature of IAM but the one that trials
 * report to: the handler asks for their token there.
 */
export function httpApi(scope: Construct, handler: IFunction): HttpApi {
  const api = new HttpApi(scope, "HttpApi", {
    apiName: Stack.of(scope).stackName,
    defaultAuthorizer: new HttpIamAuthorizer(),
  });
  const integration = new HttpLambdaIntegration("ApiIntegration", handler);
  api.addRoutes({ path: "/{proxy+}", methods: [HttpMethod.ANY], integration });
  const open = api.addRoutes({
    path: "/report",
    methods: [HttpMethod.POST],
    integration,
    authorizer: new HttpNoneAuthorizer(),
  });
  for (const route of open) {
    Validations.of(route).acknowledge({
      id: "AwsSolutions-APIG4",
      reason: "a trial has a token of its own there, which the handler verifies, and no rights in the account",
    });
  }
  const log = new LogGroup(scope, "AccessLog", {
    // log delivery writes there by a rule for the prefix; other names each lengthen a policy that has a limit
    logGroupName: `/aws/vendedlogs/apis/${Stack.of(scope).stackName}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const stage = api.defaultStage?.node.defaultChild as CfnStage;
  stage.defaultRouteSettings = THROTTLE;
  // capital letters, for these are CloudFormation's own words; the route has to be there first
  stage.routeSettings = {
    "POST /report": {
      ThrottlingRateLimit: OPEN_THROTTLE.throttlingRateLimit,
      ThrottlingBurstLimit: OPEN_THROTTLE.throttlingBurstLimit,
    },
  };
  for (const route of open) stage.node.addDependency(route);
  stage.accessLogSettings = {
    destinationArn: log.logGroupArn,
    format: JSON.stringify({
      requestId: "$context.requestId",
      caller: "$context.identity.userArn",
      method: "$context.httpMethod",
      path: "$context.path",
      status: "$context.status",
      latency: "$context.responseLatency",
      error: "$context.error.message",
    }),
  };
  return api;
}
