import { App, Duration } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Architecture, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, describe, expect, it } from "vitest";
import { LambdaRunner, PegboxStack } from "../../infra/index.ts";
import {
  flat,
  granted as grantedIn,
  grants,
  like,
  type Properties,
  registry,
  resources,
  rolesLike,
} from "./synthesize.ts";

/** Loading aws-cdk-lib and synthesizing: seconds, but of a processor that others may be using. */
const SLOW = 180_000;
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/train:v7";
const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-AbCdEf";
const PRICE = { usdPerSecond: 0.001, usdPerAttempt: 0 };
const FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:theirs";

let app: App;
let template: Template;

const granted = (role: string, action: string): readonly string[] => grantedIn(template, role, action);
const functionLike = (start: string): Properties => like(template, "AWS::Lambda::Function", start);

beforeAll(() => {
  app = new App();
  const stack = new PegboxStack(app, "Pegbox");
  const size = { memoryMb: 2048, timeout: Duration.minutes(10) };
  const zipped = new LambdaRunner(stack, "Zipped", {
    ...size,
    directory: "examples/sklearn",
    runtime: Runtime.PYTHON_3_14,
    handler: "train.handler",
    environment: { OMP_NUM_THREADS: "1" },
    secrets: { HUB_TOKEN: SECRET },
  });
  stack.addRunner("zipped", zipped);
  stack.addRunner(
    "image",
    new LambdaRunner(stack, "Image", { ...size, image: IMAGE, architecture: Architecture.X86_64 }),
  );
  const theirs = LambdaFunction.fromFunctionArn(stack, "Theirs", FUNCTION);
  stack.addRunner("theirs", new LambdaRunner(stack, "TheirsRunner", { ...size, function: theirs, shifts: true }), {
    bigger: "image",
    price: PRICE,
  });
  template = Template.fromStack(stack);
}, SLOW);

describe("a Lambda runner", () => {
  it("is a zipped directory in any language, with its variables, and its secrets as ARNs", () => {
    expect(functionLike("ZippedFunction")).toMatchObject({
      Runtime: "python3.14",
      Handler: "train.handler",
      MemorySize: 2048,
      Timeout: 600,
      Architectures: ["arm64"],
      Environment: { Variables: { OMP_NUM_THREADS: "1", HUB_TOKEN: SECRET } },
    });
    expect(granted("ZippedRole", "secretsmanager:GetSecretValue")).toEqual([SECRET]);
    expect(granted("ImageRole", "secretsmanager:GetSecretValue")).toEqual([]);
  });

  it("is an image of ECR by its URI, which nothing here has to build", () => {
    const { Code, PackageType, Architectures } = functionLike("ImageFunction") as {
      Code: { ImageUri: unknown };
    } & Properties;
    expect([PackageType, Architectures]).toEqual(["Image", ["x86_64"]]);
    expect(flat(Code.ImageUri)).toBe("123456789012.dkr.ecr.eu-west-1.<AWS::URLSuffix>/team/train:v7");
    const elsewhere = () =>
      new LambdaRunner(new PegboxStack(new App(), "Other"), "Hub", {
        image: "train:v7",
        memoryMb: 128,
        timeout: Duration.minutes(1),
      });
    expect(elsewhere).toThrow(
      'expected an image of ECR, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, got "train:v7"',
    );
  });

  it("is a function that exists, behind a guard that may invoke it and nothing else", () => {
    expect(granted("TheirsRunnerGuardRole", "lambda:InvokeFunction")).toEqual([FUNCTION]);
    expect(functionLike("TheirsRunnerGuardFunction")).toMatchObject({
      Timeout: 610,
      Environment: { Variables: { PEGBOX_FUNCTION: FUNCTION } },
    });
    const invoked = granted("WorkflowStateMachineRole", "lambda:InvokeFunction");
    expect(invoked).toContain("<TheirsRunnerGuardFunction.Arn>");
    expect(invoked).not.toContain(FUNCTION);
  });

  it("is registered with what the workflow invokes and what its price depends on", () => {
    const size = { kind: "lambda", timeoutSeconds: 600, memoryMb: 2048 };
    expect(registry(template)).toEqual({
      zipped: { ...size, functionArn: "<ZippedFunction.Arn>", architecture: "arm64" },
      image: { ...size, functionArn: "<ImageFunction.Arn>", architecture: "x86_64" },
      theirs: {
        ...{ ...size, functionArn: "<TheirsRunnerGuardFunction.Arn>", architecture: "x86_64" },
        ...{ guardMb: 256, shifts: true, bigger: "image", price: PRICE },
      },
    });
  });
});

it("a bigger runner is one that was added before, so that none follows itself", () => {
  const stack = new PegboxStack(new App(), "Stack");
  const add = (id: string, bigger: string): void =>
    stack.addRunner(id, new LambdaRunner(stack, id, { image: IMAGE, memoryMb: 512, timeout: Duration.minutes(1) }), {
      bigger,
    });
  expect(() => add("small", "large")).toThrow('a runner that was added before, as the bigger one, got "large"');
  expect(() => add("alone", "alone")).toThrow('got "alone"');
});

describe("the trials of a runner", () => {
  it("read the data that the runner is granted", () => {
    const stack = new PegboxStack(new App(), "Data");
    const runner = new LambdaRunner(stack, "Train", { image: IMAGE, memoryMb: 512, timeout: Duration.minutes(1) });
    new Bucket(stack, "Rows").grantRead(runner);
    const role = [...grants(Template.fromStack(stack))].find(([id]) => id.startsWith("TrainRole"));
    const read = role?.[1].find(({ actions }) => actions.includes("s3:GetObject*"));
    expect([read?.resource].flat().map(flat)).toEqual(["<Rows.Arn>", "<Rows.Arn>/*"]);
  });

  it.each(["ZippedRole", "ImageRole"])("keep checkpoints and reach nothing else in the bucket: %s", (role) => {
    const checkpoints = ["<TrialsBucket.Arn>/checkpoints/*"];
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(granted(role, action)).toEqual(checkpoints);
    }
    const list = rolesLike(template, role).find(({ actions }) => actions.includes("s3:ListBucket"));
    expect(list?.condition).toEqual({ StringLike: { "s3:prefix": "checkpoints/*" } });
  });
});

describe("the bucket of the trials", () => {
  it("is private, speaks TLS alone, and empties itself", () => {
    expect([...resources(template, "AWS::S3::Bucket").values()][0]).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: {
        Rules: [
          { Prefix: "checkpoints/", ExpirationInDays: 90, Status: "Enabled" },
          { Prefix: "jobs/", ExpirationInDays: 30 },
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
        ],
      },
    });
    const policies = JSON.stringify([...resources(template, "AWS::S3::BucketPolicy").values()]);
    expect(policies).toContain('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
  });

  it("is where the handlers place checkpoints", () => {
    for (const name of ["NextTrial", "Plan", "Api"]) {
      const { Variables } = functionLike(`${name}Function`)["Environment"] as { Variables: Record<string, unknown> };
      expect(flat(Variables["PEGBOX_BUCKET"])).toBe("<TrialsBucket>");
    }
  });
});

describe("cdk-nag", () => {
  it("finds nothing in the runners", () => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    const ofTheApp = "AwsSolutions-L1"; // which runtime a trial wants is not ours to say
    expect(violations.filter(({ ruleName }) => ruleName !== ofTheApp)).toEqual([]);
  });
});
