import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { readStudyFile } from "../../local/study-file.ts";
import { commandName } from "../command-name.ts";
import { examples, jsonOption } from "../options.ts";
import { colors } from "../output/colors.ts";
import { printJson } from "../output/json.ts";
import { countsText, statusText } from "../output/summary.ts";
import { forServers } from "../studies/for-servers.ts";
import { openAnyServer, type ServerFlags, serverOptions } from "../studies/place.ts";
import { watch } from "../watch.ts";

interface StartFlags extends ServerFlags {
  readonly watch?: boolean;
  readonly json?: boolean;
}

export function startCommand(): Command {
  return serverOptions(new Command("start"))
    .description("start a study on AWS, or on a server; of the stack Pegbox where no other is named")
    .argument("<file>", "study file, YAML or JSON")
    .option("--watch", "follow it to its end")
    .addOption(jsonOption())
    .addHelpText("after", examples("start study.yaml", "start study.yaml --watch", "start study.yaml --stack Tuning"))
    .action(start);
}

/**
 * 1. The file is read and checked here, so that a problem is said before anything is asked.
 * 2. The API creates and starts the study; the key of this call makes it one study, however often it is asked.
 */
async function start(path: string, { watch: follow = false, json = false, ...flags }: StartFlags): Promise<void> {
  const file = await readStudyFile(path);
  const body = forServers(file, path);
  const { api, studies } = await openAnyServer(flags);
  const view = await api.create(body, randomUUID());
  if (follow) return watch({ view, spec: await api.spec(view.id) }, studies, { json });
  if (json) return printJson(view);
  const next = (what: string, command: string): string =>
    `${colors.dim(what)}  ${commandName()} ${command} ${view.id}${studies.options}`;
  const lines = [
    `${colors.bold(view.id)} ${statusText(view)}`,
    countsText(view, file.spec.trials),
    "",
    next("watch it", "watch"),
    next("look   ", "show"),
    next("end it ", "stop"),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
