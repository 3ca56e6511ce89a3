import { createInterface } from "node:readline";
import { Command } from "commander";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { parseResultJson } from "../../lib/study/python-json.ts";
import { type AskTellAnswer, AskTellSession } from "../../lib/tuner/ask-tell/session.ts";

export function optimizeCommand(): Command {
  return new Command("optimize")
    .description("ask and tell over JSON lines: stdin to stdout, for any language")
    .action(async () => {
      const session = new AskTellSession();
      for await (const line of createInterface({ input: process.stdin })) {
        if (line.trim() === "") continue;
        const answer = answerTo(line, session);
        if (answer === null) break;
        process.stdout.write(`${JSON.stringify(answer)}\n`);
      }
    });
}

/** Null when the line says to close. */
function answerTo(line: string, session: AskTellSession): AskTellAnswer | null {
  let value: unknown;
  try {
    value = parseResultJson(line);
  } catch {
    const { code, message } = new PegboxError("INVALID_INPUT", "expected a line of JSON");
    return { error: { code, message, path: "" } };
  }
  const close = typeof value === "object" && value !== null && "type" in value && value.type === "close";
  return close ? null : session.answer(value);
}
