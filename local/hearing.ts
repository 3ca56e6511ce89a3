import { isStep } from "../lib/study/measurement.ts";
import type { TrialRequest } from "../lib/study/trial-contract.ts";
import type { TunerPorts } from "../lib/tuner/ports.ts";
import { attemptOf } from "../lib/tuner/reports/report-token.ts";
import { type Heard, measure } from "../lib/tuner/workers/measure.ts";
import type { RunOptions } from "./runners/runner.ts";

/**
 * Hears what a trial measures that runs in this process. What cannot be kept is dropped, and the trial goes on: it is not to fail
 * for what it says on its way.
 */
export function hearing({ study, trial }: TrialRequest, ports: TunerPorts): NonNullable<RunOptions["report"]> {
  let attempt: Promise<number | null> | undefined;
  async function running(): Promise<number | null> {
    const found = await ports.store.getTrial(study, trial);
    return found === null ? null : attemptOf(found);
  }
  return async (step, metrics): Promise<Heard> => {
    if (!isStep(step) || typeof metrics !== "object" || metrics === null) return { stop: false };
    try {
      attempt ??= running();
      return await measure(study, trial, await attempt, { step, metrics: metrics as Record<string, unknown> }, ports);
    } catch {
      return { stop: false };
    }
  };
}
