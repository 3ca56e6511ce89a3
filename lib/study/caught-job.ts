import { type Judgement, shortenMessage, unscored } from "./judgement.ts";

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Judges a job of Batch or SageMaker that failed: the workflow service calls it `States.TaskFailed`, and gives the
 * description of the job as the cause. Undefined for every other error.
 */
export function readFailedJob(error: string, cause: string | undefined): Judgement | undefined {
  if (error !== "States.TaskFailed" || cause === undefined) return undefined;
  const job = mappingIn(cause);
  if (job === undefined) return undefined;
  if ("TrainingJobStatus" in job) return trainingJob(job);
  return "JobId" in job ? batchJob(job) : undefined;
}

/**
 * The words of Batch (User Guide, "Job state time limit", "Stopped tasks error codes"): a Spot machine that was taken away is
 * `Host EC2 (instance i-…) terminated`, on Fargate `Your Spot Task was interrupted`; a job that nothing has room for is
 * cancelled with `CAPACITY:…`. A job that was misconfigured is so the next time.
 */
function batchJob(job: Mapping): Judgement {
  const last = mapping(list(job["Attempts"]).at(-1));
  const status = [text(job["StatusReason"]), text(last["StatusReason"])].join(" ").trim();
  const container = mapping(last["Container"] ?? job["Container"]);
  const [reason, exit] = [text(container["Reason"]), container["ExitCode"]];
  const log = text(container["LogStreamName"]);
  const message = shortenMessage(
    [
      reason || status || "the job failed without a reason",
      typeof exit === "number" ? `exit status ${exit}` : "",
      log === "" ? "" : `log stream ${log}`,
    ]
      .filter((part) => part !== "")
      .join("; "),
  );
  const unavailable = /CAPACITY:/.test(`${status} ${reason}`);
  if (unavailable || /Host EC2|Spot Task was interrupted/.test(`${status} ${reason}`)) {
    return givenBack(`Batch: ${status || reason}`, unavailable);
  }
  if (status.includes("exceeded timeout")) return failed("TIMEOUT", shortenMessage(status), true);
  // a kill that is not the time limit's is the kernel's, for memory
  if (reason.includes("OutOfMemory") || exit === 137) return failed("OUT_OF_MEMORY", message, true);
  if (status.includes("MISCONFIGURATION:")) return failed("MISCONFIGURED", shortenMessage(status), false);
  // no container came to run: an image that cannot be pulled, an agent that died
  if (exit === undefined || exit === null) return failed("NOT_STARTED", message, true);
  return failed("EXIT", message, false);
}

/** The words of SageMaker (`FailureReason` of DescribeTrainingJob). */
function trainingJob(job: Mapping): Judgement {
  const reason =
    text(job["FailureReason"]) || `the training job was ${text(job["TrainingJobStatus"]) || "not completed"}`;
  const message = shortenMessage(reason);
  const secondary = text(job["SecondaryStatus"]);
  if (
    /^(InternalServerError|CapacityError)/.test(reason) ||
    secondary === "Interrupted" ||
    secondary === "MaxWaitTimeExceeded"
  ) {
    return givenBack(`SageMaker: ${reason}`, secondary !== "Interrupted");
  }
  if (secondary === "MaxRuntimeExceeded") return failed("TIMEOUT", message, true);
  if (/OutOfMemory|out of memory|exit code: 137/i.test(reason)) return failed("OUT_OF_MEMORY", message, true);
  return failed("ERROR", message, false);
}

function givenBack(message: string, unavailable: boolean): Judgement {
  return unscored("REQUEUE", { code: "INFRASTRUCTURE", message: shortenMessage(message) }, { unavailable });
}

function failed(code: string, message: string, retryable: boolean): Judgement {
  return unscored("FAILED", { code, message }, { retryable });
}

function mappingIn(json: string): Mapping | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === "object" && parsed !== null ? (parsed as Mapping) : undefined;
  } catch {
    return undefined; // a plain text, or one that the service has cut off
  }
}

const mapping = (value: unknown): Mapping => (typeof value === "object" && value !== null ? (value as Mapping) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
