import { Command, Option } from "commander";
import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study, Trial } from "../../lib/study/records.ts";
import { trialView } from "../../lib/study/views.ts";
import { openState } from "../../local/state.ts";
import { findStudy } from "../find-study.ts";
import { examples, stateOption } from "../options.ts";
import { csvColumns, csvHeader, csvRow } from "../output/csv.ts";
import { write } from "../output/write.ts";

type Format = "csv" | "jsonl";

/** Trials read at a time: enough to be quick, few enough to stay small in memory. */
const PAGE = 1000;

export function exportCommand(): Command {
  return new Command("export")
    .description("print every trial of a study, in order of number")
    .argument("[study]", "id or name; the newest study where it is left out")
    .addOption(new Option("--format <format>", "csv or jsonl").choices(["csv", "jsonl"]).default("csv"))
    .addOption(stateOption())
    .addHelpText("after", examples("export > trials.csv", "export digits --format jsonl"))
    .action(async (wanted: string | undefined, { state, format }: { state: string; format: Format }) => {
      const store = await openState(state, { create: false });
      try {
        await exportTrials(await findStudy(store, wanted, state), store, format);
      } finally {
        await store.close();
      }
    });
}

async function exportTrials(study: Study, store: StudyStore, format: Format): Promise<void> {
  let line = (trial: Trial): string => JSON.stringify(trialView(trial));
  if (format === "csv") {
    const columns = csvColumns(study.spec, await reported(study, store));
    line = (trial) => csvRow(trial, columns);
    if (!(await write(`${csvHeader(columns)}\n`))) return;
  }
  for await (const page of pages(study, store)) {
    if (!(await write(page.map((trial) => `${line(trial)}\n`).join("")))) return;
  }
}

/** In the order in which they first came; a trial may give more than the objectives. */
async function reported(study: Study, store: StudyStore): Promise<Record<"metrics" | "standardErrors", Set<string>>> {
  const names = { metrics: new Set<string>(), standardErrors: new Set<string>() };
  for await (const page of pages(study, store)) {
    for (const trial of page) {
      for (const name of Object.keys(trial.metrics ?? {})) names.metrics.add(name);
      for (const name of Object.keys(trial.standardErrors ?? {})) names.standardErrors.add(name);
    }
  }
  return names;
}

async function* pages({ id, created }: Study, store: StudyStore): AsyncGenerator<readonly Trial[]> {
  for (let from = 1; from <= created; from += PAGE) {
    yield await store.readTrials(id, { from, to: Math.min(created, from + PAGE - 1) });
  }
}
