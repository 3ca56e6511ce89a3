import { Command } from "commander";
import { examples, jsonOption } from "../options.ts";
import { placeOptions } from "../studies/place.ts";
import { type WishFlags, wish } from "../wish.ts";

export function resumeCommand(): Command {
  return placeOptions(new Command("resume"))
    .description("go on with a study that was paused or stopped; says what to type where nothing runs it")
    .argument("<study>", "id or name")
    .addOption(jsonOption())
    .addHelpText("after", examples("resume digits"))
    .action((wanted: string, flags: WishFlags) => wish(wanted, flags, (id, studies) => studies.resume(id)));
}
