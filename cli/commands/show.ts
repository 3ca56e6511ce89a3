import { Command } from "commander";
import { describeStudy } from "../../lib/tuner/describe.ts";
import { openState } from "../../local/state.ts";
import { findStudy } from "../find-study.ts";
import { jsonOption, stateOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { studyPage } from "../output/study-page.ts";

export function showCommand(): Command {
  return new Command("show")
    .description("show a study: its state, its best trial, its last trials")
    .argument("[study]", "id or name; the newest study where it is left out")
    .addOption(stateOption())
    .addOption(jsonOption())
    .action(async (wanted: string | undefined, { state, json }: { state: string; json: boolean }) => {
      const store = await openState(state, { create: false });
      try {
        const study = await findStudy(store, wanted);
        const view = await describeStudy(study, store);
        if (json) return printJson(view);
        const from = Math.max(1, study.created - 14);
        process.stdout.write(
          `${studyPage(view, study, await store.readTrials(study.id, { from, to: study.created }))}\n`,
        );
      } finally {
        await store.close();
      }
    });
}
