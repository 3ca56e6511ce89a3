import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CheckpointPlace, checkpointPath } from "../lib/study/checkpoint.ts";
import type { TrialRequest } from "../lib/study/trial-contract.ts";

/** Directories in which trials leave their checkpoints. */
export interface Checkpoints {
  readonly place: CheckpointPlace;
  /** Whether a directory holds anything; one that does not exist holds nothing. */
  readonly holds: (directory: string) => Promise<boolean>;
  /** Runs an attempt, which finds its directory; one in which it has saved nothing is not left behind. */
  within<T>(request: TrialRequest, run: () => Promise<T>): Promise<T>;
  /** Leaves no study a directory without a checkpoint. */
  close(): Promise<void>;
}

/**
 * Most trials save nothing, and a study may have thousands that take a millisecond each: an empty directory is handed from one to
 * the next under another name, for to rename one takes a tenth of the time that it takes to make and remove it. The calls are
 * synchronous, because the way through the thread pool would take longer than they do.
 *
 * @param root where checkpoints lie
 * @param temporary a folder of ours, best on the same disk, removed by whoever made it: for directories that nobody needs now
 */
export function checkpointDirectories(root: string, temporary: string): Checkpoints {
  const spare: string[] = [];
  const studies = new Set<string>();
  let made = 0;

  function make(directory: string): void {
    if (existsSync(directory)) return;
    const other = spare.pop();
    if (other === undefined) {
      mkdirSync(directory, { recursive: true });
    } else if (!succeeds(() => renameSync(other, directory))) {
      mkdirSync(dirname(directory), { recursive: true });
      renameSync(other, directory);
    }
  }

  /** What cannot be put away, for somebody has linked checkpoints to another disk, is removed; what cannot be removed stays. */
  function putAway(directory: string): void {
    const name = join(temporary, `empty-${++made}`);
    succeeds(() => {
      if (readdirSync(directory).length > 0) return;
      if (succeeds(() => renameSync(directory, name))) spare.push(name);
      else rmdirSync(directory);
    });
  }

  return {
    place: (...of) => join(root, checkpointPath(...of)),
    holds: holdsAnything,
    async within({ study, checkpoint }, run) {
      if (checkpoint === undefined) return run();
      const { to } = checkpoint;
      studies.add(study);
      make(to);
      try {
        return await run();
      } finally {
        putAway(to);
        // of a rung, that of its trial
        if (dirname(to) !== join(root, study)) succeeds(() => rmdirSync(dirname(to)));
      }
    },
    close: async () => {
      for (const study of studies) succeeds(() => rmdirSync(join(root, study)));
    },
  };
}

async function holdsAnything(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function succeeds(call: () => void): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}
