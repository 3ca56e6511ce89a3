import { PegboxError } from "../errors/pegbox-error.ts";
import type { ParkedResult } from "../workflow/messages.ts";
import type { TunerPorts } from "./ports.ts";
import { settleSlot } from "./slots/settle-slot.ts";

/**
 * Tells what a slot could not tell, for nobody took it: now it counts as if told in time, if nothing better is known of the
 * trial by now. Twice is as good as once. Of a study that has been deleted there is nothing to tell.
 */
export async function settleParked({ studyId, told }: ParkedResult, ports: TunerPorts): Promise<void> {
  const study = await ports.store.getStudy(studyId);
  if (study === null) return;
  const { ended } = await settleSlot(study, told, ports).catch((error: unknown) => {
    if (error instanceof PegboxError && error.code === "NOT_FOUND") return { ended: [] };
    throw error;
  });
  if (ended.length === 0) return;
  const { best = null } = (await ports.store.getStudy(studyId)) ?? {};
  for (const trial of ended) ports.observe({ type: "trialEnded", study: studyId, trial, best });
}
