import { mkdirSync, rmdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { TrialRequest } from "../lib/study/trial-contract.ts";

/** Whether a directory holds anything; one that does not exist holds nothing. */
export async function holdsAnything(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/**
 * Runs an attempt that finds the directory for its checkpoint, and leaves none behind in which it saved nothing: most trials
 * save nothing, and a study may have thousands.
 *
 * The calls are synchronous, so that no attempt removes a study's directory while another makes its own in it, and because
 * the way through the thread pool would take longer than they do.
 */
export async function withCheckpoint<T>({ checkpoint }: TrialRequest, run: () => Promise<T>): Promise<T> {
  if (checkpoint === undefined) return run();
  mkdirSync(checkpoint.to, { recursive: true });
  try {
    return await run();
  } finally {
    const trial = dirname(checkpoint.to);
    removeEmpty([checkpoint.to, trial, dirname(trial)]);
  }
}

/** One after the other, up to the first that holds something, or cannot be removed: then it stays, and harms nobody. */
function removeEmpty(directories: readonly string[]): void {
  try {
    for (const directory of directories) rmdirSync(directory);
  } catch {}
}
