import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { allow } from "./allow.ts";

/** The request and the result of a job are read within days; some weeks are left to look into one that went wrong. */
const JOBS_KEPT = Duration.days(30);

/** A study may rest for weeks between two rungs; what lies longer belongs to none that goes on. */
const CHECKPOINTS_KEPT = Duration.days(90);

/**
 * Where trials keep checkpoints, and where jobs find their requests and leave their results. Private, reached over TLS alone, and it empties itself: it stays when the stack is
 * deleted, for a bucket that holds something cannot be, and costs nothing once it is empty.
 */
export class TrialFiles extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { prefix: "checkpoints/", expiration: CHECKPOINTS_KEPT },
        { prefix: "jobs/", expiration: JOBS_KEPT },
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "scratch files of the stack's own runners, gone after some weeks: a log of who read them is another bucket to keep",
    });
  }

  /** Lets trials leave checkpoints and read them, and reach no other file. */
  grantCheckpoints(trials: IGrantable): void {
    this.allow(trials, ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "checkpoints/*");
    this.grantLook(trials);
  }

  /** Lets a handler see which checkpoints there are, and read none. */
  grantLook(grantee: IGrantable): void {
    allow(this, grantee, {
      actions: ["s3:ListBucket"],
      resources: [this.bucket.bucketArn],
      conditions: { StringLike: { "s3:prefix": "checkpoints/*" } },
    });
  }

  /**
   * Lets the workflow put the requests of a runner's jobs and read their results, and the jobs the other way round: those of
   * this runner alone.
   */
  grantJobs(id: string, workflow: IGrantable, trials: IGrantable): void {
    const [request, result] = [`jobs/${id}/*/request.json`, `jobs/${id}/*/result.json`];
    this.allow(workflow, ["s3:PutObject"], request);
    this.allow(workflow, ["s3:GetObject"], result);
    this.allow(trials, ["s3:GetObject"], request);
    this.allow(trials, ["s3:PutObject"], result);
    // without it S3 says of a result that is not there that it is forbidden
    allow(this, workflow, { actions: ["s3:ListBucket"], resources: [this.bucket.bucketArn] });
  }

  /** Lets the training jobs of a runner leave what their images put into `/opt/ml/model`, which SageMaker uploads with their rights. */
  grantModels(id: string, jobs: IGrantable): void {
    this.allow(jobs, ["s3:PutObject", "s3:AbortMultipartUpload"], `jobs/${id}/*/output/*`);
  }

  private allow(grantee: IGrantable, actions: readonly string[], files: string): void {
    const holder = allow(this, grantee, { actions, resources: [this.bucket.arnForObjects(files)] });
    if (holder === undefined) return;
    const bucket = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(holder).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucket}.Arn>/${files}]`,
      reason: "files are named when trials start: these are the ones of trials alone",
    });
  }
}
