import { PegboxError } from "../errors/pegbox-error.ts";
import { executionName } from "../study/ids.ts";
import type { Study } from "../study/records.ts";
import type { Reason } from "../study/states.ts";
import { endedCount } from "../study/stopping.ts";
import type { BeginAnswer, BeginEvent, Recovery } from "../workflow/messages.ts";
import { admit } from "./begin.ts";
import { finalize } from "./finalize.ts";
import type { Launcher, TunerPorts } from "./ports.ts";
import { sweepEpoch } from "./slots/sweep-epoch.ts";

/** An execution that ended before it had brought its study to an end or to rest. */
export interface CutOff extends BeginEvent {
  /** As the service says it: ABORTED, TIMED_OUT or FAILED. */
  readonly status: string;
  /** Of one that FAILED. */
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/**
 * Executions in a row that may be cut off with the study no further: what passes (a function that is being replaced, somebody's
 * click) does not come five times while no trial ends; what comes again is the study's own, and would for ever.
 */
const MOST_IN_A_ROW = 5;

/**
 * The execution of a study was cut off: the next takes over.
 *
 * 1. The execution asks to own the study, as its Begin did or was to: so its generation, whose name no other execution can
 *    have, is used up in the store too. One that ended as it should, or was superseded, is not admitted, and nothing is done.
 * 2. Of one that FAILED, a trial that ran may be the cause: a result that is too large for the service ends the execution, and no
 *    state catches that. So each was lost, which is counted, and a trial is given up that was lost too often.
 * 3. Where executions before it were cut off too, and the study is no further, they are counted; too many in a row fail
 *    the study, with what cut off the last.
 * 4. Otherwise the next generation is started, by its name and so once, and told how many there were.
 *
 * Running it twice does no harm, nor late: what took over meanwhile owns the study.
 *
 * @returns whether an execution takes over.
 */
export async function recover(cutOff: CutOff, ports: TunerPorts, launcher: Launcher): Promise<boolean> {
  const { admitted, studyId, generation } = await ownership(cutOff, ports);
  const found = admitted ? await ports.store.getStudy(studyId) : null;
  if (found === null) return false;
  if (cutOff.status === "FAILED") await sweepEpoch(found, ports);
  const study = (await ports.store.getStudy(studyId)) ?? found;
  const recovery = counted(cutOff, study);
  const reason = reasonOf(cutOff);
  if (recovery.times > MOST_IN_A_ROW) {
    const message = `its execution was cut off ${recovery.times} times while no trial ended; the last time it ${reason.message}`;
    await finalize({ studyId, generation, status: "FAILED", reason: { code: "CUT_OFF", message } }, ports);
    return false;
  }
  const next = { studyId, generation: generation + 1 };
  await launcher.start(executionName(studyId, next.generation), { ...next, recovery });
  ports.observe({ type: "studyRecovered", study: studyId, generation: next.generation, reason });
  return true;
}

async function ownership(cutOff: CutOff, ports: TunerPorts): Promise<BeginAnswer> {
  try {
    return await admit(cutOff, ports);
  } catch (error) {
    const gone = error instanceof PegboxError && error.code === "NOT_FOUND";
    if (gone) return { admitted: false, studyId: "", generation: 0 };
    throw error;
  }
}

/** The count lies in the inputs of the executions: nothing else has to remember it. */
function counted({ input }: CutOff, { counts }: Study): Recovery {
  // a trial that stands on a rung has come further too
  const progress = endedCount(counts) + counts.cancelled + counts.paused;
  const before = "recovery" in input ? input.recovery : undefined;
  return { times: before?.progress === progress ? before.times + 1 : 1, progress };
}

function reasonOf({ status, error, cause }: CutOff): Reason {
  const why = [error, cause].filter((text) => text !== undefined && text !== "").join(": ");
  return { code: "CUT_OFF", message: `ended ${status}${why === "" ? "" : `: ${why}`}` };
}
