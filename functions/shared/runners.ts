import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { awsPrice } from "../../lib/study/price/aws.ts";
import type { RunnerRegistry } from "../../lib/tuner/ports.ts";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";

/** @param json runners by id, as the stack writes them. */
export function registeredRunners(json: string): RunnerRegistry {
  const runners = new Map(Object.entries(JSON.parse(json) as Record<string, RunnerRecord>));
  return {
    resolve({ lambda }) {
      const found = lambda === undefined ? undefined : runners.get(lambda);
      if (found !== undefined) {
        const { functionArn: target, timeoutSeconds } = found;
        const price = found.price ?? awsPrice(found);
        return {
          ...{ kind: "lambda", target, timeoutSeconds, graceSeconds: 0, outlivesLimit: true },
          ...(price === null ? {} : { price }),
        };
      }
      const known = [...runners.keys()].join(", ");
      const hint = known === "" ? "none is registered: `addRunner` in the CDK app" : `registered: ${known}`;
      const message =
        lambda === undefined
          ? "the study has no runner for AWS: add `lambda` with the id of a registered one under `runner`"
          : `expected a runner registered at deploy, got "${lambda}"`;
      throw new PegboxError("RUNNER_MISSING", message, { hint });
    },
  };
}
