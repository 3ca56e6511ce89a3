import { describe, expect, it } from "vitest";
import { workflowDefinition, workflowJson } from "../../../lib/workflow/definition.ts";
import type { RunnerKind } from "../../../lib/workflow/runner-record.ts";
import { simulate } from "./simulated-study.ts";

const PUT = "arn:aws:states:::aws-sdk:s3:putObject";
const GET = "arn:aws:states:::aws-sdk:s3:getObject";
const SEND = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
const LIST = "arn:aws:states:::aws-sdk:batch:listJobs";
const TERMINATE = "arn:aws:states:::aws-sdk:batch:terminateJob";
const STOP = "arn:aws:states:::aws-sdk:sagemaker:stopTrainingJob";
const JOBS = {
  batch: "arn:aws:states:::batch:submitJob.sync",
  sagemaker: "arn:aws:states:::sagemaker:createTrainingJob.sync",
} as const;

type Job = Record<string, string>;

const nameOf = (job: Job): string => job["JobName"] ?? job["TrainingJobName"] ?? "";

const named = (name: string, message = ""): Error => Object.assign(new Error(message), { name });

/** A bucket, and jobs that write what `run` answers of their request; null: nothing. */
function services(kind: keyof typeof JOBS, run: (trial: number) => string | null) {
  const files = new Map<string, string>();
  return {
    files,
    services: {
      [PUT]: ({ Bucket, Key, Body }: Record<string, unknown>) =>
        void files.set(`${Bucket}/${Key}`, JSON.stringify(Body)),
      [JOBS[kind]]: (job: Job) => {
        const trial = Number(nameOf(job).replace("job-", ""));
        expect(JSON.parse(files.get(`files/${trial}/request.json`) ?? "null")).toMatchObject({ trial });
        const result = run(trial);
        if (result !== null) files.set(`files/${trial}/result.json`, result);
        return { JobId: "1" };
      },
      [GET]: ({ Bucket, Key, Range }: Record<string, string>) => {
        const found = files.get(`${Bucket}/${Key}`);
        if (found === undefined) throw named("S3.NoSuchKeyException", "The specified key does not exist.");
        return { Body: found.slice(0, Number(Range?.split("-")[1]) + 1) };
      },
    },
  };
}

describe.each(["batch", "sagemaker"] as const)("a %s job", (kind) => {
  const study = { slots: 3, trials: 12, pace: "ahead" as const, kind };

  it("is given its request in a file, and its result is read from one", async () => {
    const run = await simulate({ ...study, ...services(kind, (trial) => `{"metrics": {"y": ${trial}}}`) });
    expect(run.executions.get("s1-g1")).toMatchObject({ status: "SUCCEEDED" });
    const texts = run.told.map(({ trial, text, error }) => [trial, text, error]);
    expect(texts.sort()).toEqual(
      Array.from({ length: 12 }, (_, i) => [i + 1, `{"metrics": {"y": ${i + 1}}}`, undefined]).sort(),
    );
  });

  it("that leaves no result, or ends badly, is told of as such, and the slot goes on", async () => {
    const run = await simulate({
      ...study,
      ...services(kind, (trial) => {
        if (trial === 3) throw named("States.TaskFailed", "of the service");
        return trial === 5 ? null : "{}";
      }),
    });
    const failed = run.told.filter(({ error }) => error !== undefined).map(({ trial, error }) => [trial, error?.Error]);
    expect(failed.sort()).toEqual([
      [3, "States.TaskFailed"],
      [5, "S3.NoSuchKeyException"],
    ]);
    expect(run.told).toHaveLength(12);
  });

  it("whose result is too large is read up to a byte too many", async () => {
    const run = await simulate({ ...study, trials: 1, ...services(kind, () => "x".repeat(1_000_000)) });
    expect(run.told.map(({ text }) => text?.length)).toEqual([32_769]);
  });

  /** Of two trials one by one the first has a job that never ends; what ends it is given. */
  async function stuck(ends: Readonly<Record<string, (given: Job) => unknown>>) {
    const { services: usual } = services(kind, () => "{}");
    const never = (job: Job) => (nameOf(job) === "job-1" ? new Promise(() => {}) : usual[JOBS[kind]]?.(job));
    const run = await simulate({ ...study, slots: 1, trials: 2, services: { ...usual, [JOBS[kind]]: never, ...ends } });
    expect(run.told.map(({ trial, error }) => [trial, error?.Error])).toEqual([
      [1, "States.Timeout"],
      [2, undefined],
    ]);
    return run;
  }

  it("that never ends is given up in its time, and ended, and the slot goes on", async () => {
    const ended: unknown[] = [];
    const run = await stuck({
      [LIST]: ({ JobQueue, Filters }) => {
        ended.push(JobQueue, Filters);
        return { JobSummaryList: [{ JobId: "id-1" }] };
      },
      [TERMINATE]: ({ JobId }) => void ended.push(JobId),
      [STOP]: ({ TrainingJobName }) => void ended.push(TrainingJobName),
    });
    expect(run.executions.get("s1-g1")).toMatchObject({ status: "SUCCEEDED" });
    expect(ended).toEqual(kind === "batch" ? ["queue", [{ Name: "JOB_NAME", Values: ["job-1"] }], "id-1"] : ["job-1"]);
  });

  it("that cannot be ended keeps no slot from going on", async () => {
    const broken = () => {
      throw named("States.TaskFailed", "not now");
    };
    await stuck({ [LIST]: () => ({ JobSummaryList: [] }), [TERMINATE]: broken, [STOP]: broken });
  });

  it("is started again where the service was busy, and never because it failed", async () => {
    let [busy, jobs] = [2, 0];
    const error = kind === "batch" ? "Batch.ServerException" : "SageMaker.ResourceLimitExceededException";
    const run = await simulate({
      ...study,
      trials: 2,
      slots: 1,
      ...services(kind, (trial) => {
        if (busy-- > 0) throw named(error);
        jobs++;
        if (trial === 1) throw named("States.TaskFailed");
        return "{}";
      }),
    });
    expect(jobs).toBe(2);
    expect(run.told.map(({ error: told }) => told?.Error)).toEqual(["States.TaskFailed", undefined]);
  });
});

