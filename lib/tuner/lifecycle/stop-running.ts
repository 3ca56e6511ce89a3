import type { Trial } from "../../study/records.ts";
import type { Reason } from "../../study/states.ts";
import type { TunerPorts } from "../ports.ts";

/**
 * Gives a trial up that runs: it is STOPPED with the metrics that it told of last, and what it still reports is dropped.
 *
 * @param reached how far it had come, where that is known. @default as far as it was to
 */
export async function stopRunningTrial(
  id: string,
  { number, fidelity, lease }: Trial,
  reason: Reason,
  { store, now }: TunerPorts,
  reached?: number,
): Promise<void> {
  const last = (await store.readMeasurements(id, number)).at(-1);
  await store.settleTrial(id, number, {
    state: "STOPPED",
    metrics: last?.metrics ?? null,
    feasible: null,
    reason,
    score: null,
    costUsd: null,
    abandoned: true,
    fidelity,
    ...(reached === undefined ? {} : { reached }),
    lease,
    at: now(),
  });
}
