import { Command } from "commander";
import { endedCount } from "../../lib/study/stopping.ts";
import { runStudy } from "../../local/run-study.ts";
import { readStudyFile } from "../../local/study-file.ts";
import { commandName } from "../command-name.ts";
import { exitCodeOfStudy } from "../exit-codes.ts";
import { onInterrupt } from "../interrupt.ts";
import { examples, jsonOption, STATE_DIRECTORY, stateOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { reporterFor } from "../output/reporter.ts";
import { studySummary } from "../output/summary.ts";
import { shellWord } from "../shell-word.ts";

interface RunFlags {
  readonly resume?: boolean;
  readonly durable?: boolean;
  readonly state: string;
  readonly json?: boolean;
}

export function runCommand(): Command {
  return new Command("run")
    .description("run a study on this machine")
    .argument("<file>", "study file, YAML or JSON")
    .option("--resume", "continue the newest unfinished study of this file's name")
    .option("--durable", "survive a power cut too, at the price of slower writes")
    .addOption(stateOption())
    .addOption(jsonOption())
    .addHelpText("after", examples("run study.yaml", "run study.yaml --resume"))
    .action(run);
}

async function run(path: string, { state, resume = false, durable = false, json = false }: RunFlags): Promise<void> {
  const file = await readStudyFile(path);
  const reporter = await reporterFor(file.spec, { json });
  let forget = (): void => {};
  try {
    const view = await runStudy({
      file,
      stateDirectory: state,
      resume,
      durable,
      environment: process.env,
      observe: reporter.event,
      onOpen(opened, interrupt) {
        const replicates = endedCount(opened.study.replicates);
        reporter.open({ ...opened, how: opened.resumed ? "resumed" : "started", replicates });
        forget = onInterrupt(interrupt, reporter.pausing);
      },
    });
    reporter.close();
    process.exitCode = exitCodeOfStudy(view.status);
    if (json) return printJson(view);
    const options = state === STATE_DIRECTORY ? "" : ` --state ${shellWord(state)}`;
    const goOn = `${commandName()} run ${shellWord(path)} --resume${options}`;
    process.stdout.write(`${studySummary(view, file.spec.trials, { goOn, options })}\n`);
  } finally {
    reporter.close();
    forget();
  }
}
