import { PegboxError } from "../../errors/pegbox-error.ts";
import { affordable, unaffordable } from "../../study/price/cap.ts";
import type { Confirmation, Study } from "../../study/records.ts";
import type { StudySpec } from "../../study/spec.ts";
import { FINISHED, PAUSED_BY_USER, RESUMED, type Reason, type StudyStatus } from "../../study/states.ts";
import { forgivenNow, type StopReason, stopReason } from "../../study/stopping.ts";
import { confirmationOf } from "../confirm.ts";
import { startStudy } from "../create-study.ts";
import { findRunner } from "../find-runner.ts";
import { meterOf, mustKeepCap } from "../money/meter.ts";
import type { Launcher, TunerPorts } from "../ports.ts";
import { readCandidates } from "../search/open-trials.ts";
import { settleDown } from "../workers/settle-down.ts";
import { cancelOpen } from "./cancel-open.ts";
import { stopRunningTrial } from "./stop-running.ts";

/** What a study may be given more of. */
export type Extension = Partial<Pick<StudySpec, "trials">> & { readonly budget?: Partial<StudySpec["budget"]> };

const PAUSED: Reason = { code: PAUSED_BY_USER, message: "paused by request; resume continues it" };
/** Of a study that waits for its execution to begin. */
export const GOES_ON: Reason = { code: RESUMED, message: "resumed by request; goes on as soon as it can" };
const EXTENDED: Reason = { code: "EXTENDED", message: "extended by request" };
const RETRIED: Reason = { code: "RETRIED", message: "retried by request: failures are counted from here on" };
const STOPPED: Reason = { code: "STOPPED_BY_USER", message: "stopped by request" };

/**
 * Each wish looks at the study and moves it on from what it saw, of that generation. Executions move it too: where one
 * came first, the wish looks again, until the study stands as wished or the wish is refused.
 */
type Look = (study: Study) => Promise<boolean>;

async function until(id: string, ports: TunerPorts, stands: Look): Promise<Study> {
  while (!(await stands(await findStudy(id, ports))));
  const study = await findStudy(id, ports);
  return study.spec.runner.external ? settleDown(study, ports) : study;
}

/**
 * Trials that run are let end, none starts; then the study waits, with no execution and at no cost. Once more does nothing.
 *
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` when it has ended or is about to.
 */
export function pauseStudy(id: string, ports: TunerPorts): Promise<Study> {
  return until(id, ports, async (study) => {
    const { status, reason } = study;
    if (FINISHED.has(status) || status === "STOPPING") throw conflict(study, "a study that runs or waits");
    if (reason?.code === PAUSED_BY_USER) return true;
    return move(study, status === "RUNNING" || status === "PAUSING" ? "PAUSING" : "PAUSED", PAUSED, ports);
  });
}

/**
 * A study that waits, or has ended before its time, goes on in a fresh execution; one that is about to pause just goes on. Once
 * more does nothing, but mends a call that a crash cut short. Of one that has FAILED, what has failed so far counts no more.
 *
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` when it is being stopped, or would end again at once.
 */
export function resumeStudy(id: string, ports: TunerPorts, launcher: Launcher): Promise<Study> {
  return until(id, ports, async (study) => {
    const { status } = study;
    if (status === "RUNNING") return true;
    if (status === "STOPPING") throw conflict(study, "a study that has paused or ended");
    const retried = forgiving(study);
    mustGoOn(retried, ports);
    if (retried !== study && !(await forgive(retried, ports))) return false;
    if (status === "PAUSING") return move(study, "RUNNING", null, ports);
    if (rests(study) && !(await move(study, "PAUSED", GOES_ON, ports))) return false;
    await startStudy(study, launcher, ports);
    return true;
  });
}

/**
 * The study ends as STOPPED once the trials that run have ended. Once more does nothing.
 *
 * @param now trials that run are given up: they count as STOPPED, and what they still report is dropped. Once more gives
 *   up what has been claimed meanwhile. With `launcher` the execution ends too, so that no job is billed any longer.
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` when it has ended otherwise.
 */
export function stopStudy(id: string, now: boolean, ports: TunerPorts, launcher?: Launcher): Promise<Study> {
  return until(id, ports, async (study) => {
    const { status } = study;
    if (status === "COMPLETED" || status === "FAILED") throw conflict(study, "a study that has not ended");
    if (status === "STOPPED") return true;
    if (status === "CREATED" || status === "PAUSED") {
      await cancelOpen(study, STOPPED, ports);
      return move(study, "STOPPED", STOPPED, ports, await confirmationOf(study, ports.store));
    }
    if (status !== "STOPPING" && !(await move(study, "STOPPING", STOPPED, ports))) return false;
    if (now) await stopRunning(await findStudy(id, ports), ports, launcher);
    return true;
  });
}

