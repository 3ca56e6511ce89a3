import { PegboxError } from "../../errors/pegbox-error.ts";
import type { Trial } from "../../study/records.ts";
import type { Reason } from "../../study/states.ts";
import { endOpen } from "../lifecycle/cancel-open.ts";
import { stopRunningTrial } from "../lifecycle/stop-running.ts";
import type { TunerPorts } from "../ports.ts";
import { findStudy, findTrial } from "./find.ts";
import { settleDown } from "./settle-down.ts";

const STOPPED: Reason = { code: "STOPPED_BY_USER", message: "stopped by request" };

/**
 * Ends a trial before its time: one that runs, or stands on a rung, is STOPPED, and one that nobody has begun CANCELLED. What a
 * runner still reports of it is dropped. Once more does nothing.
 *
 * @param lease with it, only while it is the trial's.
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` for a trial that has ended otherwise, or that another runs.
 */
export async function stopTrial(id: string, number: number, lease: string | null, ports: TunerPorts): Promise<Trial> {
  const study = await findStudy(id, ports);
  const before = await findTrial(study, number, ports);
  if (lease !== null && before.state === "RUNNING" && before.lease !== lease) {
    throw new PegboxError("CONFLICT", `trial ${number}: the lease ${lease} is no longer its holder's`);
  }
  if (before.state !== "RUNNING") await endOpen(study, [number], STOPPED, ports);
  else await stopRunningTrial(id, before, STOPPED, ports);
  const trial = await findTrial(study, number, ports);
  if (trial.state !== "STOPPED" && trial.state !== "CANCELLED") {
    throw new PegboxError("CONFLICT", `expected a trial that has not ended; trial ${number} is ${trial.state}`);
  }
  if (study.spec.runner.external) await settleDown(await findStudy(id, ports), ports);
  return trial;
}
