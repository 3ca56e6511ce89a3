import { Command } from "commander";
import { readExtension } from "../../lib/api/lifecycle-bodies.ts";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { Extension } from "../../lib/tuner/lifecycle.ts";
import { examples, jsonOption } from "../options.ts";
import { placeOptions } from "../studies/place.ts";
import { type WishFlags, wish } from "../wish.ts";

interface ExtendFlags extends WishFlags {
  readonly trials?: string;
  readonly wallClock?: string;
}

export function extendCommand(): Command {
  return placeOptions(new Command("extend"))
    .description("give a study more trials or time; one that had ended may go on")
    .argument("<study>", "id or name")
    .option("--trials <n>", "how many trials it may have in all")
    .option("--wall-clock <duration>", "how long it may take in all, counted from its first start: 90m, 2h")
    .addOption(jsonOption())
    .addHelpText("after", examples("extend digits --trials 100", "extend digits --wall-clock 2h"))
    .action((wanted: string, { trials, wallClock, ...flags }: ExtendFlags) => {
      const extension = extensionOf(trials, wallClock);
      return wish(wanted, flags, (id, studies) => studies.extend(id, extension));
    });
}

function extensionOf(trials: string | undefined, wallClock: string | undefined): Extension {
  if (trials === undefined && wallClock === undefined) {
    throw new PegboxError("INVALID_INPUT", "expected --trials or --wall-clock, got neither");
  }
  const count = trials === undefined ? {} : { trials: /^\d+$/.test(trials) ? Number(trials) : trials };
  return readExtension({ ...count, ...(wallClock === undefined ? {} : { budget: { wallClock } }) });
}
