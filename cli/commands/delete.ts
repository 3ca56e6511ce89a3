import { Command } from "commander";
import { examples, jsonOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { placeOptions, withStudies } from "../studies/place.ts";
import type { WishFlags } from "../wish.ts";

export function deleteCommand(): Command {
  return placeOptions(new Command("delete"))
    .description("delete a study that does not run, with everything of it")
    .argument("<study>", "id or name; of a name, the newest")
    .addOption(jsonOption())
    .addHelpText("after", examples("delete digits-1qpi1x3"))
    .action((wanted: string, { json = false, ...place }: WishFlags) =>
      withStudies(place, async (studies) => {
        const { id } = (await studies.find(wanted)).view;
        await studies.delete(id);
        if (json) printJson({ deleted: id });
        else process.stdout.write(`${id} deleted\n`);
      }),
    );
}
