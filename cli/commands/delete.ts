import { Command } from "commander";
import { openState } from "../../local/state.ts";
import { findStudy } from "../find-study.ts";
import { examples, jsonOption, stateOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import type { WishFlags } from "../wish.ts";

export function deleteCommand(): Command {
  return new Command("delete")
    .description("delete a study that does not run, with everything of it")
    .argument("<study>", "id or name; of a name, the newest")
    .addOption(stateOption())
    .addOption(jsonOption())
    .addHelpText("after", examples("delete digits-1qpi1x3"))
    .action(async (wanted: string, { state, json = false }: WishFlags) => {
      const store = await openState(state, { create: false });
      try {
        const { id } = await findStudy(store, wanted, state);
        await store.deleteStudy(id);
        if (json) printJson({ deleted: id });
        else process.stdout.write(`${id} deleted\n`);
      } finally {
        await store.close();
      }
    });
}
