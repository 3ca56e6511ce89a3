import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { environmentSize } from "../../infra/environment-size.ts";
import { LambdaRunner, PegboxStack } from "../../infra/index.ts";
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
    let count = 0;
    const add = (): void => {
      const runner = new LambdaRunner(crowded, `R${count}`, { ...SIZE, function: function_, guarded: false });
      crowded.addRunner(`train-${count}`, runner);
      count++;
    };
    expect(() => {
      while (count < 100) add();
    }).toThrow(/fit into 4096 bytes .*, with "train-\d+" they are about 4\d\d\d: add another PegboxStack/);
    expect(count).toBeGreaterThan(15);
  });

  it("measures the variables of a handler as Lambda does: as JSON within JSON", () => {
    const app = new App();
    const stack_ = new Stack(app, "Measured");
    const registry = { train: { kind: "lambda", functionArn: ARN } };
    const variables = { A: "x", B: JSON.stringify(registry), C: stack_.toJsonString(registry) };
    const code = Code.fromInline("exports.handler = async () => {}");
    const shape = { runtime: Runtime.NODEJS_24_X, handler: "index.handler", code };
    const plain = new LambdaFunction(stack_, "Plain", { ...shape, environment: variables });
    expect(environmentSize(plain)).toBe(JSON.stringify({ ...variables, C: variables.B }).length);
    const refers = new LambdaFunction(stack_, "Refers", { ...shape, environment: { D: plain.functionArn } });
    expect(environmentSize(refers)).toBe('{"D":""}'.length + 100);
  });

  it("tells of prices that are another Region's", () => {
    const told = (region: string): unknown[] => {
      const stack_ = new PegboxStack(new App(), "Elsewhere", { env: { region, account: "123456789012" } });
      return Annotations.fromStack(stack_).findWarning("*", Match.stringLikeRegexp("list prices of us-east-1"));
    };
    expect(told("eu-central-1")).toHaveLength(1);
    expect(told("us-east-1")).toEqual([]);
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
