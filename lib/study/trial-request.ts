import { deriveSeed } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { isoTime } from "./iso-time.ts";
import type { Study, Trial } from "./records.ts";
import type { Report, TrialRequest } from "./trial-contract.ts";

/** Where a trial leaves its state when it has trained so far. */
export type CheckpointPlace = (study: string, trial: number, fidelity: number) => string;

/**
 * What the runner of a trial is given.
 *
 * @param trial as claimed: `attempts` counts this one
 * @param deadline milliseconds since 1970 UTC at which the attempt is given up; null: it is not
 * @param place of checkpoints; absent where there is none for them
 * @param report of this attempt; absent where nobody hears of it
 */
export function trialRequest(
  study: Study,
  trial: Trial,
  deadline: number | null,
  place?: CheckpointPlace,
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
    ...fidelityOf(study, trial, place),
    ...(report === undefined ? {} : { report }),
    ...(deadline === null ? {} : { deadline: isoTime(deadline) }),
  };
}

function fidelityOf(
  { id, spec }: Study,
  { number, fidelity, rungs }: Trial,
  place: CheckpointPlace | undefined,
): Pick<TrialRequest, "fidelity" | "checkpoint"> {
  if (spec.fidelity === undefined || fidelity === null) return {};
  const asked = { fidelity: { [spec.fidelity.name]: fidelity } };
  if (place === undefined) return asked;
  const last = rungs.at(-1);
  const from = last === undefined ? null : place(id, number, last.fidelity);
  return { ...asked, checkpoint: { from, to: place(id, number, fidelity) } };
}
