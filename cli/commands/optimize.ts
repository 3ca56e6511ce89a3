import { Command } from "commander";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { parseResultJson } from "../../lib/study/python-json.ts";
import { type AskTellAnswer, AskTellSession } from "../../lib/tuner/ask-tell/session.ts";
import { byteLines } from "../lines.ts";
import { write } from "../output/write.ts";

const EXAMPLE = `
Example:
  $ pegbox optimize
  {"type":"study","space":[{"name":"x","type":"float","low":0,"high":1}],"objectives":[{"name":"y","goal":"minimize"}]}
  {"ok":true}
  {"type":"ask","n":1}
  {"suggestions":[{"id":"0","params":{"x":0.5}}]}
  {"type":"tell","results":[{"id":"0","metrics":{"y":1.25}}]}
  {"ok":true}`;

export function optimizeCommand(): Command {
  return new Command("optimize")
    .description("ask and tell over JSON lines: stdin to stdout, for any language")
    .addHelpText("after", EXAMPLE)
    .action(async () => {
      if (process.stdin.isTTY) process.stderr.write("Waiting for lines of JSON; `--help` shows some, Ctrl-D ends.\n");
      await answerLines(process.stdin);
    });
}

/** One answer a line, until the end of input, a line that says close, or a reader that has gone. */
async function answerLines(input: AsyncIterable<Uint8Array>): Promise<void> {
  const session = new AskTellSession();
  for await (const line of byteLines(input)) {
    const value = read(line);
    if (value === undefined) continue;
    if (isClose(value)) return;
    const answer = value instanceof PegboxError ? refusal(value) : answerTo(value, session);
    if (!(await write(`${JSON.stringify(answer)}\n`))) return;
  }
}

/** Undefined for a line of blanks; the error of one that is not JSON. */
function read(line: Buffer): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(line);
    return text.trim() === "" ? undefined : parseResultJson(text);
  } catch (cause) {
    return new PegboxError("INVALID_INPUT", `expected a line of JSON: ${(cause as Error).message}`, { cause });
  }
}

function isClose(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && value.type === "close";
}

/** A defect ends neither the process nor the studies that it holds in memory. */
function answerTo(value: unknown, session: AskTellSession): AskTellAnswer {
  try {
    return session.answer(value);
  } catch (cause) {
    if (process.env["PEGBOX_DEBUG"]) process.stderr.write(`${(cause as Error).stack}\n`);
    return refusal(new PegboxError("INTERNAL", String(cause), { cause }));
  }
}

function refusal({ code, message }: PegboxError): AskTellAnswer {
  return { error: { code, message, path: "" } };
}
