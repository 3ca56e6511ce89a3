import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { awsPrice } from "../../lib/study/price/aws.ts";
import type { RunnerSpec } from "../../lib/study/spec.ts";
import type { RunnerRegistry, RunnerTarget } from "../../lib/tuner/ports.ts";
import type { RunnerKind, RunnerRecord } from "../../lib/workflow/runner-record.ts";

/** Seconds from the end of a job until the workflow has heard of it. */
const JOB_GRACE_SECONDS = 300;

/** A cold start, that of a guard before it, and the news of the end: what comes late was paid for and is no less a result. */
const LAMBDA_START_SECONDS = 30;

/**
 * @param json runners by id, as the stack writes them.
 * @param bucket where jobs find their requests and leave their results.
 */
export function registeredRunners(json: string, bucket: string): RunnerRegistry {
  const runners = new Map(Object.entries(JSON.parse(json) as Record<string, RunnerRecord>));
  function withBigger(id: string, record: RunnerRecord): RunnerTarget {
    const next = record.bigger === undefined ? undefined : runners.get(record.bigger);
    const runner = target(record, { bucket, prefix: `jobs/${id}` });
    if (record.bigger === undefined || next === undefined) return runner;
    return { ...runner, bigger: { id: record.bigger, runner: withBigger(record.bigger, next) } };
  }

  return {
    resolve(spec) {
      const { kind, id } = named(spec);
      const found = id === undefined ? undefined : runners.get(id);
      if (id !== undefined && found?.kind === kind) return withBigger(id, found);
      const known = [...runners].map(([each, record]) => `${each} (${record.kind})`).join(", ");
      const hint = known === "" ? "none is registered: `addRunner` in the CDK app" : `registered: ${known}`;
      const message =
        id === undefined
          ? "the study has no runner for AWS: add `lambda`, or another kind, with the id of a registered one under `runner`"
          : `expected a runner registered at deploy, got "${kind}: ${id}"`;
      throw new PegboxError("RUNNER_MISSING", message, { hint });
    },
  };
}

function named(spec: RunnerSpec): { readonly kind: RunnerKind; readonly id: string | undefined } {
  const kind = (["batch", "sagemaker", "callback"] as const).find((each) => spec[each] !== undefined) ?? "lambda";
  return { kind, id: spec[kind] };
}

function target(
  { bigger: _, ...record }: RunnerRecord,
  files: { readonly bucket: string; readonly prefix: string },
): RunnerTarget {
  const { timeoutSeconds } = record;
  const price = record.price ?? (record.kind === "callback" ? null : awsPrice(record));
  const limits = { timeoutSeconds, graceSeconds: 0, ...(price === null ? {} : { price }) };
  switch (record.kind) {
    case "lambda":
      return {
        ...{ kind: "lambda", target: record.functionArn, ...limits, outlivesLimit: true },
        startSeconds: LAMBDA_START_SECONDS,
        ...(record.shifts === true ? { shifts: true } : {}),
      };
    case "callback": {
      const { queueUrl, heartbeatSeconds } = record;
      return { kind: "callback", target: queueUrl, ...limits, heartbeatSeconds };
    }
    case "batch":
      return { ...record, target: record.queueArn, ...limits, graceSeconds: JOB_GRACE_SECONDS, files };
    case "sagemaker":
      return { ...record, target: record.image, ...limits, graceSeconds: JOB_GRACE_SECONDS, files };
  }
}
