import { Command } from "commander";
import { type Quote, quote } from "../../lib/tuner/money/quote.ts";
import { RUNNER_GRACE_SECONDS } from "../../local/runners/runner.ts";
import { readStudyFile } from "../../local/study-file.ts";
import { examples, jsonOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { quotePage } from "../output/quote-page.ts";
import { forServers } from "../studies/for-servers.ts";
import { openNamedServer, type ServerFlags, serverOptions } from "../studies/place.ts";

interface QuoteFlags extends ServerFlags {
  readonly json?: boolean;
}

export function quoteCommand(): Command {
  return serverOptions(new Command("quote"))
    .description("say what a study would take and cost, before anything is spent")
    .argument("<file>", "study file, YAML or JSON")
    .addOption(jsonOption())
    .addHelpText("after", examples("quote study.yaml", "quote study.yaml --stack Pegbox"))
    .action(async (path: string, { json = false, ...flags }: QuoteFlags) => {
      const quoted = await quoteFile(path, flags);
      if (json) return printJson(quoted);
      process.stdout.write(`${quotePage(quoted)}\n`);
    });
}

/** What runs trials, and what that costs, an API that is named knows; this machine knows of its own runners no price. */
async function quoteFile(path: string, flags: ServerFlags): Promise<Quote> {
  const file = await readStudyFile(path);
  const api = await openNamedServer(flags);
  if (api !== null) return api.quote(forServers(file, path));
  return quote(file.spec, { timeoutSeconds: null, graceSeconds: RUNNER_GRACE_SECONDS });
}
