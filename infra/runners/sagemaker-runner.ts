import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import { Grant, type IPrincipal, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";
import { ecrImage } from "./image.ts";
import { acknowledge, grantEndOfJobs } from "./queued.ts";
import type { Runner, RunnerHost } from "./runner.ts";
import { grantSecrets } from "./secrets.ts";

export interface SageMakerRunnerProps {
  /** URI of a training image in ECR, with its tag or digest. It reads `PEGBOX_REQUEST` and writes `PEGBOX_RESULT`, both `s3://`. */
  readonly image: string;
  /** For instance `ml.g5.xlarge`. */
  readonly instanceType: string;
  readonly timeout: Duration;
  /** @default 30 */
  readonly volumeGb?: number;
  /** Managed Spot training: cheaper, and begun anew when the machine is taken away. @default true */
  readonly spot?: boolean;
  /** How long a trial may wait for machines in all. @default 12 hours */
  readonly queueTimeout?: Duration;
  /** At most 512 characters a value. Part of the registry, which is small. @default no variables */
  readonly environment?: Readonly<Record<string, string>>;
  /** ARNs of secrets, by the variable that holds the ARN; the trial reads them itself. @default none */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Runs each trial as a training job of SageMaker; parameters are hyperparameters as well. */
export class SageMakerRunner extends Construct implements Runner {
  readonly grantPrincipal: IPrincipal;
  private readonly props: SageMakerRunnerProps;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: SageMakerRunnerProps) {
    super(scope, id);
    this.props = props;
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("sagemaker.amazonaws.com") });
    this.grantPrincipal = this.role;
    grantSecrets(this.role, props.secrets);
    this.grantPull();
    this.grantWatch();
  }

  register({ id, workflow, files }: RunnerHost): RunnerRecord {
    const { image, instanceType, timeout, spot, queueTimeout, volumeGb, environment, secrets } = this.props;
    files.grantCheckpoints(this);
    files.grantJobs(id, workflow, this);
    files.grantModels(id, this);
    this.grantTrainingJobs(workflow);
    return {
      kind: "sagemaker",
      image,
      roleArn: this.role.roleArn,
      instanceType,
      volumeGb: volumeGb ?? 30,
      spot: spot ?? true,
      timeoutSeconds: timeout.toSeconds(),
      queueSeconds: (queueTimeout ?? Duration.hours(12)).toSeconds(),
      environment: { ...environment, ...secrets },
    };
  }

  private grantTrainingJobs(workflow: RunnerHost["workflow"]): void {
    const jobs = Stack.of(this).formatArn({ service: "sagemaker", resource: "training-job", resourceName: "*" });
    const actions = ["CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob", "ListTags", "AddTags"];
    Grant.addToPrincipal({
      grantee: workflow,
      actions: actions.map((action) => `sagemaker:${action}`),
      resourceArns: [jobs],
    });
    Grant.addToPrincipal({
      grantee: workflow,
      actions: ["iam:PassRole"],
      resourceArns: [this.role.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    });
    const named = "arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:training-job/*";
    acknowledge(workflow, `IAM5[Resource::${named}]`, "training jobs are named when they start");
    grantEndOfJobs(workflow, this, "StepFunctionsGetEventsForSageMakerTrainingJobsRule");
  }

  private grantPull(): void {
    const image = ecrImage(this, "Repository", this.props.image);
    if (image === undefined) {
      throw new Error(
        `expected an image of ECR, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, got "${this.props.image}"`,
      );
    }
    image.repository.grantPull(this.role);
    acknowledge(this.role, "IAM5[Resource::*]", "ecr:GetAuthorizationToken knows no resource but *");
  }

  /** Its log, as SageMaker writes it. */
  private grantWatch(): void {
    const logs = Stack.of(this).formatArn({
      service: "logs",
      resource: "log-group",
      resourceName: "/aws/sagemaker/TrainingJobs:*",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      resourceArns: [logs],
    });
    const named = "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/TrainingJobs:*";
    acknowledge(this.role, `IAM5[Resource::${named}]`, "log streams are named when jobs start");
  }
}
