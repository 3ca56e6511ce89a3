import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Issue, PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudySpec } from "../lib/study/spec.ts";
import { parseStudy } from "../lib/study/study-file.ts";

export interface StudyFile {
  readonly path: string;
  /** The folder that relative paths of the file mean. */
  readonly directory: string;
  readonly spec: StudySpec;
}

/** A study file of a person: small by nature; the limit is the API's own. */
const FILE_LIMIT_BYTES = 262_144;

/**
 * Reads a study file, YAML or JSON.
 *
 * @throws {PegboxError} `NOT_FOUND` when it cannot be read, `INVALID_STUDY` with every problem of it.
 */
export async function readStudyFile(path: string): Promise<StudyFile> {
  const text = await readText(path);
  const spec = parseStudy(await parseText(text, path), { runner: "file" });
  return { path: resolve(path), directory: dirname(resolve(path)), spec };
}

async function readText(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const hint = why === "ENOENT" ? "`pegbox init` writes a study file to start from" : undefined;
    throw new PegboxError("NOT_FOUND", `expected a study file at ${path}: ${why}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > FILE_LIMIT_BYTES) {
    throw invalid({ path: "", expected: "a study file of at most 256 KiB", got: `${bytes} bytes` });
  }
  return text;
}

async function parseText(text: string, path: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw invalid(
      ...document.errors.map((error) => ({
        path: error.linePos === undefined ? "" : `line ${error.linePos[0].line}`,
        expected: path.endsWith(".json") ? "JSON" : "YAML",
        got: error.message.split("\n")[0] ?? error.code,
      })),
    );
  }
  try {
    return document.toJS();
  } catch (cause) {
    // an alias without its anchor, or one that grows without end
    throw invalid({ path: "", expected: "YAML", got: (cause as Error).message });
  }
}

function invalid(...issues: Issue[]): PegboxError {
  return new PegboxError("INVALID_STUDY", "the study file cannot be read", { issues });
}
