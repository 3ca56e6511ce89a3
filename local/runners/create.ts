import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { parseMemorySize } from "../../lib/study/memory-size.ts";
import type { RunnerSpec } from "../../lib/study/spec.ts";
import { CommandRunner } from "./command.ts";
import { functionRunner } from "./function.ts";
import { HttpRunner } from "./http.ts";
import type { LocalRunner } from "./runner.ts";

export interface CreateRunnerOptions {
  /** The folder of the study file: relative paths start here, and commands run here. */
  readonly directory: string;
  /** How many trials run at once. */
  readonly parallel: number;
  /** What trials inherit. */
  readonly environment: NodeJS.ProcessEnv;
  /** A folder of ours for requests, results and bundles; made when absent, never emptied as a whole. */
  readonly temporary: string;
}

/**
 * The runner of a study file for this machine.
 *
 * @throws {PegboxError} `RUNNER_MISSING` when the study names none for this machine; what the runner itself finds wrong.
 */
export async function createRunner(runner: RunnerSpec, options: CreateRunnerOptions): Promise<LocalRunner> {
  const temporary = resolve(options.temporary);
  await mkdir(temporary, { recursive: true });
  const { directory, parallel, environment } = options;
  const bytes = runner.memory === undefined ? null : parseMemorySize(runner.memory);
  const shared = { environment, temporary, ...(bytes === null ? {} : { memoryBytes: bytes }) };
  if (runner.function !== undefined) {
    return functionRunner(resolve(directory, runner.function), { ...shared, parallel });
  }
  if (runner.command !== undefined) return new CommandRunner(runner.command, { ...shared, directory });
  if (runner.http !== undefined) return new HttpRunner(runner.http);
  if (runner.external) {
    throw new PegboxError("RUNNER_MISSING", "the trials of this study are run by external workers, not from here", {
      hint: "`pegbox serve` answers them; `pegbox start FILE --url URL` starts the study there",
    });
  }
  throw new PegboxError("RUNNER_MISSING", "the study has no runner for this machine", {
    hint: 'add to the study file: runner: { command: "python train.py" }, or { function: train.mjs }, or { http: URL }',
  });
}
