import { Command } from "commander";
import type { StudyView } from "../../lib/study/views.ts";
import { examples, jsonOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { studiesTable } from "../output/studies-table.ts";
import { type PlaceFlags, placeOptions, withStudies } from "../studies/place.ts";

export function listCommand(): Command {
  return placeOptions(new Command("list"))
    .description("list the studies of this directory, or of a server, newest first")
    .addOption(jsonOption())
    .addHelpText("after", examples("list", "list --json", "list --stack Pegbox"))
    .action(({ json, ...place }: PlaceFlags & { json?: boolean }) =>
      withStudies(place, async (studies) => {
        const views: StudyView[] = [];
        for await (const view of studies.list()) views.push(view);
        if (json) printJson({ studies: views, next: null });
        else process.stdout.write(`${views.length > 0 ? studiesTable(views) : studies.howToBegin}\n`);
      }),
    );
}
