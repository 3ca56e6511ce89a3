import { setTimeout as sleep } from "node:timers/promises";
import { processGroups } from "./process-table.ts";

/** Between SIGTERM and SIGKILL (product contract: 5 s): enough to write a checkpoint. */
export const TERM_GRACE_MS = 5_000;

/** Pauses between looks at a group, doubled up to the longest: no event tells of the end of a process not our child. */
const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 160;

/** A killed process is gone in milliseconds; one that is not waits on a device, and nothing can be done about it. */
const KILL_WAIT_MS = 1_000;

/**
 * Ends every process of a group, also those that outlived its leader: SIGTERM, a while of grace, SIGKILL.
 *
 * @param group id of the group, which is the process id of the child that was spawned `detached`.
 */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  if (!signalGroup(group, "SIGTERM")) return;
  if (await isGone(group, graceMs)) return;
  signalGroup(group, "SIGKILL");
  await isGone(group, KILL_WAIT_MS);
}

/** @returns false when no process of the group is left. Signal 0 only asks. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    // Windows has no groups: there the child alone is meant.
    process.kill(process.platform === "win32" ? group : -group, signal);
    return true;
  } catch (error) {
    // EPERM: what is left runs as another user, beyond our reach but alive.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isGone(group: number, withinMs: number): Promise<boolean> {
  for (
    let waited = 0, pause = FIRST_POLL_MS;
    waited < withinMs;
    waited += pause, pause = Math.min(2 * pause, LONGEST_POLL_MS)
  ) {
    if (!(await isAlive(group))) return true;
    await sleep(Math.min(pause, withinMs - waited));
  }
  return !(await isAlive(group));
}

/**
 * Whether a process of the group still runs. Signals also reach the dead whom nobody has waited for, and in a container
 * without an init nobody does: where there is a /proc, it tells them apart.
 */
async function isAlive(group: number): Promise<boolean> {
  if (!signalGroup(group, 0)) return false;
  const groups = await processGroups();
  return groups === null || groups.has(group);
}
