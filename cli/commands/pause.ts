import { Command } from "commander";
import { examples, jsonOption } from "../options.ts";
import { placeOptions } from "../studies/place.ts";
import { type WishFlags, wish } from "../wish.ts";

export function pauseCommand(): Command {
  return placeOptions(new Command("pause"))
    .description("let the running trials of a study end, start none, and wait")
    .argument("<study>", "id or name")
    .addOption(jsonOption())
    .addHelpText("after", examples("pause digits"))
    .action((wanted: string, flags: WishFlags) => wish(wanted, flags, (id, studies) => studies.pause(id)));
}
