import { PegboxError } from "../errors/pegbox-error.ts";
import { type StudyView, studyView } from "../study/views.ts";
import type { FinalizeEvent } from "../workflow/messages.ts";
import type { TunerPorts } from "./ports.ts";
import { sweepEpoch } from "./sweep-epoch.ts";

/**
 * The end of a study: what was never started is cancelled, the status and its reason are written, once.
 *
 * @returns the study as a view: the output of the execution.
 */
export async function finalize(event: FinalizeEvent, ports: TunerPorts): Promise<StudyView> {
  const { store } = ports;
  const study = await store.getStudy(event.studyId);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study "${event.studyId}", there is none`);
  if (study.generation === event.generation) {
    const why = { code: event.reason.code, message: `the study ended first: ${event.reason.message}` };
    for (const number of await sweepEpoch(study, ports)) await store.cancelTrial(study.id, number, why, ports.now());
    const moved = await store.moveStudy(study.id, {
      from: ["RUNNING", "PAUSING", "STOPPING"],
      to: event.status,
      reason: event.reason,
      generation: event.generation,
      at: ports.now(),
    });
    if (moved) ports.observe({ type: "studyEnded", study: study.id, status: event.status, reason: event.reason });
  }
  return studyView((await store.getStudy(event.studyId)) ?? study);
}
