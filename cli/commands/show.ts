import { Command } from "commander";
import { describeStudy } from "../../lib/tuner/describe.ts";
import { openState } from "../../local/state.ts";
import { findStudy } from "../find-study.ts";
import { examples, jsonOption, stateOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { studyPage } from "../output/study-page.ts";

/** Trials below the winner: with it they fit a terminal of 30 lines. */
const LAST = 15;

export function showCommand(): Command {
  return new Command("show")
    .description("show a study: its state, its best trial, its last trials")
    .argument("[study]", "id or name; the newest study where it is left out")
    .addOption(stateOption())
    .addOption(jsonOption())
    .addHelpText("after", examples("show", "show digits --json"))
    .action(async (wanted: string | undefined, { state, json }: { state: string; json?: boolean }) => {
      const store = await openState(state, { create: false });
      try {
        const study = await findStudy(store, wanted, state);
        const view = await describeStudy(study, store);
        if (json) return printJson(view);
        const last = await store.readTrials(study.id, {
          from: Math.max(1, study.created - LAST + 1),
          to: study.created,
        });
        const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
        process.stdout.write(`${studyPage(view, study, last, width)}\n`);
      } finally {
        await store.close();
      }
    });
}
