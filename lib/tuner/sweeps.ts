import { PegboxError } from "../errors/pegbox-error.ts";
import type { Sweep } from "../store/study-store.ts";
import { resolveRunner } from "./find-runner.ts";
import { mustKeepCap } from "./money/meter.ts";
import type { Scheduler, TunerPorts } from "./ports.ts";

/** Part of schedule names and study ids. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/**
 * Creates or replaces a sweep.
 *
 * 1. Its runner is resolved, so that it cannot fire into nothing, or into costs that it cannot cap.
 * 2. The schedule is made, then the study is stored: an expression that is refused changes nothing.
 *
 * @throws {PegboxError} `INVALID_INPUT`, `RUNNER_MISSING`, `INVALID_STUDY`.
 */
export async function putSweep(
  sweep: Omit<Sweep, "updatedAt" | "last">,
  ports: TunerPorts,
  scheduler: Scheduler,
): Promise<Sweep> {
  if (!NAME.test(sweep.name)) {
    const issue = { path: "name", expected: "1 to 40 letters, digits, `-` or `_`", got: sweep.name };
    throw new PegboxError("INVALID_INPUT", "the name of the sweep is not valid", { issues: [issue] });
  }
  mustKeepCap(sweep.spec, resolveRunner(sweep.spec.runner, ports.runners));
  const stored: Sweep = { ...sweep, updatedAt: ports.now() };
  await scheduler.put(sweep);
  await ports.store.putSweep(stored);
  return stored;
}

/**
 * Removes the schedule, then the study that it would start. Studies that it started stay.
 *
 * @throws {PegboxError} `NOT_FOUND`.
 */
export async function deleteSweep(name: string, ports: TunerPorts, scheduler: Scheduler): Promise<void> {
  await scheduler.delete(name);
  if (await ports.store.deleteSweep(name)) return;
  throw new PegboxError("NOT_FOUND", `expected a sweep, there is none named "${name}"`);
}
