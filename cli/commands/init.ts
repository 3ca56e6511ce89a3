import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Command } from "commander";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { commandName } from "../command-name.ts";
import { examples, jsonOption } from "../options.ts";
import { colors } from "../output/colors.ts";
import { printJson } from "../output/json.ts";
import { STUDY_TEMPLATE, TRIAL_TEMPLATE } from "../output/templates.ts";
import { shellWord } from "../shell-word.ts";

interface InitFlags {
  readonly aws?: boolean;
  readonly json?: boolean;
}

/** A file to write, and what a person is told of it. */
interface NewFile {
  /** What it is in `--json`. */
  readonly key: string;
  readonly path: string;
  readonly text: string;
  readonly about: string;
}

export function initCommand(): Command {
  return new Command("init")
    .description("write a study file and a trial to start from")
    .argument("[file]", "study file to write; what it needs goes beside it", "study.yaml")
    .option("--aws", "with a CDK app that deploys Pegbox and the trial as a Lambda function")
    .addOption(jsonOption())
    .addHelpText("after", examples("init", "init experiments/study.yaml", "init --aws"))
    .action(async (file: string, { aws = false, json = false }: InitFlags) => {
      const files = aws ? await filesForAws(file) : filesForHere(file);
      await writeNew(files);
      if (json) return printJson(Object.fromEntries(files.map(({ key, path }) => [key, path])));
      const width = Math.max(...files.map(({ path }) => path.length));
      const next = aws ? nextOnAws(file) : [["run it", `${commandName()} run ${shellWord(file)}`] as const];
      const whats = Math.max(...next.map(([what]) => what.length));
      process.stdout.write(
        [
          ...files.map(({ path, about }) => `${path.padEnd(width)}  ${about}`),
          "",
          ...next.map(([what, command]) => `${colors.dim(what.padEnd(whats))}  ${command}`),
          "",
        ].join("\n"),
      );
    });
}

const ABOUT_STUDY = "what is tuned, by which metric, for how many trials";

function filesForHere(study: string): NewFile[] {
  const trial = join(dirname(study), "trial.mjs");
  return [
    { key: "study", path: study, text: STUDY_TEMPLATE, about: ABOUT_STUDY },
    { key: "trial", path: trial, text: TRIAL_TEMPLATE, about: "what a trial does: put your training there" },
  ];
}

async function filesForAws(study: string): Promise<NewFile[]> {
  const templates = await import("../output/aws-templates.ts");
  const beside = (name: string): string => join(dirname(study), name);
  return [
    { key: "study", path: study, text: templates.AWS_STUDY_TEMPLATE, about: ABOUT_STUDY },
    {
      key: "trial",
      path: beside("train/train.py"),
      text: templates.HANDLER_TEMPLATE,
      about: "what a trial does: put your training there, and what it needs beside it",
    },
    { key: "app", path: beside("infra.mjs"), text: templates.APP_TEMPLATE, about: "what is deployed" },
    { key: "cdk", path: beside("cdk.json"), text: templates.CDK_TEMPLATE, about: "how CDK finds it" },
    { key: "package", path: beside("package.json"), text: templates.PACKAGE_TEMPLATE, about: "what it is built with" },
  ];
}

function nextOnAws(study: string): (readonly [what: string, command: string])[] {
  const folder = dirname(study);
  const enter = folder === "." ? "" : `cd ${shellWord(folder)} && `;
  const file = shellWord(basename(study));
  return [
    ["install", `${enter}npm install`],
    ["try it here", `npx pegbox run ${file}`],
    ["deploy it", "npx cdk bootstrap && npx cdk deploy"],
    ["run it there", `npx pegbox start ${file} --watch`],
  ];
}

/** All or none: nothing that exists is overwritten. */
async function writeNew(files: readonly NewFile[]): Promise<void> {
  const there = files.map(({ path }) => path).filter((path) => existsSync(path));
  if (there.length > 0) {
    const what = there.length === 1 ? "there is one" : "they exist";
    throw new PegboxError("INVALID_INPUT", `expected no file at ${there.join(", ")}, ${what}`, {
      hint: "nothing is overwritten; write into another folder: pegbox init FOLDER/study.yaml",
    });
  }
  const [study] = files;
  const folder = dirname(study?.path ?? "");
  for (const { path, text } of files) {
    try {
      // a folder of ours beside the study; that of the study itself is the person's
      if (dirname(path) !== folder && !existsSync(dirname(path))) await mkdir(dirname(path));
      await writeFile(path, text, { flag: "wx" });
    } catch (cause) {
      notWritten(path, cause as NodeJS.ErrnoException);
    }
  }
}

function notWritten(path: string, cause: NodeJS.ErrnoException): never {
  const why = cause.code === "ENOENT" ? "there is no such folder" : (cause.code ?? cause.message);
  throw new PegboxError("INVALID_INPUT", `expected a folder that can be written for ${path}: ${why}`, { cause });
}
