import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, describe, expect, it } from "vitest";
import { BatchRunner, CallbackRunner, PegboxStack, SageMakerRunner } from "../../infra/index.ts";
import { workflowJson } from "../../lib/workflow/definition.ts";
import { flat, granted, grants, only, registry, resources } from "./synthesize.ts";

/** Loading aws-cdk-lib and synthesizing: seconds, but of a processor that others may be using. */
const SLOW = 180_000;
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/train:v7";
const MACHINE = "WorkflowStateMachineRole";

let app: App;
let template: Template;

beforeAll(() => {
  app = new App();
  const stack = new PegboxStack(app, "Pegbox");
  const timeout = Duration.hours(2);
  stack.addRunner(
    "cpu",
    new BatchRunner(stack, "Cpu", {
      image: "python:3.13",
      command: ["python", "train.py"],
      vcpus: 4,
      memoryMb: 8192,
      timeout,
      secrets: { HUB_TOKEN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-AbCdEf" },
    }),
  );
  stack.addRunner(
    "gpu",
    new BatchRunner(stack, "Gpu", {
      image: IMAGE,
      vcpus: 4,
      memoryMb: 14_000,
      timeout,
      instanceTypes: ["g5.xlarge", "g6.xlarge"],
      gpus: 1,
      maxVcpus: 16,
      queueTimeout: Duration.hours(3),
    }),
  );
  const training = { image: IMAGE, instanceType: "ml.g5.xlarge", timeout };
  stack.addRunner("training", new SageMakerRunner(stack, "Training", training));
  const patience = { timeout: Duration.days(1), heartbeat: Duration.minutes(10) };
  stack.addRunner("cluster", new CallbackRunner(stack, "Cluster", patience));
  template = Template.fromStack(stack);
}, SLOW);

const environments = () => [...resources(template, "AWS::Batch::ComputeEnvironment")];

describe("a Batch runner", () => {
  it("takes Spot machines first and others where there are none, and keeps none while nothing runs", () => {
    const shape = environments().map(([id, { ComputeResources: compute, Type }]) => {
      const { Type: machines, MinvCpus = 0, MaxvCpus, InstanceTypes } = compute as Record<string, unknown>;
      return [id.replace(/[0-9A-F]{8}$/, ""), Type, machines, MinvCpus, MaxvCpus, InstanceTypes];
    });
    const types = ["g5.xlarge", "g6.xlarge"];
    expect(shape).toEqual([
      ["CpuSpot", "managed", "FARGATE_SPOT", 0, 64, undefined],
      ["CpuOnDemand", "managed", "FARGATE", 0, 64, undefined],
      ["GpuSpot", "managed", "SPOT", 0, 16, types],
      ["GpuOnDemand", "managed", "EC2", 0, 16, types],
    ]);
    const order = [...resources(template, "AWS::Batch::JobQueue").values()].map(({ ComputeEnvironmentOrder }) =>
      (ComputeEnvironmentOrder as { ComputeEnvironment: unknown }[]).map(({ ComputeEnvironment }) =>
        flat(ComputeEnvironment),
      ),
    );
    expect(order).toEqual([
      ["<CpuSpot.ComputeEnvironmentArn>", "<CpuOnDemand.ComputeEnvironmentArn>"],
      ["<GpuSpot.ComputeEnvironmentArn>", "<GpuOnDemand.ComputeEnvironmentArn>"],
    ]);
  });

  it("begins a job anew where its machine was taken away, and for nothing else", () => {
    for (const definition of resources(template, "AWS::Batch::JobDefinition").values()) {
      expect(definition).toMatchObject({
        Timeout: { AttemptDurationSeconds: 7200 },
        RetryStrategy: {
          Attempts: 10,
          EvaluateOnExit: [
            { Action: "RETRY", OnStatusReason: "Host EC2*" },
            { Action: "RETRY", OnStatusReason: "Your Spot Task was interrupted*" },
            { Action: "EXIT", OnReason: "*" },
          ],
        },
      });
    }
  });

  it("cancels what nothing has room for", () => {
    for (const queue of resources(template, "AWS::Batch::JobQueue").values()) {
      const actions = queue["JobStateTimeLimitActions"] as readonly object[];
      expect(actions).toHaveLength(3);
      expect(actions[0]).toEqual({
        Action: "CANCEL",
        MaxTimeSeconds: 3600,
        Reason: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
        State: "RUNNABLE",
      });
    }
  });

  it("gives the container its command, its machine and a role of its own", () => {
    const [cpu, gpu] = [...resources(template, "AWS::Batch::JobDefinition").values()].map(
      ({ ContainerProperties }) => ContainerProperties as Record<string, unknown>,
    );
    expect(cpu).toMatchObject({ Image: "python:3.13", Command: ["python", "train.py"] });
    expect(flat(cpu?.["JobRoleArn"])).toBe("<CpuRole.Arn>");
    expect(gpu?.["ResourceRequirements"]).toContainEqual({ Type: "GPU", Value: "1" });
    expect(flat(gpu?.["JobRoleArn"])).toBe("<GpuRole.Arn>");
    // half of the 14,000 MB
    expect(gpu?.["LinuxParameters"]).toEqual({ SharedMemorySize: 7000 });
  });

  it("shares memory on instances alone, where Fargate knows no size of it", () => {
    const [cpu] = [...resources(template, "AWS::Batch::JobDefinition").values()];
    expect(cpu?.["ContainerProperties"]).not.toHaveProperty("LinuxParameters");
    const props = { image: "python:3.13", vcpus: 1, memoryMb: 2048, timeout: Duration.hours(1), sharedMemoryMb: 512 };
    expect(() => new BatchRunner(new Stack(), "Cpu", props)).toThrow("expected instanceTypes beside sharedMemoryMb");
  });

  it("shares a network without a gateway that would be billed", () => {
    template.resourceCountIs("AWS::EC2::VPC", 1);
    template.resourceCountIs("AWS::EC2::NatGateway", 0);
    for (const group of resources(template, "AWS::EC2::SecurityGroup").values()) {
      expect(group["SecurityGroupIngress"]).toBeUndefined();
    }
  });
});

describe("the workflow", () => {
  it("has the states of the kinds that are registered, and of a stack without them none", () => {
    const { DefinitionString } = only(template, "AWS::StepFunctions::StateMachine") as {
      DefinitionString: { "Fn::Sub": [string] };
    };
    expect(DefinitionString["Fn::Sub"][0]).toBe(workflowJson(["lambda", "batch", "sagemaker", "callback"]));
    expect(workflowJson()).toBe(workflowJson(["lambda"]));
    expect(workflowJson()).not.toContain(".sync");
  });

  it("may submit to these queues with these definitions, and end what it has submitted", () => {
    expect(granted(template, MACHINE, "batch:SubmitJob")).toEqual([
      "<CpuQueue.JobQueueArn>",
      "<CpuDefinition>",
      "<GpuQueue.JobQueueArn>",
      "<GpuDefinition>",
    ]);
    expect(granted(template, MACHINE, "batch:TerminateJob")).toEqual(["*"]);
    expect(granted(template, MACHINE, "events:PutRule").map((arn) => arn.split("/").at(-1))).toEqual([
      "StepFunctionsGetEventsForBatchJobsRule",
      "StepFunctionsGetEventsForSageMakerTrainingJobsRule",
    ]);
  });

  it("may hand training jobs the role of their runner alone", () => {
    expect(granted(template, MACHINE, "iam:PassRole")).toEqual(["<TrainingRole.Arn>"]);
    expect(granted(template, MACHINE, "sagemaker:CreateTrainingJob")).toEqual([
      "arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:training-job/*",
    ]);
  });

  it("puts requests and reads results, of jobs alone", () => {
    const files = (name: string) =>
      ["cpu", "gpu", "training"].map((id) => `<TrialsBucket.Arn>/jobs/${id}/*/${name}.json`);
    expect(granted(template, MACHINE, "s3:PutObject")).toEqual(files("request"));
    expect(granted(template, MACHINE, "s3:GetObject")).toEqual(files("result"));
    expect(granted(template, MACHINE, "sqs:SendMessage")).toContain("<ClusterQueue.Arn>");
  });
});

it("a callback without time for a heartbeat is refused", () => {
  const waits = { timeout: Duration.minutes(5), heartbeat: Duration.minutes(5) };
  expect(() => new CallbackRunner(new Stack(), "Cluster", waits)).toThrow("a heartbeat shorter than the timeout");
});

describe("the trials", () => {
  it.each([
    ["CpuRole", "cpu"],
    ["GpuRole", "gpu"],
    ["TrainingRole", "training"],
  ])("of %s read the requests and write the results of their own runner", (role, id) => {
    const checkpoints = "<TrialsBucket.Arn>/checkpoints/*";
    expect(granted(template, role, "s3:GetObject").sort()).toEqual(
      [checkpoints, `<TrialsBucket.Arn>/jobs/${id}/*/request.json`].sort(),
    );
    const models = id === "training" ? ["<TrialsBucket.Arn>/jobs/training/*/output/*"] : [];
    expect(granted(template, role, "s3:AbortMultipartUpload")).toEqual(models);
    expect(granted(template, role, "s3:PutObject").sort()).toEqual(
      [checkpoints, ...models, `<TrialsBucket.Arn>/jobs/${id}/*/result.json`].sort(),
    );
  });

  it("of a callback runner answer to this machine alone, and to its slots where they are executions", () => {
    expect(granted(template, "ClusterRole", "sqs:ReceiveMessage")).toEqual(["<ClusterQueue.Arn>"]);
    const machines = granted(template, "ClusterRole", "states:SendTaskSuccess");
    expect(machines).toEqual(["<WorkflowStateMachine>", "<WorkflowStateMachine>/*"]);
  });
});

it("the registry says what the handlers and the price need, and fits beside the other variables", () => {
  const queued = { timeoutSeconds: 7200, queueSeconds: 43_200, spot: true };
  expect(registry(template)).toEqual({
    cpu: {
      kind: "batch",
      ...queued,
      queueArn: "<CpuQueue.JobQueueArn>",
      definitionArn: "<CpuDefinition>",
      vcpus: 4,
      memoryMb: 8192,
      architecture: "x86_64",
    },
    gpu: {
      kind: "batch",
      ...queued,
      queueSeconds: 10_800,
      queueArn: "<GpuQueue.JobQueueArn>",
      definitionArn: "<GpuDefinition>",
      vcpus: 4,
      memoryMb: 14_000,
      architecture: "x86_64",
      instanceTypes: ["g5.xlarge", "g6.xlarge"],
    },
    training: {
      kind: "sagemaker",
      ...queued,
      image: IMAGE,
      roleArn: "<TrainingRole.Arn>",
      instanceType: "ml.g5.xlarge",
      volumeGb: 30,
      environment: {},
    },
    cluster: { kind: "callback", queueUrl: "<ClusterQueue>", timeoutSeconds: 86_400, heartbeatSeconds: 600 },
  });
});

it("cdk-nag finds nothing in the runners", () => {
  expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
});

it("every role has one owner, and no action is a pattern", () => {
  const actions = [...grants(template).values()].flat().flatMap((statement) => statement.actions);
  expect(actions.filter((action) => action.includes("*"))).toEqual([]);
});
