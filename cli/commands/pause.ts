import { Command } from "commander";
import { examples, jsonOption, stateOption } from "../options.ts";
import { type WishFlags, wish } from "../wish.ts";

export function pauseCommand(): Command {
  return new Command("pause")
    .description("let the running trials of a study end, start none, and wait")
    .argument("<study>", "id or name")
    .addOption(stateOption())
    .addOption(jsonOption())
    .addHelpText("after", examples("pause digits"))
    .action((wanted: string, flags: WishFlags) => wish(wanted, flags, (study, wishes) => wishes.pause(study)));
}
