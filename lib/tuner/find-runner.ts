import { PegboxError } from "../errors/pegbox-error.ts";
import type { RunnerSpec } from "../study/spec.ts";
import type { Reason } from "../study/states.ts";
import type { RunnerRegistry, RunnerTarget } from "./ports.ts";

/** The runner of a study that exists, or why it is there no more: somebody has taken it out of the registry since. */
type Found =
  | { readonly runner: RunnerTarget; readonly missing: null }
  | { readonly runner: null; readonly missing: Reason };

/** What is known of workers that are not ours: nothing limits or prices them but the study itself. */
const WORKERS: RunnerTarget = { kind: "lambda", target: "", timeoutSeconds: null, graceSeconds: 0 };

/** @throws {PegboxError} `RUNNER_MISSING`, `NOT_FOUND`, where a study that is new names none that there is. */
export function resolveRunner(spec: RunnerSpec, runners: RunnerRegistry): RunnerTarget {
  return spec.external ? WORKERS : runners.resolve(spec);
}

export function findRunner(spec: RunnerSpec, runners: RunnerRegistry): Found {
  try {
    return { runner: resolveRunner(spec, runners), missing: null };
  } catch (error) {
    if (!(error instanceof PegboxError) || !MISSING.has(error.code)) throw error;
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    const message = `${error.message}${hint}; with its runner back, resume continues the study`;
    return { runner: null, missing: { code: "RUNNER_MISSING", message } };
  }
}

const MISSING: ReadonlySet<string> = new Set(["RUNNER_MISSING", "NOT_FOUND"]);

/** The one of this id that is bigger than a runner; itself for none. */
export function runnerNamed(runner: RunnerTarget, id: string | undefined): RunnerTarget {
  const { bigger } = runner;
  if (id === undefined || bigger === undefined) return runner;
  return bigger.id === id ? bigger.runner : runnerNamed(bigger.runner, id);
}
