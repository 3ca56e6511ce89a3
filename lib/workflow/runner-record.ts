import type { Price } from "../study/price/meter.ts";

/** What may run a trial on AWS: the cloud keys of `runner` in a study file. */
export type RunnerKind = "lambda" | "batch" | "sagemaker" | "callback";

interface Limits {
  /** The runner's own time limit for an attempt. */
  readonly timeoutSeconds: number;
  /** What it costs, where that is not what AWS lists for it. */
  readonly price?: Price;
  /** Id of the runner on which a trial is tried again that ran out of memory here. */
  readonly bigger?: string;
}

/** One invocation of a function. */
interface LambdaRecord extends Limits {
  readonly kind: "lambda";
  /** What the workflow invokes. */
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly architecture: "arm64" | "x86_64";
  /** Of the function that stands before it and waits while it runs, arm64. @default there is none */
  readonly guardMb?: number;
  /** Whether it takes shifts: several short trials in one invocation. @default false */
  readonly shifts?: boolean;
}

/** What waits for a machine before it runs. */
interface Queued extends Limits {
  /** Seconds that an attempt may wait for machines in all, those lost included, before the workflow gives it up. */
  readonly queueSeconds: number;
  /** Billed at what the market gives, and taken away when somebody pays more. */
  readonly spot: boolean;
}

/** A job of AWS Batch in a container. */
interface BatchRecord extends Queued {
  readonly kind: "batch";
  readonly queueArn: string;
  /** With or without a revision. */
  readonly definitionArn: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly architecture: "arm64" | "x86_64";
  /** Absent on Fargate, which has none. */
  readonly instanceTypes?: readonly string[];
}

/** A training job of SageMaker. */
interface SageMakerRecord extends Queued {
  readonly kind: "sagemaker";
  readonly image: string;
  readonly roleArn: string;
  readonly instanceType: string;
  readonly volumeGb: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** A message on a queue, answered with its task token by whoever takes it. What that costs is not known here. */
interface CallbackRecord extends Limits {
  readonly kind: "callback";
  readonly queueUrl: string;
  /** Seconds without a sign of life after which the attempt is given up. */
  readonly heartbeatSeconds: number;
}

/** A runner as the stack registers it at deploy, for the handlers that resolve the ids of study files. */
export type RunnerRecord = LambdaRecord | BatchRecord | SageMakerRecord | CallbackRecord;
