import { Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import type { IComputeEnvironmentRef } from "aws-cdk-lib/aws-batch";
import {
  Action,
  EcsEc2ContainerDefinition,
  EcsFargateContainerDefinition,
  EcsJobDefinition,
  EcsMachineImageType,
  FargateComputeEnvironment,
  JobQueue,
  JobStateTimeLimitActionsReason,
  LinuxParameters,
  ManagedEc2EcsComputeEnvironment,
  Reason,
  RetryStrategy,
} from "aws-cdk-lib/aws-batch";
import { InstanceType, type IVpc, SubnetType } from "aws-cdk-lib/aws-ec2";
import { ContainerImage, CpuArchitecture, LogDriver } from "aws-cdk-lib/aws-ecs";
import { Grant, type IPrincipal, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";
import { ecrImage } from "./image.ts";
import { runnerNetwork } from "./network.ts";
import { acknowledge, grantEndOfJobs } from "./queued.ts";
import type { Runner, RunnerHost } from "./runner.ts";
import { grantSecrets } from "./secrets.ts";

/** The most that Batch takes. Only a machine that was taken away is another attempt, and the workflow limits the time of all. */
const ATTEMPTS = 10;

/** How long a job may head the queue while no machine is to be had: an hour, then others have their turn. */
const STUCK = Duration.hours(1);

export interface BatchRunnerProps {
  /** URI of a container image: in ECR, or of a public registry. It reads `PEGBOX_REQUEST` and writes `PEGBOX_RESULT`, both `s3://`. */
  readonly image: string;
  /** @default the image's own */
  readonly command?: readonly string[];
  /** Of a trial. On Fargate 0.25, 0.5, 1, 2, 4, 8 or 16. */
  readonly vcpus: number;
  /** Of a trial. What Fargate has to the number of vCPUs, or what the instances leave after their own needs. */
  readonly memoryMb: number;
  /** Of an attempt on one machine; begun anew on another, it has all of it again. At least a minute. */
  readonly timeout: Duration;
  /**
   * Types of EC2 instances, for instance `g5.xlarge`: several make a Spot machine likelier.
   *
   * @default Fargate, which starts within half a minute and has no GPU
   */
  readonly instanceTypes?: readonly string[];
  /**
   * Of `memoryMb`, what `/dev/shm` may hold, on instances: there the workers of PyTorch's loaders share their batches.
   *
   * @default half of `memoryMb`
   */
  readonly sharedMemoryMb?: number;
  /** GPUs of a trial; needs `instanceTypes` that have them. @default none */
  readonly gpus?: number;
  /**
   * Spot machines, and others where there are none: a third of the price or so, and a trial may have to begin anew, or from
   * its checkpoint.
   *
   * @default true
   */
  readonly spot?: boolean;
  /** On Fargate; instances have their own. @default x86_64 */
  readonly architecture?: "arm64" | "x86_64";
  /** vCPUs that may run at once, of all trials. @default 64 */
  readonly maxVcpus?: number;
  /** How long a trial may wait for machines in all, attempts on lost machines included. @default 12 hours */
  readonly queueTimeout?: Duration;
  /** @default no variables */
  readonly environment?: Readonly<Record<string, string>>;
  /** ARNs of secrets, by the variable that holds the ARN; the trial reads them itself. @default none */
  readonly secrets?: Readonly<Record<string, string>>;
  /** @default a network of public subnets, shared by the runners of the stack */
  readonly vpc?: IVpc;
}

/**
 * Runs each trial as a job of AWS Batch: a container on Fargate or on instances, with GPUs too, for hours. Nothing is billed
 * while no trial runs.
 */
export class BatchRunner extends Construct implements Runner {
  readonly grantPrincipal: IPrincipal;
  private readonly props: BatchRunnerProps;
  private readonly queue: JobQueue;
  private readonly definition: EcsJobDefinition;

  constructor(scope: Construct, id: string, props: BatchRunnerProps) {
    super(scope, id);
    if (props.sharedMemoryMb !== undefined && props.instanceTypes === undefined) {
      throw new Error("expected instanceTypes beside sharedMemoryMb: Fargate takes no size of it");
    }
    this.props = props;
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com") });
    grantSecrets(role, props.secrets);
    this.grantPrincipal = role;
    this.definition = this.define(role);
    this.queue = this.enqueue(props.vpc ?? runnerNetwork(this));
  }

  register({ id, workflow, files }: RunnerHost): RunnerRecord {
    const { vcpus, memoryMb, timeout, architecture, instanceTypes, spot, queueTimeout } = this.props;
    files.grantCheckpoints(this);
    files.grantJobs(id, workflow, this);
    this.grantJobs(workflow);
    return {
      kind: "batch",
      queueArn: this.queue.jobQueueArn,
      definitionArn: this.definition.jobDefinitionArn,
      timeoutSeconds: timeout.toSeconds(),
      queueSeconds: (queueTimeout ?? Duration.hours(12)).toSeconds(),
      spot: spot ?? true,
      vcpus,
      memoryMb,
      architecture: architecture ?? "x86_64",
      ...(instanceTypes === undefined ? {} : { instanceTypes }),
    };
  }

  private grantJobs(workflow: RunnerHost["workflow"]): void {
    const { jobQueueArn } = this.queue;
    const { jobDefinitionArn } = this.definition;
    const jobs = [jobQueueArn, jobDefinitionArn];
    Grant.addToPrincipal({ grantee: workflow, actions: ["batch:SubmitJob"], resourceArns: jobs });
    const watch = ["batch:DescribeJobs", "batch:ListJobs", "batch:TerminateJob"];
    Grant.addToPrincipal({ grantee: workflow, actions: watch, resourceArns: ["*"] });
    acknowledge(workflow, "IAM5[Resource::*]", "jobs get their ids when they are submitted");
    grantEndOfJobs(workflow, this, "StepFunctionsGetEventsForBatchJobsRule");
  }

  private define(jobRole: Role): EcsJobDefinition {
    const { props } = this;
    const shape = {
      image: this.image(),
      cpu: props.vcpus,
      memory: Size.mebibytes(props.memoryMb),
      jobRole,
      environment: { ...props.environment, ...props.secrets },
      logging: LogDriver.awsLogs({
        streamPrefix: "trial",
        logGroup: new LogGroup(this, "Log", {
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      }),
      ...(props.command === undefined ? {} : { command: [...props.command] }),
    };
    const container =
      props.instanceTypes === undefined
        ? new EcsFargateContainerDefinition(this, "Container", {
            ...shape,
            assignPublicIp: true,
            fargateCpuArchitecture: props.architecture === "arm64" ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
          })
        : new EcsEc2ContainerDefinition(this, "Container", {
            ...shape,
            linuxParameters: new LinuxParameters(this, "Linux", { sharedMemorySize: this.sharedMemory() }),
            ...(props.gpus === undefined ? {} : { gpu: props.gpus }),
          });
    acknowledge(this, "IAM5[Resource::*]", "ecr:GetAuthorizationToken knows no resource but *");
    return new EcsJobDefinition(this, "Definition", {
      container,
      timeout: props.timeout,
      retryAttempts: ATTEMPTS,
      retryStrategies: [
        RetryStrategy.of(Action.RETRY, Reason.SPOT_INSTANCE_RECLAIMED),
        RetryStrategy.of(Action.RETRY, Reason.custom({ onStatusReason: "Your Spot Task was interrupted*" })),
        // what no rule matches would be repeated
        RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: "*" })),
      ],
    });
  }

  /** Half of the memory, as Linux gives /dev/shm: Docker's 64 MB are full with the first batch that a loader's workers share. */
  private sharedMemory(): Size {
    return Size.mebibytes(this.props.sharedMemoryMb ?? Math.floor(this.props.memoryMb / 2));
  }

  private image(): ContainerImage {
    const found = ecrImage(this, "Repository", this.props.image);
    return found === undefined
      ? ContainerImage.fromRegistry(this.props.image)
      : ContainerImage.fromEcrRepository(found.repository, found.tagOrDigest);
  }

  private enqueue(vpc: IVpc): JobQueue {
    const spots = (this.props.spot ?? true) ? [true, false] : [false];
    return new JobQueue(this, "Queue", {
      computeEnvironments: spots.map((spot, order) => ({
        computeEnvironment: this.machines(spot ? "Spot" : "OnDemand", { vpc, spot }),
        order: order + 1,
      })),
      jobStateTimeLimitActions: [
        JobStateTimeLimitActionsReason.INSUFFICIENT_INSTANCE_CAPACITY,
        JobStateTimeLimitActionsReason.COMPUTE_ENVIRONMENT_MAX_RESOURCE,
        JobStateTimeLimitActionsReason.JOB_RESOURCE_REQUIREMENT,
      ].map((reason) => ({ reason, maxTime: STUCK })),
    });
  }

  private machines(id: string, where: { readonly vpc: IVpc; readonly spot: boolean }): IComputeEnvironmentRef {
    const { instanceTypes, gpus, maxVcpus = 64, vpc } = this.props;
    const shared = {
      ...where,
      maxvCpus: maxVcpus,
      ...(vpc === undefined ? { vpcSubnets: { subnetType: SubnetType.PUBLIC } } : {}),
    };
    if (instanceTypes === undefined) return new FargateComputeEnvironment(this, id, shared);
    const instances = new ManagedEc2EcsComputeEnvironment(this, id, {
      ...shared,
      minvCpus: 0,
      instanceTypes: instanceTypes.map((type) => new InstanceType(type)),
      useOptimalInstanceClasses: false,
      images: [
        { imageType: gpus === undefined ? EcsMachineImageType.ECS_AL2023 : EcsMachineImageType.ECS_AL2023_NVIDIA },
      ],
    });
    const policy = "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";
    acknowledge(instances, `IAM4[${policy}]`, "what the agent of ECS on an instance needs, kept up to date by AWS");
    return instances;
  }
}
