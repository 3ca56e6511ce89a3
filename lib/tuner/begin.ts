import { PegboxError } from "../errors/pegbox-error.ts";
import type { Sweep } from "../store/study-store.ts";
import { sweepStudyId } from "../study/ids.ts";
import { FINISHED } from "../study/states.ts";
import type { BeginAnswer, BeginEvent, WorkflowInput } from "../workflow/messages.ts";
import type { TunerPorts } from "./ports.ts";

/**
 * An execution of the workflow asks to own a study.
 *
 * 1. A sweep that is due makes its study first; the same due time makes the same study, however often it fires. Where it is not to
 *    overlap and the study before has not ended, it makes none, and the execution ends without a trace.
 * 2. The store admits one execution a generation; a late or repeated one is superseded and ends without a trace.
 *
 * A study that was asked to pause, or to stop, before is owned too: the plan that follows does what was asked.
 */
export async function begin(event: BeginEvent, ports: TunerPorts): Promise<BeginAnswer> {
  const answer = await admit(event, ports);
  const { admitted, studyId, generation } = answer;
  if (admitted) ports.observe({ type: "studyStarted", study: studyId, generation });
  return answer;
}

/** Whether the execution owns the study: from now on, or since it asked before. */
export async function admit({ input, execution }: BeginEvent, ports: TunerPorts): Promise<BeginAnswer> {
  const { studyId, generation, skipped } = await resolveInput(input, ports);
  const begin = { generation, execution, at: ports.now() };
  const admitted = !skipped && (await ports.store.beginGeneration(studyId, begin));
  return { admitted, studyId, generation };
}

interface Resolved {
  readonly studyId: string;
  readonly generation: number;
  /** There is no study, for the one before it has not ended. */
  readonly skipped: boolean;
}

async function resolveInput(input: WorkflowInput, ports: TunerPorts): Promise<Resolved> {
  if ("studyId" in input) return { ...input, skipped: false };
  const sweep = await ports.store.getSweep(input.sweep);
  if (sweep === null) throw new PegboxError("NOT_FOUND", `expected a sweep named "${input.sweep}", there is none`);
  const studyId = sweepStudyId(sweep.name, input.scheduledAt);
  const skipped = sweep.overlap === "skip" && !(await follows(sweep, studyId, ports));
  if (!skipped) await ports.store.createStudy(studyId, sweep.spec, ports.now());
  return { studyId, generation: 1, skipped };
}

/** Whether a study of a sweep may be its next: once the one before has ended, and one of several that are due at once. */
async function follows(sweep: Sweep, study: string, { store, observe }: TunerPorts): Promise<boolean> {
  const { name, last } = sweep;
  if (last === study) return true;
  const before = last === undefined ? null : await store.getStudy(last);
  const ended = before === null || FINISHED.has(before.status);
  if (ended && (await store.followSweep(name, { study, last: last ?? null }))) return true;
  // it fired twice, and the other was here first
  if ((await store.getSweep(name))?.last === study) return true;
  observe({ type: "sweepSkipped", study, sweep: name });
  return false;
}
