import { PegboxError } from "../errors/pegbox-error.ts";
import type { Study } from "../study/records.ts";
import type { StudySpec } from "../study/spec.ts";
import { FINISHED, type Reason, type StudyStatus } from "../study/states.ts";
import { stopReason } from "../study/stopping.ts";
import { cancelOpen } from "./cancel-open.ts";
import { startStudy } from "./create-study.ts";
import type { Launcher, TunerPorts } from "./ports.ts";

/** What a study may be given more of. */
export type Extension = Partial<Pick<StudySpec, "trials">> & { readonly budget?: Partial<StudySpec["budget"]> };

const PAUSED_BY_USER = { code: "PAUSED_BY_USER", message: "paused by request; resume continues it" };
const STOPPED_BY_USER = { code: "STOPPED_BY_USER", message: "stopped by request" };

/**
 * Trials that run are let end, none starts; then the study waits, with no execution and at no cost. Once more does nothing.
 *
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` when it has ended or is about to.
 */
export async function pauseStudy(id: string, ports: TunerPorts): Promise<Study> {
  const study = await findStudy(id, ports);
  const { status } = study;
  if (FINISHED.has(status) || status === "STOPPING") throw conflict(study, "a study that runs or waits");
  await move(study, ["RUNNING"], "PAUSING", PAUSED_BY_USER, ports);
  await move(study, ["CREATED", "PAUSED"], "PAUSED", PAUSED_BY_USER, ports);
  return findStudy(id, ports);
}

/**
 * A study that waits, or has ended before its time, goes on in a fresh execution; one that is about to pause just goes on. Once
 * more does nothing.
 *
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` when it is being stopped, or would end again at once.
 */
export async function resumeStudy(id: string, ports: TunerPorts, launcher: Launcher): Promise<Study> {
  const study = await findStudy(id, ports);
  if (study.status === "STOPPING") throw conflict(study, "a study that has paused or ended");
  const end = stopReason(study, ports.now());
  if (study.status !== "RUNNING" && end !== null) {
    throw conflict(study, "a study that has something left to do", `${end.reason.message}: extend it`);
  }
  await move(study, ["PAUSING"], "RUNNING", null, ports);
  await move(study, [...FINISHED], "PAUSED", null, ports);
  const waiting = await findStudy(id, ports);
  if (waiting.status === "CREATED" || waiting.status === "PAUSED") await startStudy(waiting, launcher);
  return findStudy(id, ports);
}

/**
 * The study ends as STOPPED once the trials that run have ended. Once more does nothing.
 *
 * @param now trials that run are given up: they count as STOPPED, and what they still report is dropped
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` when it has ended otherwise.
 */
export async function stopStudy(id: string, now: boolean, ports: TunerPorts): Promise<Study> {
  const study = await findStudy(id, ports);
  if (study.status === "COMPLETED" || study.status === "FAILED") throw conflict(study, "a study that has not ended");
  await move(study, ["RUNNING", "PAUSING"], "STOPPING", STOPPED_BY_USER, ports);
  if (now) await stopRunning(study, ports);
  if (study.status === "CREATED" || study.status === "PAUSED") {
    await cancelOpen(study, STOPPED_BY_USER, ports);
    await move(study, ["CREATED", "PAUSED"], "STOPPED", STOPPED_BY_USER, ports);
  }
  return findStudy(id, ports);
}

/**
 * More trials, or more time. A study that runs takes them at its next plan; one that has ended goes on.
 *
 * @throws {PegboxError} `NOT_FOUND`; `INVALID_INPUT` for fewer trials than it has; `CONFLICT` as `resumeStudy`.
 */
export async function extendStudy(
  id: string,
  { trials, budget }: Extension,
  ports: TunerPorts,
  launcher: Launcher,
): Promise<Study> {
  const study = await findStudy(id, ports);
  const { spec } = study;
  if (trials !== undefined && trials < spec.trials) {
    const issue = { path: "trials", expected: `at least the ${spec.trials} that the study has`, got: `${trials}` };
    throw new PegboxError("INVALID_INPUT", "an extension adds trials", { issues: [issue] });
  }
  if (study.status === "STOPPING") throw conflict(study, "a study that is not being stopped");
  await ports.store.amendStudy(
    id,
    { ...spec, trials: trials ?? spec.trials, budget: { ...spec.budget, ...budget } },
    ports.now(),
  );
  return FINISHED.has(study.status) ? resumeStudy(id, ports, launcher) : findStudy(id, ports);
}

async function stopRunning(study: Study, ports: TunerPorts): Promise<void> {
  const trials = await ports.store.readTrials(study.id, { from: 1, to: study.created });
  for (const { number, state, lease, fidelity } of trials) {
    if (state !== "RUNNING") continue;
    await ports.store.settleTrial(study.id, number, {
      state: "STOPPED",
      metrics: null,
      feasible: null,
      reason: STOPPED_BY_USER,
      score: null,
      costUsd: null,
      fidelity,
      lease,
      at: ports.now(),
    });
  }
}

async function move(
  { id, generation }: Study,
  from: readonly StudyStatus[],
  to: StudyStatus,
  reason: Reason | null,
  ports: TunerPorts,
): Promise<void> {
  await ports.store.moveStudy(id, { from, to, reason, generation, at: ports.now() });
}

async function findStudy(id: string, ports: TunerPorts): Promise<Study> {
  const study = await ports.store.getStudy(id);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study, there is none with the id "${id}"`);
  return study;
}

function conflict({ id, status }: Study, expected: string, hint?: string): PegboxError {
  return new PegboxError("CONFLICT", `expected ${expected}; "${id}" is ${status}`, hint === undefined ? {} : { hint });
}
