import { PegboxError } from "../../errors/pegbox-error.ts";
import { readClientLease } from "../../study/client-lease.ts";
import type { Trial } from "../../study/records.ts";
import { ENDED } from "../../study/states.ts";
import type { TrialResult } from "../../study/trial-contract.ts";
import type { Told } from "../../workflow/messages.ts";
import type { TunerPorts } from "../ports.ts";
import { saysSo } from "../slots/says-so.ts";
import { settleTold } from "../slots/settle-told.ts";
import { findStudy, findTrial } from "./find.ts";
import { settleDown } from "./settle-down.ts";

/**
 * A worker tells what became of its trial.
 *
 * 1. The result is judged. A first valid one is taken from whoever has ever held the trial; a failure from the holder alone.
 * 2. What was told before in the same words is answered with the trial as it stands.
 * 3. A study that waited for this trial to end, ends or pauses.
 *
 * @param result of the trial contract, as it came.
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` for another result of a trial that has ended, a failure of one that is another's,
 *   or a lease that never was of this trial.
 */
export async function tell(
  id: string,
  number: number,
  { lease, result }: { readonly lease: string; readonly result: unknown },
  ports: TunerPorts,
): Promise<Trial> {
  const study = await findStudy(id, ports);
  const before = await findTrial(study, number, ports);
  const held = readClientLease(lease);
  const ever = held?.number === number && held.attempts + held.lost <= before.attempts + before.lost;
  if (held === null || !ever) throw conflict(before, "the lease that came with the trial", lease);

  const told: Told = { trial: number, lease, result: result as TrialResult, fidelity: held.fidelity };
  const { judgement, changed, ended } = await settleTold(study, told, ports);
  const trial = await findTrial(study, number, ports);
  if (!changed && !saysSo(trial, judgement)) {
    throw ENDED.has(trial.state)
      ? conflict(trial, "the result that ended the trial", "another")
      : conflict(trial, "the lease of its holder", lease);
  }
  const now = await settleDown(await findStudy(id, ports), ports);
  if (ended !== null) ports.observe({ type: "trialEnded", study: id, trial: ended, best: now.best });
  return trial;
}

function conflict({ number, state }: Trial, expected: string, got: string): PegboxError {
  return new PegboxError("CONFLICT", `trial ${number}, ${state}: expected ${expected}, got ${got}`);
}
