import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { exportCommand } from "./commands/export.ts";
import { initCommand } from "./commands/init.ts";
import { listCommand } from "./commands/list.ts";
import { optimizeCommand } from "./commands/optimize.ts";
import { runCommand } from "./commands/run.ts";
import { serveCommand } from "./commands/serve.ts";
import { showCommand } from "./commands/show.ts";
import { validateCommand } from "./commands/validate.ts";
import { BAD_INPUT } from "./exit-codes.ts";
import { reportError } from "./output/errors.ts";

/** The command `pegbox`. Sets the exit code of the process; prints what goes wrong, never a stack trace. */
export async function main(argv: readonly string[]): Promise<void> {
  // a reader that has seen enough, such as head, is no error
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const program = new Command("pegbox")
    .description("Hyperparameter tuning without a cluster: a study is one file.")
    .version(packageJson.version)
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .exitOverride();
  for (const command of [
    runCommand(),
    validateCommand(),
    initCommand(),
    listCommand(),
    showCommand(),
    exportCommand(),
    serveCommand(),
    optimizeCommand(),
  ]) {
    program.addCommand(command.exitOverride());
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // commander has printed its own message: help and version end well, a wrong option is bad input
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : BAD_INPUT;
    else process.exitCode = reportError(error, { json: argv.includes("--json") });
  }
}
