import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PegboxError } from "../lib/errors/pegbox-error.ts";

/**
 * Holds a study for this process: a file with its number in `running/` of the state directory. One that a killed
 * process left behind is taken over. The store would fence a second process anyway; this says so before it starts.
 *
 * @returns the release.
 * @throws {PegboxError} `STATE_BUSY` while another living process holds it.
 */
export async function lockStudy(directory: string, id: string): Promise<() => Promise<void>> {
  const folder = join(directory, "running");
  const path = join(folder, id);
  await mkdir(folder, { recursive: true });
  const holder = await readHolder(path);
  if (holder !== null && isAlive(holder)) {
    throw new PegboxError("STATE_BUSY", `study "${id}" is being run by process ${holder}`, {
      hint: `wait for it, or stop it (kill -INT ${holder}); if that is another program, delete ${path}`,
    });
  }
  if (holder !== null) await rm(path, { force: true });
  await writeFile(path, String(process.pid), { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST") throw cause;
    throw new PegboxError("STATE_BUSY", `study "${id}" has just been taken by another process`, { cause });
  });
  return () => rm(path, { force: true });
}

async function readHolder(path: string): Promise<number | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  // an empty file is from a process that was killed while it wrote: nobody holds it
  return text === null ? null : Number.parseInt(text, 10) || 0;
}

/** In a container each process may have the same number: our own in an old file is not us. */
function isAlive(pid: number): boolean {
  if (pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
