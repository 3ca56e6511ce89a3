import { deriveSeed } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { isoTime } from "./iso-time.ts";
import type { Study, Trial } from "./records.ts";
import type { Checkpoint, Report, TrialRequest } from "./trial-contract.ts";

/**
 * What the runner of a trial is given.
 *
 * @param trial as claimed: `attempts` counts this one
 * @param deadline milliseconds since 1970 UTC at which the attempt is given up; null: it is not
 * @param checkpoint of this attempt; absent where there is no place for one
 * @param report of this attempt; absent where nobody hears of it
 */
export function trialRequest(
  study: Study,
  trial: Trial,
  deadline: number | null,
  checkpoint?: Checkpoint,
  report?: Report,
): TrialRequest {
  return {
    study: study.id,
    trial: trial.number,
    attempt: trial.attempts,
    seed: deriveSeed(study.spec.seed, Purpose.trialSeed, trial.number),
    parameters: trial.parameters,
    fixed: study.spec.fixed,
    context: study.spec.context,
    ...fidelityOf(study, trial),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(report === undefined ? {} : { report }),
    ...(deadline === null ? {} : { deadline: isoTime(deadline) }),
  };
}

function fidelityOf({ spec }: Study, { fidelity }: Trial): Pick<TrialRequest, "fidelity"> {
  return spec.fidelity === undefined || fidelity === null ? {} : { fidelity: { [spec.fidelity.name]: fidelity } };
}