describe("a callback", () => {
  const study = { slots: 2, trials: 6, pace: "ahead" as const, kind: "callback" as const };

  it("is a message with the request and a token; the answer is the result", async () => {
    const messages: unknown[] = [];
    const send = ({ QueueUrl, MessageBody }: { QueueUrl: string; MessageBody: { request: { trial: number } } }) => {
      messages.push([QueueUrl, MessageBody]);
      return { metrics: { y: MessageBody.request.trial } };
    };
    const run = await simulate({ ...study, services: { [SEND]: send } });
    expect(messages[0]).toEqual([
      "queue",
      { taskToken: "token", heartbeatSeconds: 30, request: expect.objectContaining({ trial: 1, study: "s1" }) },
    ]);
    expect(run.told.map(({ trial, result }) => result?.metrics?.["y"] === trial)).toEqual(Array(6).fill(true));
  });

  it("that answers too much is told of as too large: telling the answer would be more than a state may be given", async () => {
    const run = await simulate({ ...study, trials: 1, services: { [SEND]: () => ({ note: "x".repeat(240_000) }) } });
    expect(run.told).toMatchObject([{ trial: 1, error: { Error: "States.DataLimitExceeded" } }]);
    expect(run.told[0]).not.toHaveProperty("result");
  });

  it("whose worker says that it failed is told of with the worker's words", async () => {
    const fails = () => {
      throw named("Pegbox.Interrupted", "the cluster was drained");
    };
    const run = await simulate({ ...study, trials: 1, services: { [SEND]: fails } });
    expect(run.told).toMatchObject([{ error: { Error: "Pegbox.Interrupted" } }]);
  });
});

describe("the definition", () => {
  const all: readonly RunnerKind[] = ["lambda", "batch", "sagemaker", "callback"];

  it("with every kind is far below 1 MB, and its names are its own", () => {
    expect(workflowJson(all).length).toBeLessThan(100_000);
    const names = [...workflowJson(all).matchAll(/"((?:Inline)?(?:Run|Batch|Training)\w+)":\{"Type"/g)].map(
      ([, name]) => name,
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["RunBatch", "InlineRunBatch", "TrainingResult", "InlineRunCallback"]),
    );
  });

  it("waits for no job without a limit, nor for a worker without a heartbeat", () => {
    const text = JSON.stringify(workflowDefinition(all));
    for (const resource of [...Object.values(JOBS), SEND]) {
      const states = text.split(`"Resource":"${resource}"`).slice(1);
      expect(states).toHaveLength(2);
      for (const state of states) expect(state).toMatch(/^,"TimeoutSeconds":"\{% \$next\.timeoutSeconds %\}"/);
    }
    expect(text.match(/"HeartbeatSeconds":"/g)).toHaveLength(2);
  });

  it("covers with its arithmetic what the interpreter counts", async () => {
    const slots = 4;
    const run = await simulate({ slots, trials: 40, pace: "rounds", kind: "batch", ...services("batch", () => "{}") });
    const estimate = run.estimates.get(1) ?? 0;
    // a job that is waited for has an event more than the function that stands for it here
    expect((run.executions.get("s1-g1")?.events ?? 0) + 40).toBeLessThanOrEqual(estimate + 23);
  });
});
