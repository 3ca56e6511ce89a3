import { App, Stack } from "aws-cdk-lib";
import type { Template } from "aws-cdk-lib/assertions";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, describe, expect, it } from "vitest";
import { workflowJson } from "../../lib/workflow/definition.ts";
import { grants, type Properties, resources, type Statement, theApp } from "./synthesize.ts";

let app: App;
let template: Template;

beforeAll(async () => {
  ({ app, template } = await theApp());
  // seconds, but of a processor that others may be using
}, 180_000);

const only = (type: string): Properties => {
  const found = [...resources(template, type).values()];
  expect(found).toHaveLength(1);
  return found[0] ?? {};
};

/** Logical ids without the hash at their end. */
const readable = (id: string): string => id.replace(/[0-9A-F]{8}$/, "");

const roleOf = (id: string): readonly Statement[] =>
  [...grants(template)].find(([role]) => readable(role) === id)?.[1] ?? [];

describe("the state machine", () => {
  const substituted = (): [definition: string, functions: Record<string, unknown>] => {
    const { DefinitionString } = only("AWS::StepFunctions::StateMachine") as {
      DefinitionString: { "Fn::Sub": [string, Record<string, unknown>] };
    };
    return DefinitionString["Fn::Sub"];
  };

  it("is the workflow of lib/workflow, byte for byte", () => {
    expect(substituted()[0]).toBe(workflowJson());
  });

  it("gets a function for every placeholder, and for nothing else", () => {
    const [definition, functions] = substituted();
    const placeholders = [...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(functions).sort()).toEqual([...new Set(placeholders)].sort());
    const { RecoveryQueue: queue, ...handlers } = functions;
    for (const [name, target] of Object.entries(handlers)) {
      expect(target).toEqual({ "Fn::GetAtt": [expect.stringMatching(`^${name}`), "Arn"] });
    }
    expect(queue).toEqual({ Ref: expect.stringMatching(/^RecoveryQueue/) });
  });

  it("names functions, and no version of them or of itself: what runs calls the new code once the stack is updated", () => {
    for (const type of ["AWS::Lambda::Version", "AWS::Lambda::Alias"]) template.resourceCountIs(type, 0);
    for (const type of ["Version", "Alias"]) template.resourceCountIs(`AWS::StepFunctions::StateMachine${type}`, 0);
    expect(substituted()[0]).toContain('"StateMachineArn":"{% $states.context.StateMachine.Id %}"');
  });

  it("logs every event without parameters and metrics, and traces", () => {
    expect(only("AWS::StepFunctions::StateMachine")).toMatchObject({
      StateMachineType: "STANDARD",
      LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });
});

describe("rights", () => {
  const WATCHED = ["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments"];
  const MOVE = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"];
  const SCHEDULE = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"];
  const RECEIVE = [
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ReceiveMessage",
  ].map((action) => `sqs:${action}`);
  const EXPECTED: Readonly<Record<string, readonly string[]>> = {
    ApiRole: [
      ...MOVE,
      "dynamodb:BatchGetItem",
      "dynamodb:DeleteItem",
      "iam:PassRole",
      ...SCHEDULE,
      "states:StartExecution",
      "states:StopExecution",
      ...WATCHED,
    ],
    BeginRole: [...MOVE, ...WATCHED],
    DigitsRole: ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject", ...WATCHED],
    FinalizeRole: [...MOVE, "dynamodb:BatchGetItem", ...WATCHED],
    NextTrialRole: [...MOVE, "dynamodb:BatchGetItem", "lambda:InvokeFunction", "s3:ListBucket", ...WATCHED],
    PlanRole: [...MOVE, "dynamodb:BatchGetItem", ...WATCHED],
    RecoverRole: [...MOVE, "dynamodb:BatchGetItem", ...RECEIVE, "states:StartExecution", ...WATCHED],
    RefillRole: [...MOVE, "dynamodb:BatchGetItem", "sqs:SendMessage", ...WATCHED],
    SweepsRole: ["states:StartExecution"],
  };
  const actionsOf = (statements: readonly Statement[]): string[] =>
    [...new Set(statements.flatMap(({ actions }) => actions))].sort();
  const allGrants = (): readonly Statement[] => [...grants(template).values()].flat();

  it.each(Object.entries(EXPECTED))("%s may do these and nothing else", (role, actions) => {
    expect(actionsOf(roleOf(role))).toEqual([...actions].sort());
  });

  it("let the API do with a study and its trials what the workflow does", () => {
    const onTable = (role: string): string[] =>
      actionsOf(roleOf(role).filter(({ actions }) => actions.some((action) => action.startsWith("dynamodb:"))));
    expect(onTable("ApiRole")).toEqual(expect.arrayContaining(onTable("PlanRole")));
    expect(onTable("ApiRole")).toEqual(expect.arrayContaining(onTable("FinalizeRole")));
  });

  it("belong to no other role than these and the machine's", () => {
    expect([...grants(template).keys()].map(readable).sort()).toEqual(
      [...Object.keys(EXPECTED), "WorkflowStateMachineRole"].sort(),
    );
  });

  it("let the claims look for checkpoints, and for nothing else in the bucket", () => {
    const looks = roleOf("NextTrialRole").filter(({ actions }) => actions.includes("s3:ListBucket"));
    expect(looks).toMatchObject([
      { actions: ["s3:ListBucket"], condition: { StringLike: { "s3:prefix": "checkpoints/*" } } },
    ]);
    const [bucket] = looks.map(({ resource }) => (resource as { "Fn::GetAtt": [string, string] })["Fn::GetAtt"]);
    expect(bucket).toEqual([expect.stringMatching(/^TrialsBucket/), "Arn"]);
  });

  it("name every action in full", () => {
    expect(actionsOf(allGrants()).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("reach every resource only where the service knows none: traces and log delivery", () => {
    const everywhere = allGrants().filter(({ resource }) => resource === "*");
    const services = actionsOf(everywhere).map((action) => action.split(":")[0]);
    expect(new Set(services)).toEqual(new Set(["logs", "xray"]));
  });

  it("let the machine invoke the four handlers and the registered runner, and start and stop itself", () => {
    const machine = roleOf("WorkflowStateMachineRole");
    const invoked = machine.filter(({ actions }) => actions.includes("lambda:InvokeFunction"));
    const targets = invoked.flatMap(({ resource }) => resource as { "Fn::GetAtt": [string, string] }[]);
    expect(targets.map((target) => readable(target["Fn::GetAtt"][0])).sort()).toEqual(
      ["BeginFunction", "DigitsFunction", "FinalizeFunction", "NextTrialFunction", "PlanFunction"].sort(),
    );
    const itself = machine.filter(({ actions }) => actions.some((action) => action.startsWith("states:")));
    expect(actionsOf(itself)).toEqual(["states:DescribeExecution", "states:StartExecution", "states:StopExecution"]);
    for (const { resource } of itself) expect(JSON.stringify(resource)).toContain("Pegbox-tuning");
  });

  it("hand the sweeps' role to the scheduler alone, and let it act for the sweeps of this stack alone", () => {
    const pass = roleOf("ApiRole").find(({ actions }) => actions.includes("iam:PassRole"));
    expect(pass?.condition).toEqual({ StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } });
    const roles = resources(template, "AWS::IAM::Role");
    const [, sweeps] = [...roles].find(([id]) => readable(id) === "SweepsRole") ?? [];
    const trust = JSON.stringify(sweeps?.["AssumeRolePolicyDocument"]);
    expect(trust).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
    expect(trust).toContain('"aws:SourceArn":{"Fn::GetAtt":["SweepsGroup');
  });
});

describe("the table", () => {
  it("is on demand, can be restored to any second, forgets by ttl, and survives the stack", () => {
    expect(only("AWS::DynamoDB::Table")).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      DeletionProtectionEnabled: true,
    });
    template.hasResource("AWS::DynamoDB::Table", { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });

  it("has the keys and the index that the store reads", () => {
    expect(only("AWS::DynamoDB::Table")).toMatchObject({
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [{ IndexName: "gsi1", Projection: { ProjectionType: "KEYS_ONLY" } }],
    });
  });
});

describe("the API", () => {
  it("asks for a signature on every route but the one that takes a trial's own token", () => {
    const routes = [...resources(template, "AWS::ApiGatewayV2::Route").values()];
    expect(routes.map((route) => [route["RouteKey"], route["AuthorizationType"]])).toEqual([
      ["ANY /{proxy+}", "AWS_IAM"],
      ["POST /report", "NONE"],
    ]);
  });

  it("is where trials are told to report, by the handler that gives them out", () => {
    const told = [...resources(template, "AWS::Lambda::Function").entries()].filter(([, { Environment }]) =>
      JSON.stringify(Environment ?? {}).includes("PEGBOX_API_URL"),
    );
    expect(told.map(([name]) => name.replace(/Function.*/, ""))).toEqual(["NextTrial"]);
  });

  it("is throttled and logs who asked for what", () => {
    const stage = only("AWS::ApiGatewayV2::Stage") as { AccessLogSettings: { Format: string } };
    expect(stage).toMatchObject({ DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 } });
    const format = JSON.parse(stage.AccessLogSettings.Format) as object;
    expect(Object.keys(format)).toEqual(expect.arrayContaining(["caller", "method", "path", "status"]));
  });

  it("is throttled for reports apart, which need no signature, and less is left to them", () => {
    const { DependsOn } = Object.values(template.findResources("AWS::ApiGatewayV2::Stage"))[0] as Properties;
    const { RouteSettings } = only("AWS::ApiGatewayV2::Stage");
    expect(RouteSettings).toEqual({ "POST /report": { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 } });
    // settings of a route that there is not yet are refused
    const routes = [...resources(template, "AWS::ApiGatewayV2::Route")];
    const [report] = routes.find(([, { RouteKey }]) => RouteKey === "POST /report") ?? [];
    expect(DependsOn).toContain(report);
  });

  it("and the table are the outputs", () => {
    expect(Object.keys(template.findOutputs("*")).sort()).toEqual(["ApiUrl", "TableName"]);
  });
});

describe("every function", () => {
  it("runs on Node 24 and arm64, with source maps and traces, and logs where the stack says", () => {
    const functions = resources(template, "AWS::Lambda::Function");
    expect([...functions.keys()].map(readable).sort()).toEqual(
      [
        "ApiFunction",
        "BeginFunction",
        "DigitsFunction",
        "FinalizeFunction",
        "NextTrialFunction",
        "PlanFunction",
        "RecoverFunction",
        "RefillFunction",
      ].sort(),
    );
    for (const properties of functions.values()) {
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        TracingConfig: { Mode: "Active" },
        Environment: { Variables: { NODE_OPTIONS: "--enable-source-maps" } },
        LoggingConfig: { LogGroup: { Ref: expect.stringContaining("Log") } },
      });
    }
  });

  it("writes into a log that forgets after a month", () => {
    const logs = [...resources(template, "AWS::Logs::LogGroup").values()];
    expect(logs).toHaveLength(10);
    for (const log of logs) expect(log["RetentionInDays"]).toBe(30);
  });
});

describe("recovery", () => {
  it("hears of every execution of this machine that was cut off, and of no other", () => {
    const [[machine] = []] = [...resources(template, "AWS::StepFunctions::StateMachine")];
    const rule = only("AWS::Events::Rule");
    expect(rule).toMatchObject({
      EventPattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [{ Ref: machine }], status: ["ABORTED", "FAILED", "TIMED_OUT"] },
      },
    });
    const { Targets } = rule as { Targets: readonly Properties[] };
    expect(Targets).toMatchObject([
      {
        Arn: { "Fn::GetAtt": [expect.stringMatching(/^RecoveryQueue/), "Arn"] },
        RetryPolicy: { MaximumRetryAttempts: 185 },
      },
    ]);
    expect(JSON.stringify(Targets[0]?.["DeadLetterConfig"])).toContain("DeadLetters");
  });

  it("tries for ten hours, then keeps what it could not deal with for two weeks", () => {
    const queues = resources(template, "AWS::SQS::Queue");
    const of = (id: string): Properties => [...queues].find(([key]) => readable(key) === id)?.[1] ?? {};
    expect([...queues.keys()].map(readable).sort()).toEqual(["DeadLetters", "RecoveryQueue"]);
    for (const queue of queues.values()) {
      expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true });
    }
    const { VisibilityTimeout, RedrivePolicy } = of("RecoveryQueue") as {
      VisibilityTimeout: number;
      RedrivePolicy: { maxReceiveCount: number; deadLetterTargetArn: unknown };
    };
    expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBe(10 * 3600);
    expect(JSON.stringify(RedrivePolicy.deadLetterTargetArn)).toContain("DeadLetters");
    expect(only("AWS::Lambda::EventSourceMapping")).toMatchObject({
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      EventSourceArn: { "Fn::GetAtt": [expect.stringMatching(/^RecoveryQueue/), "Arn"] },
    });
  });

  it("may start executions of this machine alone, and the machine may write into its queue alone", () => {
    const start = roleOf("RecoverRole").filter(({ actions }) => actions.includes("states:StartExecution"));
    expect(start.map(({ resource }) => resource)).toEqual([{ Ref: expect.stringMatching(/^WorkflowStateMachine/) }]);
    const send = roleOf("WorkflowStateMachineRole").filter(({ actions }) => actions.includes("sqs:SendMessage"));
    expect(send.map(({ actions, resource }) => [actions, resource])).toEqual([
      [["sqs:SendMessage"], { "Fn::GetAtt": [expect.stringMatching(/^RecoveryQueue/), "Arn"] }],
    ]);
  });
});

describe("refills", () => {
  it("are asked for by NextTrial, which may invoke nothing else, and are kept where they failed for good", () => {
    const targets = roleOf("NextTrialRole").filter(({ actions }) => actions.includes("lambda:InvokeFunction"));
    expect(targets.map(({ resource }) => resource)).toEqual([
      { "Fn::GetAtt": [expect.stringMatching(/^RefillFunction/), "Arn"] },
    ]);
    const functions = [...resources(template, "AWS::Lambda::Function")];
    const [, refill] = functions.find(([id]) => readable(id) === "RefillFunction") ?? [];
    expect(JSON.stringify(refill?.["DeadLetterConfig"])).toContain("DeadLetters");
  });
});

describe("cdk-nag", () => {
  it("finds nothing", () => {
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] });
  });

  it("would find something", () => {
    const other = new App();
    new Bucket(new Stack(other, "Careless"), "Public");
    expect(new AwsSolutionsChecks(other).validateScope(other).violations).not.toEqual([]);
  });
});
