import type { Study, Trial } from "../../study/records.ts";
import type { Checkpoint } from "../../study/trial-contract.ts";
import type { TunerPorts } from "../ports.ts";

/**
 * Where an attempt saves its state, and where it goes on from: what an earlier attempt at the same training has saved, else what
 * the rung below has, else nothing.
 *
 * Nobody looks for a trial that begins. A look that fails fails no claim: what the rung below should have saved is named unseen.
 *
 * @param trial as claimed: its `reason` says why an earlier attempt at this training ended, and is null where there was none
 */
export async function checkpointOf(
  { id }: Study,
  { number, fidelity, rungs, reason }: Trial,
  {
    checkpoints: place,
    holdsCheckpoint: holds,
    observe,
  }: Pick<TunerPorts, "checkpoints" | "holdsCheckpoint" | "observe">,
): Promise<Checkpoint | undefined> {
  if (place === undefined) return undefined;
  const to = place(id, number, fidelity);
  const last = rungs.at(-1);
  const below = last === undefined ? null : place(id, number, last.fidelity);
  if (holds === undefined) return { from: below, to };
  try {
    if (reason !== null && (await holds(to))) return { from: to, to };
    return { from: below !== null && (await holds(below)) ? below : null, to };
  } catch (error) {
    observe({ type: "checkpointUnseen", study: id, number, why: String(error) });
    return { from: below, to };
  }
}
