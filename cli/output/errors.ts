import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { formatIssues } from "../../lib/study/format-issues.ts";
import { exitCodeOfError } from "../exit-codes.ts";
import { errorColors as colors } from "./colors.ts";
import { printJson } from "./json.ts";

/**
 * Says what went wrong: a person's mistake as a message with every issue, on stderr; with `json`, one document on
 * stdout. A defect of ours is named as one, with its stack only where PEGBOX_DEBUG is set.
 *
 * @returns the exit code.
 */
export function reportError(error: unknown, { json }: { readonly json: boolean }): number {
  const known = error instanceof PegboxError ? error : new PegboxError("INTERNAL", String(error), { cause: error });
  if (json) {
    const { code, message, hint, issues } = known;
    printJson({ error: { code, message, ...(hint === undefined ? {} : { hint }), issues } });
  } else {
    process.stderr.write(`${errorText(known)}\n`);
  }
  if (process.env["PEGBOX_DEBUG"]) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return exitCodeOfError(known);
}

/** The message, every issue below it, and how to go on. */
export function errorText({ code, message, issues, hint }: PegboxError): string {
  const lines = [`${colors.red("error")} ${message}`];
  if (issues.length > 0) lines.push(formatIssues(issues));
  if (hint !== undefined) lines.push(`${colors.dim("hint")}  ${hint}`);
  if (code === "INTERNAL") lines.push("This is a defect of Pegbox; PEGBOX_DEBUG=1 shows where.");
  return lines.join("\n");
}

/** What commander found wrong with the arguments, as an error of ours; a second line is its "(Did you mean run?)". */
export function usageError(text: string): PegboxError {
  const [message = "", guess] = text.replace(/^error: /, "").split("\n");
  const meant = /^\(Did you mean (.*)\?\)$/.exec(guess ?? "")?.[1];
  const hint =
    meant === undefined ? "`pegbox --help` lists commands, `pegbox COMMAND --help` options" : `did you mean ${meant}?`;
  return new PegboxError("INVALID_INPUT", message, { hint });
}
