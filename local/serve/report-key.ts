import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hmacSeal, KEY_BYTES } from "../../adapters/seal.ts";
import type { Seal } from "../../lib/tuner/ports.ts";

/** Seals what trials report with by a key of the state directory, which is made where there is none. */
export async function openSeal(stateDirectory: string): Promise<Seal> {
  return hmacSeal(await keyAt(join(stateDirectory, "report.key")));
}

/** Of this user alone. */
async function keyAt(path: string): Promise<Uint8Array> {
  const made = randomBytes(KEY_BYTES);
  try {
    await writeFile(path, made, { flag: "wx", mode: 0o600 });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFile(path);
  }
}
