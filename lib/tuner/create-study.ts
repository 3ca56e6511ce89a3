import { PegboxError } from "../errors/pegbox-error.ts";
import { climbs } from "../fidelity/rules.ts";
import { executionName } from "../study/ids.ts";
import type { Study } from "../study/records.ts";
import type { StudySpec } from "../study/spec.ts";
import { begin } from "./begin.ts";
import { resolveRunner } from "./find-runner.ts";
import { mustKeepCap } from "./money/meter.ts";
import type { Launcher, TunerPorts } from "./ports.ts";

/**
 * Creates a study; does not start it. The runner is resolved first, so that a study that could never run, or whose
 * `budget.usd` could not be kept, is refused with nothing stored.
 *
 * @throws {PegboxError} `RUNNER_MISSING`, `NOT_FOUND` (no such runner), `INVALID_STUDY` (a budget that cannot be kept, a rule
 *   that stops trials where nobody hears them),
 *   `IDEMPOTENCY_CONFLICT`.
 */
export async function createStudy(
  id: string,
  spec: StudySpec,
  ports: TunerPorts,
  key?: { readonly value: string; readonly hash: string },
): Promise<{ readonly study: Study; readonly created: boolean }> {
  mustBeHeard(spec, ports);
  mustKeepCap(spec, resolveRunner(spec.runner, ports.runners));
  return ports.store.createStudy(id, spec, ports.now(), key);
}

/** What stops trials as they run needs to hear of them: of functions and external workers it does without `report.url`. */
function mustBeHeard({ fidelity, runner }: StudySpec, { reports }: TunerPorts): void {
  const heard = reports !== undefined || runner.function !== undefined || runner.external === true;
  if (heard || fidelity === undefined || climbs(fidelity)) return;
  const expected = "asha or hyperband, for here nobody hears what trials measure as they run";
  const issues = [{ path: "fidelity.rule", expected, got: fidelity.rule }];
  throw new PegboxError("INVALID_STUDY", `fidelity.rule: expected ${expected}`, { issues });
}

/**
 * Starts the next generation of a study: its first, or the one that takes over where the last was cut off. One for external
 * workers has no execution: it begins here.
 *
 * @returns the execution's ARN on AWS, null on a laptop.
 */
export async function startStudy(study: Study, launcher: Launcher, ports: TunerPorts): Promise<string | null> {
  const input = { studyId: study.id, generation: study.generation + 1 };
  const name = executionName(study.id, input.generation);
  if (!study.spec.runner.external) return launcher.start(name, input);
  await begin({ input, execution: name }, ports);
  return null;
}
