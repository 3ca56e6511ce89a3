import { Command } from "commander";
import { studyView } from "../../lib/study/views.ts";
import { openState } from "../../local/state.ts";
import { jsonOption, stateOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { studiesTable } from "../output/tables.ts";

export function listCommand(): Command {
  return new Command("list")
    .description("list the studies of this directory, newest first")
    .addOption(stateOption())
    .addOption(jsonOption())
    .action(async ({ state, json }: { state: string; json: boolean }) => {
      const store = await openState(state, { create: false });
      try {
        const views = [];
        let after: string | null = null;
        do {
          const page = await store.listStudies({ limit: 100, ...(after === null ? {} : { after }) });
          views.push(...page.items.map((study) => studyView(study)));
          after = page.next;
        } while (after !== null);
        if (json) printJson({ studies: views, next: null });
        else process.stdout.write(`${studiesTable(views)}\n`);
      } finally {
        await store.close();
      }
    });
}
