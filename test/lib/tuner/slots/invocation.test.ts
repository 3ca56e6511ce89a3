import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Study, Trial } from "../../../../lib/study/records.ts";
import type { JobTarget } from "../../../../lib/tuner/ports.ts";
import { invocation } from "../../../../lib/tuner/slots/invocation.ts";

const NOW = Date.UTC(2026, 10, 23);
const job = { target: "t", timeoutSeconds: 3600, graceSeconds: 300, queueSeconds: 600, spot: true } as const;
const batch: JobTarget = {
  ...job,
  kind: "batch",
  queueArn: "arn:queue",
  definitionArn: "arn:definition:3",
  vcpus: 1,
  memoryMb: 2048,
  architecture: "arm64",
  files: { bucket: "files", prefix: "jobs/gpu" },
};
const sagemaker: JobTarget = {
  ...job,
  kind: "sagemaker",
  image: "uri",
  roleArn: "arn:role",
  instanceType: "ml.g5.xlarge",
  volumeGb: 50,
  environment: { MODE: "fast" },
  files: { bucket: "files", prefix: "jobs/training" },
};

async function asked(
  target: JobTarget,
  {
    id = "digits-k3x9q2a",
    parameters = { rate: 0.1, act: "relu", deep: true } as Trial["parameters"],
    trialTimeout = null as number | null,
    usd = undefined as number | undefined,
    lease = "g1/e2/s3/4",
  } = {},
) {
  const study = { id, spec: { seed: 1, fixed: {}, context: {}, budget: { trialTimeout, usd } } } as unknown as Study;
  const trial = { number: 7, attempts: 1, parameters, fidelity: null, rungs: [] } as unknown as Trial;
  const ports = { now: () => NOW, observe: () => {} };
  const answer = await invocation(study, trial, lease, target, { since: NOW, trials: 0, seconds: 0 }, ports);
  if (answer.kind !== "batch" && answer.kind !== "sagemaker") throw new Error("expected a job");
  return { ...answer, job: answer.job as Record<string, never> };
}

const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

