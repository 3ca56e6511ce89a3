import { existsSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSqliteStore } from "../adapters/sqlite/store.ts";
import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../lib/store/study-store.ts";

/** The file that holds the studies. */
const DATABASE = "pegbox.db";

/**
 * Opens the local state: a directory with one SQLite file, which git is told to ignore.
 *
 * @throws {PegboxError} `NOT_FOUND` where there is none and none shall be made; `INVALID_INPUT` where the directory is
 *   not one, cannot be written, or holds another file under that name.
 */
export async function openState(
  directory: string,
  options: { readonly create: boolean; readonly durable?: boolean },
): Promise<StudyStore> {
  if (!options.create && !hasState(directory)) {
    throw new PegboxError("NOT_FOUND", `expected studies in ${directory}, there are none`, {
      hint: "`pegbox run FILE` makes one; --state DIR looks elsewhere",
    });
  }
  try {
    await makeDirectory(directory);
    return openSqliteStore({ directory, durable: options.durable ?? false });
  } catch (error) {
    throw error instanceof PegboxError ? error : unusable(directory, error as NodeJS.ErrnoException);
  }
}

/** Where trials leave their checkpoints: `STUDY/TRIAL`, or `STUDY/TRIAL/FIDELITY`, a directory each. */
export function checkpointDirectory(directory: string): string {
  return join(directory, "checkpoints");
}

/** Whether anything was ever stored there. */
export function hasState(directory: string): boolean {
  return existsSync(join(directory, DATABASE));
}

async function makeDirectory(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, ".gitignore"), "*\n");
}

function unusable(directory: string, cause: NodeJS.ErrnoException): PegboxError {
  const hint = "take another directory: --state DIR";
  if (existsSync(directory) && !statSync(directory).isDirectory()) {
    const message = `expected a directory for the local state at ${directory}, it is a file`;
    return new PegboxError("INVALID_INPUT", message, { cause, hint });
  }
  if (cause.code === "SQLITE_NOTADB") {
    const message = `expected a SQLite file at ${join(directory, DATABASE)}, it is something else`;
    return new PegboxError("INVALID_INPUT", message, { cause, hint });
  }
  const why = /^E[A-Z]+$/.test(cause.code ?? "") ? ` (${cause.code})` : "";
  const message = `expected a directory that can be written for the local state at ${directory}${why}`;
  return new PegboxError("INVALID_INPUT", message, { cause, hint });
}
