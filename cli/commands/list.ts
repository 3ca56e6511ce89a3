import { Command } from "commander";
import type { StudyView } from "../../lib/study/views.ts";
import { describeStudy } from "../../lib/tuner/describe.ts";
import { everyStudy } from "../../lib/tuner/every-study.ts";
import { hasState, openState } from "../../local/state.ts";
import { commandName } from "../command-name.ts";
import { examples, jsonOption, stateOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { studiesTable } from "../output/studies-table.ts";

export function listCommand(): Command {
  return new Command("list")
    .description("list the studies of this directory, newest first")
    .addOption(stateOption())
    .addOption(jsonOption())
    .addHelpText("after", examples("list", "list --json"))
    .action(async ({ state, json }: { state: string; json?: boolean }) => {
      const views = hasState(state) ? await readAll(state) : [];
      if (json) printJson({ studies: views, next: null });
      else if (views.length > 0) process.stdout.write(`${studiesTable(views)}\n`);
      else process.stdout.write(`no studies in ${state} yet: ${commandName()} run FILE makes one\n`);
    });
}

async function readAll(state: string): Promise<StudyView[]> {
  const store = await openState(state, { create: false });
  try {
    const views: StudyView[] = [];
    for await (const study of everyStudy(store)) views.push(await describeStudy(study, store));
    return views;
  } finally {
    await store.close();
  }
}
