import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSqliteStore } from "../adapters/sqlite/store.ts";
import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../lib/store/study-store.ts";

/**
 * Opens the local state: a directory with one SQLite file, which git is told to ignore.
 *
 * @throws {PegboxError} `NOT_FOUND` where there is none and none shall be made.
 */
export async function openState(
  directory: string,
  options: { readonly create: boolean; readonly durable?: boolean },
): Promise<StudyStore> {
  if (!existsSync(directory)) {
    if (!options.create) {
      throw new PegboxError("NOT_FOUND", `expected local state in ${directory}, there is none`, {
        hint: "`pegbox run FILE` makes it; --state DIR looks elsewhere",
      });
    }
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, ".gitignore"), "*\n");
  }
  return openSqliteStore({ directory, durable: options.durable ?? false });
}
