import { readFailedJob } from "./caught-job.ts";
import { type Judgement, reasonCode, shortenMessage, unscored } from "./judgement.ts";
import { RESULT_LIMIT_BYTES } from "./trial-contract.ts";

/** What a Catch of the workflow keeps of the error that invoking a runner ended in. */
interface CaughtError {
  readonly Error?: string;
  /** For an error of a Lambda function: JSON with `errorMessage`, `errorType` and a trace. */
  readonly Cause?: string;
}

/** The service could not run the function now: nothing is known about the trial. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set([
  "Pegbox.Interrupted",
  "Lambda.AWSLambdaException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.EC2ThrottledException",
  "Lambda.EC2UnexpectedException",
  "Lambda.EFSMountTimeoutException",
  "Lambda.ENILimitReachedException",
  "Lambda.ResourceNotReadyException",
  "Lambda.SdkClientException",
  "Lambda.ServiceException",
  "Lambda.SnapStartNotReadyException",
  "Lambda.SnapStartTimeoutException",
  "Lambda.SubnetIPAddressLimitReachedException",
  "Lambda.TooManyRequestsException",
  "Batch.SdkClientException",
  "Batch.ServerException",
  "SageMaker.ResourceInUseException",
  "SageMaker.ResourceLimitExceededException",
  "SageMaker.SdkClientException",
  "S3.SdkClientException",
  "SQS.SdkClientException",
]);

/** The faults after which nothing runs: what was interrupted has ended, what was throttled never began. */
const NOT_RUNNING: ReadonlySet<string> = new Set([
  "Pegbox.Interrupted",
  "Lambda.TooManyRequestsException",
  "SageMaker.ResourceLimitExceededException",
]);

/** The workflow gave the attempt up; only the runner's own word says that it has ended. */
const GIVEN_UP: ReadonlySet<string> = new Set(["States.Timeout", "States.HeartbeatTimeout"]);

const TIMEOUTS: ReadonlySet<string> = new Set(["States.Timeout", "States.HeartbeatTimeout", "Sandbox.Timedout"]);

/** The answer was larger than the service passes on (256 KiB) or than a function may return (6 MB). */
const TOO_LARGE: ReadonlySet<string> = new Set(["States.DataLimitExceeded", "Function.ResponseSizeTooLarge"]);

/** Nothing lies where a job was to leave its result, or nothing is in it. */
const NO_FILE: ReadonlySet<string> = new Set(["S3.NoSuchKeyException", "S3.InvalidRangeException"]);

/**
 * Judges the error that the workflow service caught when it invoked a runner. Lambda reports a function that ran out of
 * time or memory as `Lambda.Unknown`, `Sandbox.Timedout` or `Runtime.ExitError`, with what happened in the text alone.
 */
export function readCaughtError(error: CaughtError): Judgement {
  const name = error.Error ?? "";
  const job = readFailedJob(name, error.Cause);
  if (job !== undefined) return job;
  const message = messageOf(error.Cause);
  if (INFRASTRUCTURE.has(name)) {
    const unavailable = name !== "Pegbox.Interrupted";
    const reason = { code: unavailable ? "INFRASTRUCTURE" : "INTERRUPTED", message: `${name}: ${message}` };
    return unscored("REQUEUE", reason, { unavailable, abandoned: !NOT_RUNNING.has(name) });
  }
  if (TOO_LARGE.has(name)) {
    const limit = `at most ${RESULT_LIMIT_BYTES} bytes are kept: write large things to a file and name it in \`artifacts\``;
    return unscored("FAILED", { code: "RESULT_TOO_LARGE", message: `the result is too large, ${limit}` });
  }
  const ofTheService = /^(Lambda|Runtime|Sandbox)\./.test(name); // a function's own error may say anything
  if (TIMEOUTS.has(name) || (ofTheService && message.includes("Task timed out after")))
    return GIVEN_UP.has(name) ? { ...retryable("TIMEOUT", message), abandoned: true } : retryable("TIMEOUT", message);
  if (ofTheService && /signal: killed|OutOfMemory/.test(`${name} ${message}`))
    return retryable("OUT_OF_MEMORY", message);
  if (NO_FILE.has(name)) {
    const what = "the job ended well, and without a result: write it to the place that PEGBOX_RESULT names";
    return unscored("FAILED", { code: "RESULT_INVALID", message: what });
  }
  if (/^(Batch|SageMaker|S3|SQS|Sqs)\./.test(name)) return retryable(name, message);
  if (name === "Lambda.Unknown") return retryable(name, message);
  return unscored("FAILED", { code: reasonCode(name, "ERROR"), message });
}

function retryable(code: string, message: string): Judgement {
  return unscored("FAILED", { code, message }, { retryable: true });
}

function messageOf(cause: string | undefined): string {
  if (cause === undefined || cause.trim() === "") return "no cause was given";
  return shortenMessage(errorMessageIn(cause) ?? cause);
}

function errorMessageIn(cause: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(cause);
  } catch {
    return undefined; // a plain text
  }
  const found = typeof parsed === "object" && parsed !== null && "errorMessage" in parsed ? parsed.errorMessage : null;
  return typeof found === "string" && found !== "" ? found : undefined;
}
