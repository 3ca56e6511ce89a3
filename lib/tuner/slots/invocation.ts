import type { Study, Trial } from "../../study/records.ts";
import type { TrialRequest } from "../../study/trial-contract.ts";
import { trialRequest } from "../../study/trial-request.ts";
import type { Claimed, JobFiles, NextTrialAnswer, Shift, SlotClock } from "../../workflow/messages.ts";
import type { JobTarget, RunnerTarget, TunerPorts } from "../ports.ts";
import { reportOf } from "../reports/report-token.ts";
import { checkpointOf } from "./checkpoint.ts";

/** The longest life of an execution, in seconds: a year. What "no limit", and any limit beyond it, means to the workflow. */
const NO_LIMIT_SECONDS = 31_536_000;

/** Batch ends no attempt sooner (SubmitJob, `attemptDurationSeconds`). */
const SHORTEST_JOB_SECONDS = 60;

/**
 * A container takes some 8,192 characters of overrides in all (ECS, RunTask), the service's own among them: parameters that
 * are longer are in the request alone.
 */
const LONGEST_ENVIRONMENT = 6_000;

/** SageMaker takes so many hyperparameters, and such long values (CreateTrainingJob): others are in the request alone. */
const MOST_HYPERPARAMETERS = 100;
const LONGEST_HYPERPARAMETER = 2_500;

/** Longest names of jobs (SubmitJob, CreateTrainingJob). */
const NAME_LENGTH = { batch: 128, sagemaker: 63 };

type Invocation = Exclude<NextTrialAnswer, { readonly kind: "wait" | "done" | "shift" }>;

type AttemptPorts = Pick<TunerPorts, "now" | "checkpoints" | "holdsCheckpoint" | "observe" | "reports">;

/** What the workflow does for a trial that a slot has claimed. */
export async function invocation(
  study: Study,
  trial: Trial,
  lease: string,
  runner: RunnerTarget,
  clock: SlotClock,
  ports: AttemptPorts,
): Promise<Invocation> {
  const limit = attemptLimit(study, runner);
  const waits = "queueSeconds" in runner ? runner.queueSeconds : 0;
  const after = runner.graceSeconds + (runner.startSeconds ?? 0);
  const deadline = limit === null ? null : ports.now() + (limit + waits) * 1000;
  const claimed: Claimed = {
    trial: trial.number,
    lease,
    fidelity: trial.fidelity,
    timeoutSeconds: limit === null ? NO_LIMIT_SECONDS : Math.ceil(limit) + waits + after,
    request: await requestOf(study, trial, deadline, ports),
  };
  if (runner.kind === "lambda") return { kind: "lambda", ...claimed, target: runner.target, clock };
  if (runner.kind === "callback") {
    // the service refuses a heartbeat that the time limit does not leave room for
    const heartbeatSeconds = Math.max(1, Math.min(runner.heartbeatSeconds, claimed.timeoutSeconds - 1));
    return { kind: "callback", ...claimed, target: runner.target, heartbeatSeconds };
  }
  const files = jobFiles(runner, study.id, lease);
  const name = jobName(study.id, lease, NAME_LENGTH[runner.kind]);
  const seconds = Math.ceil(limit ?? NO_LIMIT_SECONDS);
  const job =
    runner.kind === "batch"
      ? batchJob(runner, { name, seconds, capped: study.spec.budget.usd !== undefined }, claimed.request, files)
      : trainingJob(runner, name, seconds, claimed.request, files);
  return { kind: runner.kind, ...claimed, files, job };
}

/**
 * What the workflow does for several trials that a slot has claimed: one invocation, with the time that the first would have
 * alone, so that together they cost no more than is set aside for one.
 */
export function shiftOf(invocations: readonly Extract<Invocation, { readonly kind: "lambda" }>[]): Shift | Invocation {
  const [first, ...others] = invocations;
  if (first === undefined) throw new RangeError("expected a trial at least");
  if (others.length === 0) return first;
  const { target, timeoutSeconds, clock } = first;
  return {
    kind: "shift",
    ...{ target, timeoutSeconds, clock },
    attempts: invocations.map(({ trial, lease }) => ({ trial, lease })),
    request: { trials: invocations.map(({ request }) => request) },
  };
}

