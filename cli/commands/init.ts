import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { commandName } from "../command-name.ts";
import { examples, jsonOption } from "../options.ts";
import { colors } from "../output/colors.ts";
import { printJson } from "../output/json.ts";
import { STUDY_TEMPLATE, TRIAL_TEMPLATE } from "../output/templates.ts";
import { shellWord } from "../shell-word.ts";

export function initCommand(): Command {
  return new Command("init")
    .description("write a study file and a trial to start from")
    .argument("[file]", "study file to write; trial.mjs goes beside it", "study.yaml")
    .addOption(jsonOption())
    .addHelpText("after", examples("init", "init experiments/study.yaml"))
    .action(async (file: string, { json }: { json?: boolean }) => {
      const trial = join(dirname(file), "trial.mjs");
      await writeNew([
        [file, STUDY_TEMPLATE],
        [trial, TRIAL_TEMPLATE],
      ]);
      if (json) return printJson({ study: file, trial });
      process.stdout.write(
        [
          `${file.padEnd(trial.length)}  what is tuned, by which metric, for how many trials`,
          `${trial.padEnd(file.length)}  what a trial does: put your training there`,
          "",
          `${colors.dim("run it")}  ${commandName()} run ${shellWord(file)}`,
          "",
        ].join("\n"),
      );
    });
}

/** Both or none: nothing that exists is overwritten. */
async function writeNew(files: readonly (readonly [path: string, text: string])[]): Promise<void> {
  for (const [path] of files) {
    if (!existsSync(path)) continue;
    throw new PegboxError("INVALID_INPUT", `expected no file at ${path}, there is one`, {
      hint: "nothing is overwritten; write into another folder: pegbox init FOLDER/study.yaml",
    });
  }
  for (const [path, text] of files)
    await writeFile(path, text, { flag: "wx" }).catch((cause) => notWritten(path, cause));
}

function notWritten(path: string, cause: NodeJS.ErrnoException): never {
  const why = cause.code === "ENOENT" ? "there is no such folder" : (cause.code ?? cause.message);
  throw new PegboxError("INVALID_INPUT", `expected a folder that can be written for ${path}: ${why}`, { cause });
}
