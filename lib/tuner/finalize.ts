import { PegboxError } from "../errors/pegbox-error.ts";
import { type StudyView, studyView } from "../study/views.ts";
import type { FinalizeEvent } from "../workflow/messages.ts";
import { confirmationOf } from "./confirm.ts";
import { cancelOpen } from "./lifecycle/cancel-open.ts";
import type { TunerPorts } from "./ports.ts";

/**
 * The end of a study: what was never started is cancelled; the status, its reason and what replicates have said of the best
 * are written, once.
 *
 * @returns the study as a view: the output of the execution.
 */
export async function finalize(event: FinalizeEvent, ports: TunerPorts): Promise<StudyView> {
  const { store } = ports;
  const study = await store.getStudy(event.studyId);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study "${event.studyId}", there is none`);
  if (study.generation === event.generation) {
    await cancelOpen(study, event.reason, ports);
    const moved = await store.moveStudy(study.id, {
      from: ["RUNNING", "PAUSING", "STOPPING"],
      to: event.status,
      reason: event.reason,
      confirmation: await confirmationOf(study, store),
      generation: event.generation,
      at: ports.now(),
    });
    // a refill may have added some before the study had moved; after that none can
    const ended = await store.getStudy(event.studyId);
    if (ended !== null && ended.created > study.created) await cancelOpen(ended, event.reason, ports);
    if (moved) ports.observe({ type: "studyEnded", study: study.id, status: event.status, reason: event.reason });
  }
  return studyView((await store.getStudy(event.studyId)) ?? study);
}
