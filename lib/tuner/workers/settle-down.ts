import type { Study } from "../../study/records.ts";
import { type StopReason, stopReason } from "../../study/stopping.ts";
import { finalize } from "../finalize.ts";
import type { TunerPorts } from "../ports.ts";
import { expireLeases } from "./expire.ts";

/**
 * What a plan does at the end of an epoch, for a study whose trials are run by workers of their own: one that is to pause or to
 * stop, or that a stopping criterion ends, does so once nobody runs a trial of it any more. Trials that nobody has been heard of
 * keep no study from ending.
 *
 * @returns the study as it stands.
 */
export async function settleDown(found: Study, ports: TunerPorts): Promise<Study> {
  const end = endOf(found, ports.now());
  if (end === null) return found;
  const again = async (): Promise<Study> => (await ports.store.getStudy(found.id)) ?? found;
  const study = (await expireLeases(found, ports)) ? await again() : found;
  if (study.counts.running > 0) return study;
  if (end === "pause") {
    const { id, generation, reason } = study;
    await ports.store.moveStudy(id, { from: ["PAUSING"], to: "PAUSED", reason, generation, at: ports.now() });
  } else await finalize({ studyId: study.id, generation: study.generation, ...end }, ports);
  return again();
}

/** What the study is about to come to; null while it goes on, or has come to it. */
export function endOf(study: Study, now: number): StopReason | "pause" | null {
  const { status, reason } = study;
  if (status === "PAUSING") return "pause";
  if (status === "STOPPING") {
    return { status: "STOPPED", reason: reason ?? { code: "STOPPED_BY_USER", message: "stopped by request" } };
  }
  return status === "RUNNING" ? stopReason(study, now) : null;
}
