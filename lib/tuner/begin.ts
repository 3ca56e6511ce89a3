import { PegboxError } from "../errors/pegbox-error.ts";
import { sweepStudyId } from "../study/ids.ts";
import type { BeginAnswer, BeginEvent, WorkflowInput } from "../workflow/messages.ts";
import type { TunerPorts } from "./ports.ts";

/**
 * An execution of the workflow asks to own a study.
 *
 * 1. A sweep that is due makes its study first; the same due time makes the same study, however often it fires.
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
  const { studyId, generation } = await resolveInput(input, ports);
  const admitted = await ports.store.beginGeneration(studyId, { generation, execution, at: ports.now() });
  return { admitted, studyId, generation };
}

async function resolveInput(
  input: WorkflowInput,
  ports: TunerPorts,
): Promise<{ readonly studyId: string; readonly generation: number }> {
  if ("studyId" in input) return input;
  const sweep = await ports.store.getSweep(input.sweep);
  if (sweep === null) throw new PegboxError("NOT_FOUND", `expected a sweep named "${input.sweep}", there is none`);
  const studyId = sweepStudyId(sweep.name, input.scheduledAt);
  await ports.store.createStudy(studyId, sweep.spec, ports.now());
  return { studyId, generation: 1 };
}
