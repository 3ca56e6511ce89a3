import { RESULT_LIMIT_BYTES } from "../study/trial-contract.ts";
import type { Catcher, State, States } from "./language.ts";
import { END_RETRY, FILE_RETRY, JOB_RETRY, TRIAL_RETRY } from "./retry.ts";
import type { RunnerKind } from "./runner-record.ts";

type Naming = (state: string) => string;

/** Where a slot goes on whose claim is answered with a trial, by the kinds of answers that each kind of runner has. */
export const FIRST: Readonly<Record<RunnerKind, Readonly<Record<string, string>>>> = {
  lambda: { lambda: "RunTrial", shift: "RunShift" },
  batch: { batch: "BatchRequest" },
  sagemaker: { sagemaker: "TrainingRequest" },
  callback: { callback: "RunCallback" },
};

/** Which attempt of which trial a slot tells of. */
const TRIAL = { trial: "{% $next.trial %}", lease: "{% $next.lease %}", fidelity: "{% $next.fidelity %}" };

/** The same of a Lambda function, and when it began. */
const TIMED = { ...TRIAL, clock: "{% $next.clock %}" };

/** Which attempts of which trials a slot tells of that one invocation has run. */
const SHIFT = { attempts: "{% $next.attempts %}", clock: "{% $next.clock %}" };

/** The claim after that of a trial, and after those of a shift. */
const ONE_ON = "{% $seq + 1 %}";
const SHIFT_ON = "{% $seq + $count($next.attempts) %}";

/** The states that run a trial on each kind of runner; the last of them leads to the slot's next claim, and so does every error. */
export const RUN: Readonly<Record<RunnerKind, (name: Naming) => States>> = {
  lambda: (name) => ({
    [name("RunTrial")]: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      TimeoutSeconds: "{% $next.timeoutSeconds %}",
      Arguments: { FunctionName: "{% $next.target %}", Payload: "{% $next.request %}" },
      ...tells(name, { ...TIMED, result: "{% $states.result.Payload %}" }, TIMED),
      Retry: TRIAL_RETRY,
    },
    [name("RunShift")]: {
      Type: "Task",
      Comment: "Several short trials in one invocation",
      Resource: "arn:aws:states:::lambda:invoke",
      TimeoutSeconds: "{% $next.timeoutSeconds %}",
      Arguments: { FunctionName: "{% $next.target %}", Payload: "{% $next.request %}" },
      ...tells(name, { ...SHIFT, result: "{% $states.result.Payload %}" }, SHIFT, SHIFT_ON),
      Retry: TRIAL_RETRY,
    },
  }),
  batch: (name) => ({
    ...job(name, "Batch", "arn:aws:states:::batch:submitJob.sync"),
    [name("EndBatch")]: {
      ...ending(name),
      Comment: "Finds the job by its name, for its id is in the answer that never came",
      Resource: "arn:aws:states:::aws-sdk:batch:listJobs",
      Arguments: {
        JobQueue: "{% $next.job.JobQueue %}",
        Filters: [{ Name: "JOB_NAME", Values: ["{% $next.job.JobName %}"] }],
      },
      Output: "{% $states.result.JobSummaryList[0].JobId %}",
      Next: name("TerminateBatch"),
    },
    [name("TerminateBatch")]: {
      ...ending(name),
      Resource: "arn:aws:states:::aws-sdk:batch:terminateJob",
      Arguments: { JobId: "{% $states.input %}", Reason: "its time is up, and nobody waits for it any more" },
    },
  }),
  sagemaker: (name) => ({
    ...job(name, "Training", "arn:aws:states:::sagemaker:createTrainingJob.sync"),
    [name("EndTraining")]: {
      ...ending(name),
      Resource: "arn:aws:states:::aws-sdk:sagemaker:stopTrainingJob",
      Arguments: { TrainingJobName: "{% $next.job.TrainingJobName %}" },
    },
  }),
  callback: (name) => ({
    [name("RunCallback")]: {
      Type: "Task",
      Comment: "Waits for whoever takes the message to answer with its token",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      TimeoutSeconds: "{% $next.timeoutSeconds %}",
      HeartbeatSeconds: "{% $next.heartbeatSeconds %}",
      Arguments: {
        QueueUrl: "{% $next.target %}",
        MessageBody: {
          taskToken: "{% $states.context.Task.Token %}",
          heartbeatSeconds: "{% $next.heartbeatSeconds %}",
          request: "{% $next.request %}",
        },
      },
      ...tells(name, ANSWER),
      Retry: FILE_RETRY,
    },
  }),
};

