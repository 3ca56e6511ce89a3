import { PegboxError } from "../errors/pegbox-error.ts";
import { sweepStudyId } from "../study/ids.ts";
import type { BeginAnswer, BeginEvent, WorkflowInput } from "../workflow/messages.ts";
import { finalize } from "./finalize.ts";
import type { TunerPorts } from "./ports.ts";

/**
 * An execution of the workflow asks to own a study.
 *
 * 1. A sweep that is due makes its study first; the same due time makes the same study, however often it fires.
 * 2. The store admits one execution a generation; a late or repeated one is superseded and ends without a trace.
 * 3. A study that was asked to pause, or to stop, between two executions does so: the one that would have done it has ended.
 */
export async function begin(event: BeginEvent, ports: TunerPorts): Promise<BeginAnswer> {
  const { studyId, generation } = await resolveInput(event.input, ports);
  const admitted = await ports.store.beginGeneration(studyId, {
    generation,
    execution: event.execution,
    at: ports.now(),
  });
  if (admitted) ports.observe({ type: "studyStarted", study: studyId, generation });
  else await obeyUnowned(studyId, generation - 1, ports);
  return { admitted, studyId, generation };
}

async function obeyUnowned(studyId: string, generation: number, ports: TunerPorts): Promise<void> {
  const study = await ports.store.getStudy(studyId);
  if (study === null || study.generation !== generation) return;
  const { reason } = study;
  if (study.status === "PAUSING") {
    await ports.store.moveStudy(studyId, { from: ["PAUSING"], to: "PAUSED", reason, generation, at: ports.now() });
  } else if (study.status === "STOPPING" && reason !== null) {
    await finalize({ studyId, generation, status: "STOPPED", reason }, ports);
  }
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
