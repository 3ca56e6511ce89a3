import { PegboxError } from "../../errors/pegbox-error.ts";
import { readClientLease } from "../../study/client-lease.ts";
import { measuredMetrics } from "../../study/measured.ts";
import { MEASUREMENT_LIMIT_BYTES } from "../../study/measurement.ts";
import type { TunerPorts } from "../ports.ts";
import { attemptOf } from "../reports/report-token.ts";
import { stopAnswer } from "../reports/stop-answer.ts";
import { stopIfBehind } from "../reports/stop-early.ts";
import { findStudy, findTrial } from "./find.ts";
import { settleDown } from "./settle-down.ts";

/** What a running trial measured, as it came. */
export interface Measured {
  readonly step: number;
  readonly metrics: Readonly<Record<string, unknown>>;
}

export interface Heard {
  /** Whether the trial is to end: its result is wanted no more. */
  readonly stop: boolean;
}

/**
 * A trial tells, while it runs, what it measures. The first of a step is kept, of so many steps at most. By the rule of its study
 * it may be stopped for it; to what comes later it makes no other difference.
 *
 * @param attempt of the trial that tells: of its lease, or of its token.
 * @throws {PegboxError} `NOT_FOUND`, `INVALID_INPUT` for metrics that are too large.
 */
export async function measure(
  id: string,
  number: number,
  attempt: number | null,
  { step, metrics }: Measured,
  ports: TunerPorts,
): Promise<Heard> {
  const study = await findStudy(id, ports);
  const trial = await findTrial(study, number, ports);
  if (attempt === null || stopAnswer({ study, trial, attempt })) return { stop: true };
  const kept = measuredMetrics(metrics, study.spec.metrics);
  const size = new TextEncoder().encode(JSON.stringify(kept)).length;
  if (size > MEASUREMENT_LIMIT_BYTES) {
    const expected = `at most ${MEASUREMENT_LIMIT_BYTES} bytes of JSON, for every step is kept`;
    const issues = [{ path: "metrics", expected, got: `${size} bytes` }];
    throw new PegboxError("INVALID_INPUT", "the measurement is too large", { issues });
  }
  const added = await ports.store.addMeasurements(id, number, { attempt, measurements: [{ step, metrics: kept }] });
  const stop = added && (await stopIfBehind(study, trial, step, ports));
  if (stop && study.spec.runner.external) await settleDown(await findStudy(id, ports), ports);
  return { stop };
}

/** The attempt that a lease was given for; null for what is no lease of the trial. */
export function attemptOfLease(number: number, lease: string): number | null {
  const held = readClientLease(lease);
  return held?.number === number ? attemptOf(held) : null;
}
