import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { commandName } from "../command-name.ts";
import { STUDY_TEMPLATE, TRIAL_TEMPLATE } from "../output/templates.ts";

/** Writes a study and a trial that run as they are; nothing that exists is overwritten. */
export function initCommand(): Command {
  return new Command("init")
    .description("write a study file and a trial to start from")
    .argument("[file]", "study file to write", "study.yaml")
    .action(async (file: string) => {
      await writeNew(file, STUDY_TEMPLATE);
      await writeNew(file.replace(/[^/\\]*$/, "trial.mjs"), TRIAL_TEMPLATE);
      process.stdout.write(`wrote ${file} and trial.mjs beside it\n\nrun it      ${commandName()} run ${file}\n`);
    });
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const message = code === "EEXIST" ? `${path} exists already` : `${path} cannot be written: ${code}`;
    throw new PegboxError("INVALID_INPUT", message, { cause, hint: "name another file: pegbox init FILE" });
  }
}
