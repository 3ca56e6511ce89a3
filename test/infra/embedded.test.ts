import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { BatchRunner, CallbackRunner, LambdaRunner, PegboxStack } from "../../infra/index.ts";
import { grants, resources } from "./synthesize.ts";

/** Loading aws-cdk-lib and synthesizing: seconds, but of a processor that others may be using. */
const SLOW = 180_000;
const SIZE = { memoryMb: 1769, timeout: Duration.minutes(10) };
const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:train:live";

describe("Pegbox inside an app of one's own", () => {
  let stack: PegboxStack;
  let template: Template;
  let other: Template;

  beforeAll(() => {
    const app = new App();
    stack = new PegboxStack(app, "Tuning", { removalPolicy: RemovalPolicy.DESTROY });
    const train = LambdaFunction.fromFunctionArn(stack, "Train", ARN);
    stack.addRunner("train", new LambdaRunner(stack, "TrainRunner", { ...SIZE, function: train, guarded: false }));
    const second = new PegboxStack(app, "Second");
    template = Template.fromStack(stack);
    other = Template.fromStack(second);
  }, SLOW);

  it("registers a function as a runner: the machine may invoke it, the handlers know it", () => {
    const invoked = [...grants(template).values()]
      .flat()
      .filter(({ actions }) => actions.includes("lambda:InvokeFunction"));
    expect(JSON.stringify(invoked)).toContain(ARN);
    const registries = [...resources(template, "AWS::Lambda::Function").values()].map(
      ({ Environment }) => (Environment as { Variables: Record<string, unknown> }).Variables["PEGBOX_RUNNERS"],
    );
    expect(registries.map((json) => JSON.parse(json as string))).toEqual(
      Array.from({ length: 7 }, () => ({
        train: { kind: "lambda", functionArn: ARN, timeoutSeconds: 600, memoryMb: 1769, architecture: "x86_64" },
      })),
    );
  });

  it("refuses an id that is taken, or that no study file can name", () => {
    const again = new LambdaRunner(stack, "Again", {
      ...SIZE,
      function: LambdaFunction.fromFunctionArn(stack, "AgainFunction", ARN),
    });
    expect(() => stack.addRunner("train", again)).toThrow('got "train" twice');
    expect(() => stack.addRunner("my train", again)).toThrow('got "my train"');
  });

  it("refuses a runner that there is no room for in the handlers' variables, and says so", () => {
    const crowded = new PegboxStack(new App(), "Crowded");
    const function_ = LambdaFunction.fromFunctionArn(crowded, "Train", ARN);
    const add = (i: number): void =>
      crowded.addRunner(
        `train-${i}`,
        new LambdaRunner(crowded, `R${i}`, { ...SIZE, function: function_, guarded: false }),
      );
    for (let i = 0; i < 15; i++) add(i);
    expect(() => {
      for (let i = 15; i < 30; i++) add(i);
    }).toThrow(/at most 3200 characters, with "train-\d+" it has about 3\d\d\d: add another PegboxStack/);
  });

  it("tells of prices that are another Region's", () => {
    const told = (region: string): unknown[] => {
      const stack_ = new PegboxStack(new App(), "Elsewhere", { env: { region, account: "123456789012" } });
      return Annotations.fromStack(stack_).findWarning("*", Match.stringLikeRegexp("list prices of us-east-1"));
    };
    expect(told("eu-central-1")).toHaveLength(1);
    expect(told("us-east-1")).toEqual([]);
  });

  it("traces nothing of a runner that is not to be traced", () => {
    const quiet = new PegboxStack(new App(), "Quiet", { tracing: false });
    const train = LambdaFunction.fromFunctionArn(quiet, "Train", ARN);
    quiet.addRunner("train", new LambdaRunner(quiet, "Runner", { ...SIZE, function: train, tracing: false }));
    const functions = resources(Template.fromStack(quiet), "AWS::Lambda::Function");
    expect([...functions.values()].filter(({ TracingConfig }) => TracingConfig !== undefined)).toEqual([]);
  });

  it("runs what stands in another stack, which need not know of it", () => {
    const app = new App();
    const [tuning, others] = [new PegboxStack(app, "Tuning"), new Stack(app, "Others")];
    const theirs = new LambdaFunction(others, "Theirs", {
      runtime: Runtime.PYTHON_3_13,
      handler: "index.handler",
      code: Code.fromInline("def handler(event, context): pass"),
    });
    tuning.addRunner("guarded", new LambdaRunner(tuning, "Guarded", { ...SIZE, function: theirs }));
    tuning.addRunner("bare", new LambdaRunner(others, "Bare", { ...SIZE, function: theirs, guarded: false }));
    const queue = {
      vcpus: 1,
      memoryMb: 2048,
      timeout: Duration.hours(1),
      image: "public.ecr.aws/docker/library/python:3.13",
    };
    tuning.addRunner("job", new BatchRunner(others, "Job", queue));
    const waits = { timeout: Duration.hours(1), heartbeat: Duration.minutes(5) };
    tuning.addRunner("cluster", new CallbackRunner(others, "Cluster", waits));
    const [here, there] = [Template.fromStack(tuning), Template.fromStack(others)];
    expect(JSON.stringify(there.toJSON())).not.toContain("Fn::ImportValue");
    const foreign = [...resources(here, "AWS::IAM::Policy").values()].filter(({ Roles }) =>
      JSON.stringify(Roles).includes("Fn::ImportValue"),
    );
    expect(foreign).toHaveLength(4);
    const granted = JSON.stringify(foreign);
    for (const action of ["s3:PutObject", "s3:ListBucket", "states:SendTaskSuccess"]) expect(granted).toContain(action);
  });

  it("shares no name between two stacks", () => {
    const names = [template, other].map(
      (each): string[] => JSON.stringify(each.toJSON()).match(/"(StateMachineName|LogGroupName|Name)":"[^"]+"/g) ?? [],
    );
    expect(names[0]).toHaveLength(5);
    expect(names[0]?.filter((name) => names[1]?.includes(name))).toEqual([]);
  });

  it("takes its table along when it is told to", () => {
    template.hasResource("AWS::DynamoDB::Table", { DeletionPolicy: "Delete" });
    template.hasResourceProperties("AWS::DynamoDB::Table", { DeletionProtectionEnabled: false });
    other.hasResource("AWS::DynamoDB::Table", { DeletionPolicy: "Retain" });
  });
});

describe("the packed files", () => {
  it(
    "hold all that `pegbox/cdk` needs beside aws-cdk-lib and constructs",
    () => {
      const project = mkdtempSync(join(tmpdir(), "pegbox-cdk-"));
      try {
        const modules = join(project, "node_modules");
        const pegbox = join(modules, "pegbox");
        mkdirSync(pegbox, { recursive: true });
        for (const packed of ["package.json", "dist"]) cpSync(packed, join(pegbox, packed), { recursive: true });
        for (const peer of ["aws-cdk-lib", "constructs"]) {
          symlinkSync(join(process.cwd(), "node_modules", peer), join(modules, peer));
        }
        const program = `
        import { App } from "aws-cdk-lib";
        import { CfnFunction } from "aws-cdk-lib/aws-lambda";
        import { PegboxStack } from "pegbox/cdk";
        const parts = new PegboxStack(new App(), "Tuning").node.findAll();
        console.log(parts.filter((part) => part instanceof CfnFunction).length);`;
        const args = ["--input-type=module", "--eval", program];
        expect(execFileSync(process.execPath, args, { cwd: project, encoding: "utf8" })).toBe("7\n");
      } finally {
        rmSync(project, { recursive: true, force: true });
      }
    },
    SLOW,
  );
});
