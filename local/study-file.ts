import { createReadStream } from "node:fs";
import { dirname, resolve } from "node:path";
import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudySpec } from "../lib/study/spec.ts";
import { parseStudy } from "../lib/study/study-file.ts";
import { readDocument, unreadable } from "./study-document.ts";

export interface StudyFile {
  readonly path: string;
  /** The folder that relative paths of the file mean. */
  readonly directory: string;
  readonly spec: StudySpec;
  /** What it says itself, no default filled in. */
  readonly document: unknown;
}

/** A study file of a person: small by nature; the limit is the API's own. */
const FILE_LIMIT_BYTES = 262_144;

/**
 * Reads a study file, YAML or JSON.
 *
 * @throws {PegboxError} `NOT_FOUND` when it cannot be read, `INVALID_STUDY` with every problem of it.
 */
export async function readStudyFile(path: string): Promise<StudyFile> {
  const bytes = await readBytes(path);
  try {
    const document = readDocument(textOf(bytes), path);
    const spec = parseStudy(document, { runner: "file" });
    return { path: resolve(path), directory: dirname(resolve(path)), spec, document };
  } catch (error) {
    throw error instanceof PegboxError ? named(error, path) : error;
  }
}

/** At most one byte more than a study file may have: a file without end is not read to its end. */
async function readBytes(path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of createReadStream(path, { end: FILE_LIMIT_BYTES })) pieces.push(piece as Buffer);
  } catch (cause) {
    throw notRead(path, cause as NodeJS.ErrnoException);
  }
  return Buffer.concat(pieces);
}

function notRead(path: string, cause: NodeJS.ErrnoException): PegboxError {
  const missing = cause.code === "ENOENT" || cause.code === "ENOTDIR";
  const got = missing
    ? "there is none"
    : cause.code === "EISDIR"
      ? "it is a directory"
      : cause.code === "EACCES"
        ? "it may not be read (EACCES)"
        : cause.message;
  return new PegboxError("NOT_FOUND", `expected a study file at ${path}: ${got}`, {
    cause,
    ...(missing ? { hint: "`pegbox init` writes a study file to start from" } : {}),
  });
}

function textOf(bytes: Buffer): string {
  if (bytes.length > FILE_LIMIT_BYTES) {
    throw unreadable({ path: "", expected: "a study file of at most 256 KiB", got: "a larger one" });
  }
  const expected = "text in UTF-8";
  if (bytes.includes(0)) throw unreadable({ path: "", expected, got: "bytes that no text has" });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable({ path: "", expected, got: "text in another encoding", hint: "save the file as UTF-8" });
  }
}

/** The same, saying which file. */
function named({ code, message, hint, issues, details, cause }: PegboxError, path: string): PegboxError {
  const more = hint === undefined ? { issues, details, cause } : { issues, details, cause, hint };
  return new PegboxError(code, `${path}: ${message}`, more);
}
