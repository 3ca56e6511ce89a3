import { Command } from "commander";
import { readExtension } from "../../lib/api/lifecycle-bodies.ts";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { Extension } from "../../lib/tuner/lifecycle/lifecycle.ts";
import { examples, jsonOption } from "../options.ts";
import { placeOptions } from "../studies/place.ts";
import { type WishFlags, wish } from "../wish.ts";

interface ExtendFlags extends WishFlags {
  readonly trials?: string;
  readonly wallClock?: string;
  readonly usd?: string;
}

export function extendCommand(): Command {
  return placeOptions(new Command("extend"))
    .description("give a study more trials, time or money; one that had ended may go on")
    .argument("<study>", "id or name")
    .option("--trials <n>", "how many trials it may have in all")
    .option("--wall-clock <duration>", "how long it may take in all, counted from its first start: 90m, 2h")
    .option("--usd <dollars>", "what it may cost in all, what is spent included")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      examples("extend digits --trials 100", "extend digits --wall-clock 2h", "extend digits --usd 7.50"),
    )
    .action((wanted: string, { trials, wallClock, usd, ...flags }: ExtendFlags) => {
      const extension = extensionOf({ trials, wallClock, usd });
      return wish(wanted, flags, (id, studies) => studies.extend(id, extension));
    });
}

function extensionOf({
  trials,
  wallClock,
  usd,
}: Readonly<Record<"trials" | "wallClock" | "usd", string | undefined>>): Extension {
  if (trials === undefined && wallClock === undefined && usd === undefined) {
    throw new PegboxError("INVALID_INPUT", "expected --trials, --wall-clock or --usd, got none of them");
  }
  const count = trials === undefined ? {} : { trials: /^\d+$/.test(trials) ? Number(trials) : trials };
  const money = usd === undefined ? {} : { usd: /^\d+(\.\d+)?$/.test(usd) ? Number(usd) : usd };
  return readExtension({ ...count, budget: { ...(wallClock === undefined ? {} : { wallClock }), ...money } });
}
