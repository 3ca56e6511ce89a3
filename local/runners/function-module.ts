import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Message } from "esbuild";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { packagesByPath, placeOfEachFile } from "./bundle-plugins.ts";

export interface TrialModule {
  /** What a thread imports: the file itself, or its bundle. */
  readonly url: string;
  /** Whether it went through esbuild, and stack traces need its source map. */
  readonly bundled: boolean;
}

const JAVASCRIPT: ReadonlySet<string> = new Set([".mjs", ".js"]);

/**
 * Makes a trial's module importable: JavaScript is taken as it is, TypeScript is bundled with what it imports, save
 * packages, into one file of `temporary`.
 *
 * @throws {PegboxError} `NOT_FOUND` without such a file, `INVALID_INPUT` for another kind of file and for each
 *   error of the TypeScript, with its position.
 */
export async function prepareModule(path: string, temporary: string): Promise<TrialModule> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new PegboxError("NOT_FOUND", `runner.function: there is no file ${path}`, {
      issues: [{ path: "runner.function", expected: "a file", got: path, hint: "relative to the study file" }],
    });
  }
  const extension = extname(path);
  if (JAVASCRIPT.has(extension)) return { url: pathToFileURL(path).href, bundled: false };
  if (extension === ".ts") return { url: pathToFileURL(await bundle(path, temporary)).href, bundled: true };
  throw new PegboxError("INVALID_INPUT", `runner.function: expected a .mjs, .js or .ts file, got ${path}`, {
    issues: [{ path: "runner.function", expected: "a .mjs, .js or .ts file", got: path }],
    hint: "any other language runs as a command",
  });
}

async function bundle(path: string, temporary: string): Promise<string> {
  const outfile = join(temporary, `function-${createHash("sha256").update(path).digest("hex").slice(0, 12)}.mjs`);
  const { build } = await import("esbuild");
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      outfile,
      absWorkingDir: dirname(path),
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: `node${process.versions.node}`,
      sourcemap: "inline",
      logLevel: "silent",
      plugins: [placeOfEachFile, packagesByPath],
    });
    await writeFile(outfile, outputFiles[0]?.text ?? "");
    return outfile;
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (!Array.isArray(errors)) throw error;
    throw new PegboxError("INVALID_INPUT", `runner.function does not compile: ${errors.map(positioned).join("; ")}`, {
      issues: errors.map((message) => ({
        path: "runner.function",
        expected: "a module that compiles",
        got: positioned(message),
      })),
    });
  }
}

/** Where JavaScript that Node refused is wrong, for Node itself does not always say; undefined when esbuild takes it. */
export async function syntaxPosition(path: string): Promise<string | undefined> {
  const { transform } = await import("esbuild");
  try {
    await transform(await readFile(path, "utf8"), { loader: "js", sourcefile: path, logLevel: "silent" });
    return undefined;
  } catch (error) {
    const first = (error as BuildFailure).errors?.[0];
    return first === undefined ? undefined : positioned(first);
  }
}

function positioned({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}
