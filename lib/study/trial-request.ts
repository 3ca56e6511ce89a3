import { deriveSeed } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { isoTime } from "./iso-time.ts";
import type { Study, Trial } from "./records.ts";
import type { TrialRequest } from "./trial-contract.ts";

/**
 * What the runner of a trial is given.
 *
 * @param trial as claimed: `attempts` counts this one
 * @param deadline milliseconds since 1970 UTC at which the attempt is given up; null: it is not
 */
export function trialRequest(study: Study, trial: Trial, deadline: number | null): TrialRequest {
  return {
    study: study.id,
    trial: trial.number,
    attempt: trial.attempts,
    seed: deriveSeed(study.spec.seed, Purpose.trialSeed, trial.number),
    parameters: trial.parameters,
    fixed: study.spec.fixed,
    context: study.spec.context,
    ...(deadline === null ? {} : { deadline: isoTime(deadline) }),
  };
}
