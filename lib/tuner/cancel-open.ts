import type { Study } from "../study/records.ts";
import type { Reason } from "../study/states.ts";
import type { TunerPorts } from "./ports.ts";
import { sweepEpoch } from "./sweep-epoch.ts";

/** Cancels what a study that is about to end has not started. */
export async function cancelOpen(study: Study, end: Reason, ports: TunerPorts): Promise<void> {
  const why = { code: end.code, message: `the study ended first: ${end.message}` };
  for (const number of await sweepEpoch(study, ports)) {
    await ports.store.cancelTrial(study.id, number, why, ports.now());
  }
}
