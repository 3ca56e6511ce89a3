import { Command } from "commander";
import { examples, jsonOption } from "../options.ts";
import { placeOptions } from "../studies/place.ts";
import { type WishFlags, wish } from "../wish.ts";

interface StopFlags extends WishFlags {
  readonly now?: boolean;
}

export function stopCommand(): Command {
  return placeOptions(new Command("stop"))
    .description("end a study once its running trials have ended")
    .argument("<study>", "id or name")
    .option("--now", "end the running trials too; they count as STOPPED")
    .addOption(jsonOption())
    .addHelpText("after", examples("stop digits", "stop digits --now"))
    .action((wanted: string, { now = false, ...flags }: StopFlags) =>
      wish(wanted, flags, (id, studies) => studies.stop(id, now)),
    );
}
