import { Command } from "commander";
import { examples, jsonOption } from "../options.ts";
import { type PlaceFlags, placeOptions, withStudies } from "../studies/place.ts";
import { watch } from "../watch.ts";

export function watchCommand(): Command {
  return placeOptions(new Command("watch"))
    .description("follow a study that runs elsewhere, to its end")
    .argument("[study]", "id or name; the newest study where it is left out")
    .addOption(jsonOption())
    .addHelpText("after", examples("watch", "watch digits --stack Pegbox"))
    .action((wanted: string | undefined, { json = false, ...place }: PlaceFlags & { json?: boolean }) =>
      withStudies(place, async (studies) => watch(await studies.find(wanted), studies, { json })),
    );
}