/**
 * The answer of a callback may be as large as all that a state may be given, and telling it takes some more: an error that
 * nothing catches. Twice the limit of a result, in characters, is too large in any case.
 */
const ANSWER = `{% $merge([
  { 'trial': $next.trial, 'lease': $next.lease, 'fidelity': $next.fidelity },
  $length($string($states.result)) > ${2 * RESULT_LIMIT_BYTES}
    ? { 'error': { 'Error': 'States.DataLimitExceeded' } } : { 'result': $states.result }
]) %}`.replace(/\n\s*/g, " ");

/** How a trial ends: with what it came to, or with the error that the service caught, and the next claim. */
function tells(
  name: Naming,
  told: object | string,
  of: object = TRIAL,
  seq: string = ONE_ON,
): Pick<State, "Assign" | "Output" | "Catch" | "Next"> {
  return {
    Assign: { seq, told },
    Output: {},
    Catch: [failed(name, of, seq)],
    Next: name("NextTrial"),
  };
}

function failed(name: Naming, of: object = TRIAL, seq: string = ONE_ON): Catcher {
  return {
    ErrorEquals: ["States.ALL"],
    Assign: { seq, told: { ...of, error: "{% $states.errorOutput %}" } },
    Output: {},
    Next: name("NextTrial"),
  };
}

/**
 * A step on the way to end a job whose time is up, which may not have begun yet: the service promises to end it with its
 * execution, not with its task. Whatever comes of it, the slot goes on, and the job has a limit of its own.
 */
function ending(name: Naming): Pick<State, "Type" | "TimeoutSeconds" | "Output" | "Retry" | "Catch" | "Next"> {
  return {
    Type: "Task",
    TimeoutSeconds: FILE_SECONDS,
    Output: {},
    Retry: END_RETRY,
    Catch: [{ ErrorEquals: ["States.ALL"], Output: {}, Next: name("NextTrial") }],
    Next: name("NextTrial"),
  };
}

/** Puts the request into its file, runs a job to its end, and reads the file of the result. */
function job(name: Naming, kind: string, resource: string): States {
  return {
    [name(`${kind}Request`)]: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:putObject",
      TimeoutSeconds: FILE_SECONDS,
      Arguments: {
        Bucket: "{% $next.files.bucket %}",
        Key: "{% $next.files.request %}",
        Body: "{% $next.request %}",
        ContentType: "application/json",
      },
      Output: {},
      Retry: FILE_RETRY,
      Catch: [failed(name)],
      Next: name(`Run${kind}`),
    },
    [name(`Run${kind}`)]: {
      Type: "Task",
      Comment: "Waits for the job to end; the service ends it where the execution is aborted",
      Resource: resource,
      TimeoutSeconds: "{% $next.timeoutSeconds %}",
      Arguments: "{% $next.job %}",
      Output: {},
      Retry: JOB_RETRY,
      Catch: [{ ...failed(name), ErrorEquals: ["States.Timeout"], Next: name(`End${kind}`) }, failed(name)],
      Next: name(`${kind}Result`),
    },
    [name(`${kind}Result`)]: {
      Type: "Task",
      Comment: "A byte more than a result may have: enough to see that it is too large, and never too much for a state",
      Resource: "arn:aws:states:::aws-sdk:s3:getObject",
      TimeoutSeconds: FILE_SECONDS,
      Arguments: {
        Bucket: "{% $next.files.bucket %}",
        Key: "{% $next.files.result %}",
        Range: `bytes=0-${RESULT_LIMIT_BYTES}`,
      },
      ...tells(name, { ...TRIAL, text: "{% $states.result.Body %}" }),
      Retry: FILE_RETRY,
    },
  };
}

/** A few kilobytes to or from S3 take a tenth of a second. */
const FILE_SECONDS = 60;
