import pc from "picocolors";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { formatIssues } from "../../lib/study/format-issues.ts";
import { exitCodeOfError } from "../exit-codes.ts";

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
    const document = { error: { code, message, ...(hint === undefined ? {} : { hint }), issues } };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const lines = [`${pc.red("error")} ${known.message}`];
    if (known.issues.length > 0) lines.push(formatIssues(known.issues));
    if (known.hint !== undefined) lines.push(`${pc.dim("hint")}  ${known.hint}`);
    if (known.code === "INTERNAL") lines.push("This is a defect of Pegbox; PEGBOX_DEBUG=1 shows where.");
    process.stderr.write(`${lines.join("\n")}\n`);
  }
  if (process.env["PEGBOX_DEBUG"]) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return exitCodeOfError(known);
}
