import { readFile, stat } from "node:fs/promises";
import { constants } from "node:os";
import type { TrialResult } from "../../lib/study/trial-contract.ts";
import type { Exit } from "./child-process.ts";
import { failed, invalidResult, tooLarge, withOutput } from "./outcome.ts";
import { readResultText, TEXT_LIMIT_BYTES } from "./result-text.ts";
import type { Tail } from "./tail.ts";

/** A shell tells that a signal ended its command by this number plus that of the signal (POSIX: "greater than 128"). */
const SHELL_SIGNAL_BASE = 128;

/** A lack that passes: of processes, file descriptors, memory. */
const TRANSIENT: ReadonlySet<string> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"]);

/** What a command that has ended gave: exit 0 is a result, any other a failure with the tail of stderr. */
export async function commandResult(
  exit: Exit,
  output: { readonly stdout: Tail; readonly stderr: Tail },
  resultFile: string,
): Promise<TrialResult> {
  if ("error" in exit) return notStarted(exit.error);
  if (exit.code === 0) return (await fromFile(resultFile)) ?? fromStdout(output.stdout, output.stderr);
  const signal = exit.signal ?? signalNamed(exit.code - SHELL_SIGNAL_BASE);
  const stderr = output.stderr.text();
  // Pegbox itself kills only what is over its time or interrupted, and that is told elsewhere. Another attempt may
  // succeed: the memory that was lacking may have been a neighbour's.
  if (signal === "SIGKILL") {
    const message = withOutput("killed by SIGKILL, as the kernel does when memory runs out", stderr);
    return failed("OUT_OF_MEMORY", message, true);
  }
  if (exit.signal !== null) return failed("SIGNAL", withOutput(`killed by ${exit.signal}`, stderr));
  const hint = signal === undefined ? "" : ` (${signal})`;
  return failed("EXIT", withOutput(`exit ${exit.code}${hint}`, stderr));
}

function notStarted(error: NodeJS.ErrnoException): TrialResult {
  const code = error.code ?? "";
  const why =
    code === "ENOENT" ? "no such program" : code === "EACCES" ? "the program is not executable" : error.message;
  const program = error.path === undefined ? "the command" : JSON.stringify(error.path);
  return failed("SPAWN", `cannot start ${program}: ${why} (${code})`, TRANSIENT.has(code));
}

/** @returns undefined when the trial wrote no file. */
async function fromFile(path: string): Promise<TrialResult | undefined> {
  try {
    const { size } = await stat(path);
    if (size > TEXT_LIMIT_BYTES) return tooLarge(`${size} bytes`);
    // TextDecoder drops a byte order mark, which PowerShell writes.
    return readResultText(new TextDecoder().decode(await readFile(path)), "the file PEGBOX_RESULT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return invalidResult(`the file PEGBOX_RESULT cannot be read: ${(error as Error).message}`);
  }
}

function fromStdout(stdout: Tail, stderr: Tail): TrialResult {
  const lines = stdout.text().split("\n");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  if (last < 0) {
    const message = "exit 0 without a result: neither the file PEGBOX_RESULT nor a line on stdout";
    return invalidResult(withOutput(message, stderr.text()));
  }
  if (last === 0 && stdout.cut) return tooLarge(`more than ${TEXT_LIMIT_BYTES} bytes`);
  return readResultText((lines[last] ?? "").trim(), "the last line of stdout");
}

function signalNamed(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