/**
 * More trials, time or money. A study that runs takes them at its next plan; one that has ended goes on. Where its last plan
 * has just decided that it ends, it ends: the same again goes on with it.
 *
 * @throws {PegboxError} `NOT_FOUND`; `INVALID_INPUT` for fewer trials than it has; `INVALID_STUDY` for a `budget.usd` that cannot be kept; `CONFLICT` as `resumeStudy`, and then
 *   nothing has changed.
 */
export function extendStudy(
  id: string,
  { trials, budget }: Extension,
  ports: TunerPorts,
  launcher: Launcher,
): Promise<Study> {
  return until(id, ports, async (study) => {
    const { spec, amendments } = study;
    if (trials !== undefined && trials < spec.trials) {
      const issue = { path: "trials", expected: `at least the ${spec.trials} that the study has`, got: `${trials}` };
      throw new PegboxError("INVALID_INPUT", "an extension adds trials", { issues: [issue] });
    }
    if (study.status === "STOPPING") throw conflict(study, "a study that is not being stopped");
    const more = { trials: trials ?? spec.trials, budget: { ...spec.budget, ...budget } };
    const { runner } = findRunner(spec.runner, ports.runners);
    if (runner !== null) mustKeepCap(more, runner);
    if (FINISHED.has(study.status)) mustGoOn(forgiving({ ...study, spec: { ...spec, ...more } }), ports);
    const extension = { spec: more, reason: EXTENDED, amendments, at: ports.now() };
    const extended = await ports.store.amendStudy(id, extension);
    if (extended === null) return false;
    const goesOn = FINISHED.has(extended.status) || extended.reason?.code === RESUMED;
    if (goesOn) await resumeStudy(id, ports, launcher);
    return true;
  });
}

/** The study as it will be once it is retried: itself, unless it has FAILED. */
function forgiving(study: Study): Study {
  return study.status === "FAILED" ? { ...study, spec: { ...study.spec, forgiven: forgivenNow(study) } } : study;
}

async function forgive({ id, spec, amendments }: Study, { store, now }: TunerPorts): Promise<boolean> {
  const { forgiven = { ended: 0, failed: 0 } } = spec;
  return (await store.amendStudy(id, { spec: { forgiven }, reason: RETRIED, amendments, at: now() })) !== null;
}

/** A study that waits may go on only to end as it should; one whose time is over, or that has ended, needs more of something. */
function mustGoOn(study: Study, ports: TunerPorts): void {
  const end = stopReason(study, ports.now()) ?? shortOfMoney(study, ports);
  if (end === null || (!FINISHED.has(study.status) && end.status !== "STOPPED")) return;
  throw conflict(study, "a study that has something left to do", `${end.reason.message}: extend it`);
}

function shortOfMoney(study: Study, ports: TunerPorts): StopReason | null {
  // a command beside the process that runs it does not know: the next plan judges
  const { runner } = findRunner(study.spec.runner, ports.runners);
  const worst = runner === null ? null : (meterOf(study.spec, runner)?.reservedUsd ?? null);
  return worst !== null && affordable(study, worst) === 0 ? unaffordable(study, worst) : null;
}

/** Whether no execution may begin until somebody resumes the study. */
export function rests({ status, reason }: Study): boolean {
  return FINISHED.has(status) || (status === "PAUSED" && reason?.code === PAUSED_BY_USER);
}

/** The execution that waits for them is ended with them, where there are any: its end is recovered from, and the next ends the study. */
async function stopRunning(study: Study, ports: TunerPorts, launcher?: Launcher): Promise<void> {
  const running = (await readCandidates(study, ports.store)).filter(({ state }) => state === "RUNNING");
  for (const trial of running) await stopRunningTrial(study.id, trial, STOPPED, ports);
  if (running.length > 0 && study.execution !== null) await launcher?.stop?.(study.execution);
}

function move(
  { id, status, generation }: Study,
  to: StudyStatus,
  reason: Reason | null,
  { store, now }: TunerPorts,
  confirmation: Confirmation | null = null,
): Promise<boolean> {
  return store.moveStudy(id, { from: [status], to, reason, generation, confirmation, at: now() });
}

async function findStudy(id: string, ports: TunerPorts): Promise<Study> {
  const study = await ports.store.getStudy(id);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study, there is none with the id "${id}"`);
  return study;
}

function conflict({ id, status }: Study, expected: string, hint?: string): PegboxError {
  return new PegboxError("CONFLICT", `expected ${expected}; "${id}" is ${status}`, hint === undefined ? {} : { hint });
}