async function requestOf(
  study: Study,
  trial: Trial,
  deadline: number | null,
  ports: AttemptPorts,
): Promise<TrialRequest> {
  const { reports, now } = ports;
  const report = reports === undefined ? undefined : reportOf(study.id, trial, now(), reports);
  return trialRequest(study, trial, deadline, await checkpointOf(study, trial, ports), report);
}

function attemptLimit(study: Study, runner: RunnerTarget): number | null {
  const { trialTimeout } = study.spec.budget;
  const limit = Math.min(trialTimeout ?? NO_LIMIT_SECONDS, runner.timeoutSeconds ?? NO_LIMIT_SECONDS);
  return limit < NO_LIMIT_SECONDS ? limit : null;
}

/** An attempt has files of its own: what one given up for dead writes late is nobody's result. */
function jobFiles({ files: { bucket, prefix } }: JobTarget, study: string, lease: string): JobFiles {
  const folder = `${prefix}/${study}/${lease}`;
  return { bucket, request: `${folder}/request.json`, result: `${folder}/result.json` };
}

/** Names the lease, which no other job of the study has, and as much of the study as there is room for: its end tells it from namesakes. */
function jobName(study: string, lease: string, length: number): string {
  const suffix = `-${lease.replaceAll("/", "-")}`;
  return study.slice(-(length - suffix.length)).replace(/^[^A-Za-z0-9]+/, "") + suffix;
}

const uri = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * Arguments of `batch:submitJob`. Of a study with a cap Batch begins no job anew by itself where its machine was taken away: the
 * trial comes back, and what its next attempt may cost is set aside like any other's.
 */
function batchJob(
  { queueArn, definitionArn }: JobTarget & { readonly kind: "batch" },
  { name, seconds, capped }: { readonly name: string; readonly seconds: number; readonly capped: boolean },
  { parameters }: TrialRequest,
  { bucket, request, result }: JobFiles,
): object {
  const variables = Object.entries(parameters).map(([name, value]) => variable(`PEGBOX_PARAM_${name}`, asText(value)));
  const fits = JSON.stringify(variables).length <= LONGEST_ENVIRONMENT;
  return {
    JobName: name,
    JobQueue: queueArn,
    JobDefinition: definitionArn,
    Timeout: { AttemptDurationSeconds: Math.max(SHORTEST_JOB_SECONDS, seconds) },
    ...(capped ? { RetryStrategy: { Attempts: 1 } } : {}),
    ContainerOverrides: {
      Environment: [
        variable("PEGBOX_REQUEST", uri(bucket, request)),
        variable("PEGBOX_RESULT", uri(bucket, result)),
        ...(fits ? variables : []),
      ],
    },
  };
}

const variable = (Name: string, Value: string) => ({ Name, Value });

/** Arguments of `sagemaker:createTrainingJob`. */
function trainingJob(
  runner: JobTarget & { readonly kind: "sagemaker" },
  TrainingJobName: string,
  seconds: number,
  { parameters }: TrialRequest,
  { bucket, request, result }: JobFiles,
): object {
  const texts = Object.entries(parameters).map(([name, value]): [string, string] => [name, asText(value)]);
  const fits =
    texts.length <= MOST_HYPERPARAMETERS && texts.every(([, value]) => value.length <= LONGEST_HYPERPARAMETER);
  return {
    TrainingJobName,
    RoleArn: runner.roleArn,
    AlgorithmSpecification: { TrainingImage: runner.image, TrainingInputMode: "File" },
    HyperParameters: fits ? Object.fromEntries(texts) : {},
    Environment: {
      ...runner.environment,
      PEGBOX_REQUEST: uri(bucket, request),
      PEGBOX_RESULT: uri(bucket, result),
    },
    OutputDataConfig: { S3OutputPath: uri(bucket, result.replace(/\/[^/]+$/, "")) },
    ResourceConfig: { InstanceType: runner.instanceType, InstanceCount: 1, VolumeSizeInGB: runner.volumeGb },
    EnableManagedSpotTraining: runner.spot,
    StoppingCondition: {
      MaxRuntimeInSeconds: seconds,
      ...(runner.spot ? { MaxWaitTimeInSeconds: seconds + runner.queueSeconds } : {}),
    },
  };
}
