import { Command, Option } from "commander";
import { csvColumns, csvHeader, csvRow, noteReported, type ReportedNames } from "../../lib/study/csv.ts";
import type { TrialView } from "../../lib/study/views.ts";
import { examples } from "../options.ts";
import { write } from "../output/write.ts";
import { type PlaceFlags, placeOptions, withStudies } from "../studies/place.ts";
import type { FoundStudy, Studies } from "../studies/studies.ts";

type Format = "csv" | "jsonl";

export function exportCommand(): Command {
  return placeOptions(new Command("export"))
    .description("print every trial of a study, in order of number")
    .argument("[study]", "id or name; the newest study where it is left out")
    .addOption(new Option("--format <format>", "csv or jsonl").choices(["csv", "jsonl"]).default("csv"))
    .addHelpText("after", examples("export > trials.csv", "export digits --format jsonl"))
    .action((wanted: string | undefined, { format, ...place }: PlaceFlags & { format: Format }) =>
      withStudies(place, async (studies) => exportTrials(await studies.find(wanted), studies, format)),
    );
}

async function exportTrials({ view, spec }: FoundStudy, studies: Studies, format: Format): Promise<void> {
  let line = (trial: TrialView): string => JSON.stringify(trial);
  if (format === "csv") {
    const columns = csvColumns(spec, await reported(view.id, studies));
    line = (trial) => csvRow(trial, columns);
    if (!(await write(`${csvHeader(columns)}\n`))) return;
  }
  for await (const page of studies.trials(view.id, 1)) {
    if (!(await write(page.map((trial) => `${line(trial)}\n`).join("")))) return;
  }
}

async function reported(id: string, studies: Studies): Promise<ReportedNames> {
  const names = { metrics: new Set<string>(), standardErrors: new Set<string>() };
  for await (const page of studies.trials(id, 1)) noteReported(page, names);
  return names;
}
