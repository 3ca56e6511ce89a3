import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Grant, type IPrincipal, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  DockerImageCode,
  DockerImageFunction,
  type IFunction,
  Function as LambdaFunction,
  type Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";
import { Handler } from "../handler.ts";
import { trace } from "../trace.ts";
import { ecrImage } from "./image.ts";
import type { Runner, RunnerHost } from "./runner.ts";
import { grantSecrets } from "./secrets.ts";

/** Enough to wait, and to read an answer of some megabytes. */
const GUARD_MB = 256;

interface Size {
  /** 128 … 10,240; 1,769 MB are one whole processor. */
  readonly memoryMb: number;
  /** At most 15 minutes; leave some of it for the last checkpoint. */
  readonly timeout: Duration;
  /**
   * Whether a small function stands between the workflow and this one and refuses results that are too large: one over
   * 256 KiB ends the execution of a study, and nothing can catch that. The guard waits while the trial runs and is billed
   * for it, 256 MB: a seventh more for a trial with 1,769 MB. And each trial takes two of the account's concurrent
   * executions in place of one.
   *
   * @default false for code of one's own, which returns a few numbers; true for a function that exists already
   */
  readonly guarded?: boolean;
  /**
   * Whether the function is given several short trials at once: `{ "trials": [request, …] }`, to be run one after the other and
   * answered with `{ "results": [result, …] }`, null for one that is to be run again, alone. With a guard it is the guard that
   * does so, and the function needs to know nothing of it.
   *
   * @default false
   */
  readonly shifts?: boolean;
}

interface Definition {
  /** @default Architecture.ARM_64, a fifth cheaper a second */
  readonly architecture?: Architecture;
  /** @default no variables */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * ARNs of secrets in Secrets Manager, by the variable that holds the ARN: the trial reads the secret itself, with the
   * rights of its own role.
   *
   * @default none
   */
  readonly secrets?: Readonly<Record<string, string>>;
}

interface ZippedCode {
  /** Directory that is zipped, with all that the code needs in it. */
  readonly directory: string;
  readonly runtime: Runtime;
  /** For instance `train.handler`: is given the request as its event and returns the result. */
  readonly handler: string;
}

interface Image {
  /** URI of an image in ECR, with its tag or digest. Its command is the handler. */
  readonly image: string;
}

interface Existing {
  /** A function of the app, or an imported one. What it may do, and its architecture, are its own. */
  readonly function: IFunction;
}

export type LambdaRunnerProps = Size & ((Definition & (ZippedCode | Image)) | Existing);

/** Runs each trial as one invocation of a Lambda function, in any language: up to 15 minutes, 10 GB and six processors. */
export class LambdaRunner extends Construct implements Runner {
  readonly function: IFunction;
  readonly grantPrincipal: IPrincipal;
  private readonly size: Size;
  /** The functions that are made here. */
  private readonly made: LambdaFunction[] = [];
  /** What the workflow invokes: the function, or its guard. */
  private readonly invoked: IFunction;

  constructor(scope: Construct, id: string, props: LambdaRunnerProps) {
    super(scope, id);
    this.size = props;
    this.function = "function" in props ? props.function : this.define(props);
    this.grantPrincipal = this.function.grantPrincipal;
    this.invoked = (props.guarded ?? "function" in props) ? this.guard() : this.function;
  }

  register({ workflow, files, tracing }: RunnerHost): RunnerRecord {
    mayInvoke(workflow, this.invoked);
    if (tracing) for (const each of this.made) trace(each);
    files.grantCheckpoints(this);
    return {
      kind: "lambda",
      functionArn: this.invoked.functionArn,
      timeoutSeconds: this.size.timeout.toSeconds(),
      memoryMb: this.size.memoryMb,
      architecture: this.function.architecture === Architecture.X86_64 ? "x86_64" : "arm64",
      ...(this.invoked === this.function ? {} : { guardMb: GUARD_MB }),
      ...(this.size.shifts === true ? { shifts: true } : {}),
    };
  }

  private define(props: Size & Definition & (ZippedCode | Image)): LambdaFunction {
    const logGroup = new LogGroup(this, "Log", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);
    grantSecrets(role, props.secrets);
    const options = {
      memorySize: props.memoryMb,
      timeout: props.timeout,
      architecture: props.architecture ?? Architecture.ARM_64,
      environment: { ...props.environment, ...props.secrets },
      logGroup,
      role,
    };
    const made =
      "directory" in props
        ? new LambdaFunction(this, "Function", {
            ...options,
            runtime: props.runtime,
            handler: props.handler,
            code: Code.fromAsset(props.directory),
          })
        : new DockerImageFunction(this, "Function", { ...options, code: this.imageCode(props.image) });
    this.made.push(made);
    return made;
  }

  private imageCode(uri: string): DockerImageCode {
    const image = ecrImage(this, "Repository", uri);
    if (image === undefined) {
      throw new Error(`expected an image of ECR, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, got "${uri}"`);
    }
    return DockerImageCode.fromEcr(image.repository, { tagOrDigest: image.tagOrDigest });
  }

  private guard(): IFunction {
    const { functionArn } = this.function;
    // a guard outlives what it guards, to hear of its end, but not Lambda's own limit
    const seconds = Math.min(this.size.timeout.toSeconds() + 10, Duration.minutes(15).toSeconds());
    const guard = new Handler(this, "Guard", {
      name: "runner-guard",
      memoryMb: GUARD_MB,
      timeout: Duration.seconds(seconds),
      environment: { PEGBOX_FUNCTION: functionArn },
      tracing: false, // until it is registered
    });
    this.made.push(guard.function);
    guard.allow(["lambda:InvokeFunction"], functionArn);
    return guard.function;
  }
}

function mayInvoke(workflow: RunnerHost["workflow"], { functionArn }: IFunction): void {
  Grant.addToPrincipal({ grantee: workflow, actions: ["lambda:InvokeFunction"], resourceArns: [functionArn] });
}
