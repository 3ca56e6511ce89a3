import { Command, Option } from "commander";
import type { Trial } from "../../lib/study/records.ts";
import { trialView } from "../../lib/study/views.ts";
import { openState } from "../../local/state.ts";
import { findStudy } from "../find-study.ts";
import { stateOption } from "../options.ts";
import { csvHeader, csvRow } from "../output/csv.ts";

/** Trials read at a time: enough to be quick, few enough to stay small in memory. */
const PAGE = 1000;

export function exportCommand(): Command {
  return new Command("export")
    .description("print every trial of a study, in order of number")
    .argument("[study]", "id or name; the newest study where it is left out")
    .addOption(new Option("--format <format>", "csv or jsonl").choices(["csv", "jsonl"]).default("csv"))
    .addOption(stateOption())
    .action(async (wanted: string | undefined, { state, format }: { state: string; format: "csv" | "jsonl" }) => {
      const store = await openState(state, { create: false });
      try {
        const study = await findStudy(store, wanted);
        const line =
          format === "csv"
            ? (trial: Trial) => csvRow(trial, study.spec)
            : (trial: Trial) => JSON.stringify(trialView(trial));
        if (format === "csv") process.stdout.write(`${csvHeader(study.spec)}\n`);
        for (let from = 1; from <= study.created; from += PAGE) {
          for (const trial of await store.readTrials(study.id, { from, to: from + PAGE - 1 })) {
            process.stdout.write(`${line(trial)}\n`);
          }
        }
      } finally {
        await store.close();
      }
    });
}
