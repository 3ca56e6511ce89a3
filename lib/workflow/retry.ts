import type { Retrier } from "./language.ts";

/**
 * No concurrency left for the function. It is free to wait and the next free environment is seconds away, so long
 * and often: 12 attempts with a minute at most between them are some 6 minutes.
 */
const THROTTLED: Retrier = {
  ErrorEquals: ["Lambda.TooManyRequestsException"],
  IntervalSeconds: 2,
  BackoffRate: 1.6,
  MaxAttempts: 12,
  MaxDelaySeconds: 60,
  JitterStrategy: "FULL",
};

/** Faults of the service that AWS says to always retry (Step Functions best practices, "Handle transient Lambda service exceptions"). */
const SERVICE_FAULT: Retrier = {
  ErrorEquals: ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 4,
  JitterStrategy: "FULL",
};

/** A defect of the definition: the same again the next time. */
const DEFECT: Retrier = { ErrorEquals: ["States.QueryEvaluationError"], MaxAttempts: 0 };

/** A handler of ours failed, its store most likely: each may run twice, and a throttled table recovers within half a minute. */
const HANDLER_FAULT: Retrier = {
  ErrorEquals: ["States.ALL"],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 5,
  MaxDelaySeconds: 30,
  JitterStrategy: "FULL",
};

/** Somebody has started that execution already: what was wanted. */
export const ALREADY_STARTED = "StepFunctions.ExecutionAlreadyExistsException";

/**
 * Of a trial: its own errors are results, told to the slot and judged there, never repeated here. Nor is what a fault of the
 * service may have cut off: that may have run, and is paid for, so that it is an attempt that ended.
 */
export const TRIAL_RETRY: readonly Retrier[] = [THROTTLED];

/**
 * Of starting a job. The errors are named one by one: `States.ALL` and `States.TaskFailed` would repeat jobs that failed.
 * Batch takes 50 submissions a second, and SageMaker as many jobs at once as the account has quota for.
 */
export const JOB_RETRY: readonly Retrier[] = [
  {
    ErrorEquals: [
      "Batch.AWSBatchException",
      "Batch.SdkClientException",
      "Batch.ServerException",
      "SageMaker.AmazonSageMakerException",
      "SageMaker.ResourceLimitExceededException",
      "SageMaker.SdkClientException",
    ],
    IntervalSeconds: 2,
    BackoffRate: 1.6,
    MaxAttempts: 12,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  },
];

/** Of ending a job: what the service may do better the next time. */
export const END_RETRY: readonly Retrier[] = [{ ...HANDLER_FAULT, ErrorEquals: ["States.TaskFailed"], MaxAttempts: 3 }];

/** Of a file or a message: what the service may do better the next time. */
export const FILE_RETRY: readonly Retrier[] = [
  {
    ErrorEquals: ["S3.S3Exception", "S3.SdkClientException", "SQS.AmazonSQSException", "SQS.SdkClientException"],
    IntervalSeconds: 1,
    BackoffRate: 2,
    MaxAttempts: 4,
    JitterStrategy: "FULL",
  },
];

/** Of a handler of ours. */
export const HANDLER_RETRY: readonly Retrier[] = [THROTTLED, SERVICE_FAULT, DEFECT, HANDLER_FAULT];

/** Of putting a result into a queue. */
export const SEND_RETRY: readonly Retrier[] = [DEFECT, HANDLER_FAULT];

/** Of starting the next execution. */
export const START_RETRY: readonly Retrier[] = [
  { ErrorEquals: [ALREADY_STARTED, ...DEFECT.ErrorEquals], MaxAttempts: 0 },
  HANDLER_FAULT,
];
