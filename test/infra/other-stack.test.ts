import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Role } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import {
  BatchRunner,
  CallbackRunner,
  LambdaRunner,
  PegboxStack,
  type Runner,
  SageMakerRunner,
} from "../../infra/index.ts";
import { type Properties, resources } from "./synthesize.ts";

/** Loading aws-cdk-lib and synthesizing: seconds, but of a processor that others may be using. */
const SLOW = 180_000;
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/train:v7";
const SIZE = { memoryMb: 512, timeout: Duration.minutes(1) };
const HOURS = { timeout: Duration.hours(2) };

type Make = (stack: Stack, other: Stack) => Runner;

const functionIn = (scope: Stack, role = {}): LambdaFunction =>
  new LambdaFunction(scope, "Train", {
    runtime: Runtime.PYTHON_3_14,
    handler: "index.handler",
    code: Code.fromInline("def handler(event, context): return {}"),
    ...role,
  });

const RUNNERS: Readonly<Record<string, Make>> = {
  "a function of another stack": (stack, other) =>
    new LambdaRunner(stack, "Runner", { ...SIZE, function: functionIn(other), guarded: false }),
  "a function of another stack behind a guard": (stack, other) =>
    new LambdaRunner(stack, "Runner", { ...SIZE, function: functionIn(other) }),
  "a function with an imported role": (stack, other) => {
    const role = Role.fromRoleArn(other, "Theirs", "arn:aws:iam::123456789012:role/theirs");
    return new LambdaRunner(stack, "Runner", { ...SIZE, function: functionIn(other, { role }) });
  },
  "a LambdaRunner": (_, other) => new LambdaRunner(other, "Runner", { ...SIZE, image: IMAGE }),
  "a BatchRunner": (_, other) => new BatchRunner(other, "Runner", { ...HOURS, image: IMAGE, vcpus: 1, memoryMb: 2048 }),
  "a SageMakerRunner": (_, other) =>
    new SageMakerRunner(other, "Runner", { ...HOURS, image: IMAGE, instanceType: "ml.m5.large" }),
  "a CallbackRunner": (_, other) => new CallbackRunner(other, "Runner", { ...HOURS, heartbeat: Duration.minutes(5) }),
};

function twoStacks(make: Make) {
  const app = new App();
  const stack = new PegboxStack(app, "Pegbox");
  const other = new Stack(app, "Other");
  stack.addRunner("theirs", make(stack, other));
  return { app, stack, other };
}

/** Policies of Pegbox's stack on roles of others. */
const policiesOn = (template: Template): readonly Properties[] =>
  [...resources(template, "AWS::IAM::Policy")].filter(([id]) => id.startsWith("Trials")).map(([, policy]) => policy);

describe("a runner of another stack", () => {
  it.each(Object.entries(RUNNERS))(
    "is named by Pegbox's, which gives its trials their rights: %s",
    (_, make) => {
      const { app, stack, other } = twoStacks(make);
      const [[policy], theirs] = [policiesOn(Template.fromStack(stack)), Template.fromStack(other)];
      expect(stack.dependencies).toEqual([other]);
      expect(other.dependencies).toEqual([]);
      expect(policy?.["PolicyName"]).toBe("Pegbox-trials");
      const allowed = JSON.stringify(policy?.["PolicyDocument"]);
      expect(allowed).toContain("/checkpoints/*");
      expect(JSON.stringify(theirs.toJSON())).not.toContain("checkpoints");
      expect(new AwsSolutionsChecks(app).validateScope(stack).violations).toEqual([]);
    },
    SLOW,
  );

  it(
    "whose role takes no policies keeps it so",
    () => {
      const { stack } = twoStacks((pegbox, other) => {
        const role = Role.fromRoleArn(other, "Theirs", "arn:aws:iam::123456789012:role/theirs", { mutable: false });
        return new LambdaRunner(pegbox, "Runner", { ...SIZE, function: functionIn(other, { role }) });
      });
      expect(policiesOn(Template.fromStack(stack))).toEqual([]);
    },
    SLOW,
  );

  it(
    "has one policy for all that its role runs, and answers to this machine alone",
    () => {
      const app = new App();
      const stack = new PegboxStack(app, "Pegbox");
      const other = new Stack(app, "Other");
      const cluster = new CallbackRunner(other, "Cluster", { ...HOURS, heartbeat: Duration.minutes(5) });
      stack.addRunner("cluster", cluster);
      const shared = functionIn(other);
      for (const id of ["small", "large"]) {
        stack.addRunner(id, new LambdaRunner(stack, id, { ...SIZE, function: shared }));
      }
      const policies = policiesOn(Template.fromStack(stack));
      expect(policies).toHaveLength(2);
      expect(policies.map((policy) => JSON.stringify(policy).includes("states:SendTaskSuccess"))).toEqual([
        true,
        false,
      ]);
    },
    SLOW,
  );

  it(
    "may run the trials of two, neither of which takes the other's rights away",
    () => {
      const app = new App();
      const shared = functionIn(new Stack(app, "Other"));
      const stacks = ["One", "Two"].map((id) => {
        const stack = new PegboxStack(app, id);
        stack.addRunner("shared", new LambdaRunner(stack, "Runner", { ...SIZE, function: shared }));
        return stack;
      });
      const names = stacks.flatMap((stack) =>
        policiesOn(Template.fromStack(stack)).map(({ PolicyName }) => PolicyName),
      );
      expect(names).toEqual(["One-trials", "Two-trials"]);
    },
    SLOW,
  );
});
