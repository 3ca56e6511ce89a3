import { executionName } from "../study/ids.ts";
import type { Study } from "../study/records.ts";
import type { StudySpec } from "../study/spec.ts";
import { mustKeepCap } from "./meter.ts";
import type { Launcher, TunerPorts } from "./ports.ts";

/**
 * Creates a study; does not start it. The runner is resolved first, so that a study that could never run, or whose
 * `budget.usd` could not be kept, is refused with nothing stored.
 *
 * @throws {PegboxError} `RUNNER_MISSING`, `NOT_FOUND` (no such runner), `INVALID_STUDY` (a budget that cannot be kept),
 *   `IDEMPOTENCY_CONFLICT`.
 */
export async function createStudy(
  id: string,
  spec: StudySpec,
  ports: TunerPorts,
  key?: { readonly value: string; readonly hash: string },
): Promise<{ readonly study: Study; readonly created: boolean }> {
  mustKeepCap(spec, ports.runners.resolve(spec.runner));
  return ports.store.createStudy(id, spec, ports.now(), key);
}

/**
 * Starts the next generation of a study: its first, or the one that takes over where the last was cut off.
 *
 * @returns the execution's ARN on AWS, null on a laptop.
 */
export function startStudy(study: Study, launcher: Launcher): Promise<string | null> {
  const generation = study.generation + 1;
  return launcher.start(executionName(study.id, generation), { studyId: study.id, generation });
}
