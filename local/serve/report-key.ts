import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Seal } from "../../lib/tuner/ports.ts";

/** As many as SHA-256 puts out: a longer key is no stronger. */
const KEY_BYTES = 32;

/** Seals what trials report with by a key of the state directory, which is made where there is none: HMAC-SHA256. */
export async function openSeal(stateDirectory: string): Promise<Seal> {
  const key = await keyAt(join(stateDirectory, "report.key"));
  const digest = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return {
    sign: (text) => digest(text).toString("base64url"),
    matches(text, signature) {
      const given = Buffer.from(signature, "base64url");
      const right = digest(text);
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}

/** Of this user alone. */
async function keyAt(path: string): Promise<Buffer> {
  const made = randomBytes(KEY_BYTES);
  try {
    await writeFile(path, made, { flag: "wx", mode: 0o600 });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFile(path);
  }
}
