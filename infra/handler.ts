import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { trace } from "./trace.ts";

export interface HandlerProps {
  /** Name of the handler's file in functions/, without its ending. */
  readonly name: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** @default no variables */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where an event goes that it was called with asynchronously and that it failed at, thrice. @default nowhere */
  readonly failed?: IQueue;
  /** @default true */
  readonly tracing?: boolean;
}

/**
 * A bundled handler as a Lambda function with a role of its own: it may write its log and its traces, and what is granted
 * to it.
 */
export class Handler extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: HandlerProps) {
    super(scope, id);
    const { tracing = true } = props;
    const logGroup = new LogGroup(this, "Log", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundle(props.name)),
      handler: "index.handler",
      description: `Pegbox ${props.name} (${Stack.of(this).stackName})`,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: {
        NODE_OPTIONS: "--enable-source-maps",
        POWERTOOLS_SERVICE_NAME: Stack.of(this).stackName,
        ...props.environment,
      },
      logGroup,
      role,
      ...(props.failed === undefined ? {} : { deadLetterQueue: props.failed }),
    });
    if (tracing) trace(this.function);
  }

  /** Allows actions on one resource, in a policy of the handler's own role. */
  allow(actions: readonly string[], resource: string, conditions: Readonly<Record<string, unknown>> = {}): void {
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: [...actions], resources: [resource], conditions: { ...conditions } }),
    );
  }
}

/** The folder that the build wrote for a handler: beside this file in the package, below dist in a checkout. */
function bundle(name: string): string {
  const places = [`../functions/${name}`, `../dist/functions/${name}`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = places.find((place) => existsSync(`${place}/index.mjs`));
  if (found === undefined) throw new Error(`expected a bundle of functions/${name}.ts: run \`npm run build\` first`);
  return found;
}