describe("a job", () => {
  it("of Batch has its files, its parameters and its time limit", async () => {
    const folder = "jobs/gpu/digits-k3x9q2a/g1/e2/s3/4";
    const { files, job: given, timeoutSeconds, request } = await asked(batch);
    expect(files).toEqual({ bucket: "files", request: `${folder}/request.json`, result: `${folder}/result.json` });
    expect(given).toEqual({
      JobName: "digits-k3x9q2a-g1-e2-s3-4",
      JobQueue: "arn:queue",
      JobDefinition: "arn:definition:3",
      Timeout: { AttemptDurationSeconds: 3600 },
      ContainerOverrides: {
        Environment: [
          { Name: "PEGBOX_REQUEST", Value: `s3://files/${folder}/request.json` },
          { Name: "PEGBOX_RESULT", Value: `s3://files/${folder}/result.json` },
          { Name: "PEGBOX_PARAM_rate", Value: "0.1" },
          { Name: "PEGBOX_PARAM_act", Value: "relu" },
          { Name: "PEGBOX_PARAM_deep", Value: "true" },
        ],
      },
    });
    expect(timeoutSeconds).toBe(3600 + 600 + 300);
    expect(request.deadline).toBe(at(3600 + 600));
  });

  it("of Batch is begun once where there is a cap: each attempt is paid for by itself", async () => {
    expect((await asked(batch, { usd: 5 })).job).toMatchObject({ RetryStrategy: { Attempts: 1 } });
  });

  it("of SageMaker has them too, and parameters are hyperparameters", async () => {
    const folder = "s3://files/jobs/training/digits-k3x9q2a/g1/e2/s3/4";
    expect((await asked(sagemaker, { trialTimeout: 90.5 })).job).toEqual({
      TrainingJobName: "digits-k3x9q2a-g1-e2-s3-4",
      RoleArn: "arn:role",
      AlgorithmSpecification: { TrainingImage: "uri", TrainingInputMode: "File" },
      HyperParameters: { rate: "0.1", act: "relu", deep: "true" },
      Environment: { MODE: "fast", PEGBOX_REQUEST: `${folder}/request.json`, PEGBOX_RESULT: `${folder}/result.json` },
      OutputDataConfig: { S3OutputPath: folder },
      ResourceConfig: { InstanceType: "ml.g5.xlarge", InstanceCount: 1, VolumeSizeInGB: 50 },
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 91, MaxWaitTimeInSeconds: 691 },
    });
    const plain = (await asked({ ...sagemaker, spot: false })).job;
    expect(plain["StoppingCondition"]).toEqual({ MaxRuntimeInSeconds: 3600 });
  });

  it("of Batch runs for a minute at least, for the service ends none sooner", async () => {
    expect((await asked(batch, { trialTimeout: 5 })).job["Timeout"]).toEqual({ AttemptDurationSeconds: 60 });
  });

  it("has what is too long for the service in its request alone", async () => {
    const parameters = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${i}`, i]));
    const variables = (
      (await asked(batch, { parameters })).job["ContainerOverrides"] as unknown as { Environment: { Name: string }[] }
    ).Environment;
    expect(variables.map(({ Name }) => Name)).toEqual(["PEGBOX_REQUEST", "PEGBOX_RESULT"]);
    expect((await asked(sagemaker, { parameters })).job["HyperParameters"]).toEqual({});
    expect((await asked(sagemaker, { parameters: { text: "x".repeat(2501) } })).job["HyperParameters"]).toEqual({});
    expect((await asked(batch, { parameters })).request.parameters).toEqual(parameters);
  });

  it("has files of its own in each attempt: what one that was given up writes late is nobody's result", async () => {
    for (const target of [batch, sagemaker]) {
      const leases = ["g1/e2/s3/4", "g1/e3/s3/0"];
      const files = await Promise.all(leases.map(async (lease) => (await asked(target, { lease })).files));
      expect(new Set(files.flatMap(({ request, result }) => [request, result])).size).toBe(4);
    }
  });

  it("has a name that the service takes, and another for another lease", async () => {
    const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}[A-Za-z0-9]$/);
    const lease = fc
      .tuple(fc.nat(99), fc.nat(9999), fc.nat(9999), fc.nat(999))
      .map(([g, e, s, n]) => `g${g}/e${e}/s${s}/${n}`);
    await fc.assert(
      fc.asyncProperty(id, lease, lease, async (study, one, other) => {
        const name = async (of: string) =>
          String((await asked(sagemaker, { id: study, lease: of })).job["TrainingJobName"]);
        expect(await name(one)).toMatch(/^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$/);
        expect((await name(one)) === (await name(other))).toBe(one === other);
        expect(String((await asked(batch, { id: study, lease: one })).job["JobName"])).toMatch(
          /^[A-Za-z0-9][\w-]{0,127}$/,
        );
      }),
    );
  });
});

describe("a callback", () => {
  const wait = (trialTimeout: number | null): Promise<unknown> => {
    const spec = { seed: 1, fixed: {}, context: {}, budget: { trialTimeout } };
    const trial = { number: 7, attempts: 1, parameters: {}, fidelity: null, rungs: [] } as unknown as Trial;
    const target = {
      kind: "callback",
      target: "q",
      timeoutSeconds: 3600,
      graceSeconds: 0,
      heartbeatSeconds: 900,
    } as const;
    const clock = { since: NOW, trials: 0, seconds: 0 };
    return invocation({ id: "s", spec } as unknown as Study, trial, "l", target, clock, {
      now: () => NOW,
      observe: () => {},
    });
  };

  it("is to be heard of before its time is up, however short that is", async () => {
    expect(await wait(null)).toMatchObject({ timeoutSeconds: 3600, heartbeatSeconds: 900 });
    expect(await wait(300)).toMatchObject({ timeoutSeconds: 300, heartbeatSeconds: 299 });
  });
});

describe("a function", () => {
  it("has time to start beside its own, which is not the trial's", async () => {
    const spec = { seed: 1, fixed: {}, context: {}, budget: { trialTimeout: null } };
    const trial = { number: 7, attempts: 1, parameters: {}, fidelity: null, rungs: [] } as unknown as Trial;
    const target = { kind: "lambda", target: "f", timeoutSeconds: 60, graceSeconds: 0, startSeconds: 30 } as const;
    const clock = { since: NOW, trials: 0, seconds: 0 };
    const ports = { now: () => NOW, observe: () => {} };
    const given = await invocation({ id: "s", spec } as unknown as Study, trial, "l", target, clock, ports);
    expect(given).toMatchObject({ timeoutSeconds: 90, request: { deadline: at(60) } });
  });
});
