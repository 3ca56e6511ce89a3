import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { BAD_INPUT } from "./exit-codes.ts";
import { reportError, usageError } from "./output/errors.ts";

const GROUPS = {
  study: "A study, from file to result:",
  life: "While it runs, and after:",
  results: "What it found:",
  programs: "For programs:",
} as const;

interface Entry {
  readonly name: string;
  readonly group: keyof typeof GROUPS;
  /** Each command is a module of its own, loaded when it is asked for: no command waits for what another needs. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: readonly Entry[] = [
  { name: "init", group: "study", load: async () => (await import("./commands/init.ts")).initCommand() },
  { name: "validate", group: "study", load: async () => (await import("./commands/validate.ts")).validateCommand() },
  { name: "quote", group: "study", load: async () => (await import("./commands/quote.ts")).quoteCommand() },
  { name: "run", group: "study", load: async () => (await import("./commands/run.ts")).runCommand() },
  { name: "start", group: "study", load: async () => (await import("./commands/start.ts")).startCommand() },
  { name: "watch", group: "life", load: async () => (await import("./commands/watch.ts")).watchCommand() },
  { name: "pause", group: "life", load: async () => (await import("./commands/pause.ts")).pauseCommand() },
  { name: "resume", group: "life", load: async () => (await import("./commands/resume.ts")).resumeCommand() },
  { name: "stop", group: "life", load: async () => (await import("./commands/stop.ts")).stopCommand() },
  { name: "extend", group: "life", load: async () => (await import("./commands/extend.ts")).extendCommand() },
  { name: "delete", group: "life", load: async () => (await import("./commands/delete.ts")).deleteCommand() },
  { name: "list", group: "results", load: async () => (await import("./commands/list.ts")).listCommand() },
  { name: "show", group: "results", load: async () => (await import("./commands/show.ts")).showCommand() },
  { name: "export", group: "results", load: async () => (await import("./commands/export.ts")).exportCommand() },
  { name: "serve", group: "programs", load: async () => (await import("./commands/serve.ts")).serveCommand() },
  { name: "optimize", group: "programs", load: async () => (await import("./commands/optimize.ts")).optimizeCommand() },
];

/** The command `pegbox`. Sets the exit code of the process; prints what goes wrong, never a stack trace. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on("error", onLostOutput);
  const json = argv.includes("--json");
  try {
    await (await programFor(argv[2])).parseAsync(argv);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? afterUsage(error, json) : reportError(error, { json });
  }
}

/** With the commands that the first word may mean: the one of that name, none for the version, else all. */
async function programFor(word: string | undefined): Promise<Command> {
  const program = new Command("pegbox")
    .description("Hyperparameter tuning without a cluster: a study is one file.")
    .version(packageJson.version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    // errors are reported in one place, as a text or as JSON
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  const isVersion = word === "--version" || word === "-v";
  const named = COMMANDS.filter(({ name }) => name === word);
  for (const { group, load } of isVersion ? [] : named.length > 0 ? named : COMMANDS) {
    const command = (await load()).helpGroup(GROUPS[group]);
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** Commander has printed help and version itself; anything else that it throws is a wrong way to call. */
function afterUsage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return 0;
  // no command at all: the help has been printed to stderr
  if (error.code === "commander.help") return BAD_INPUT;
  return reportError(usageError(error.message), { json });
}

/** A reader that has seen enough, such as head, is no error; a full disk is. */
function onLostOutput({ code, message }: NodeJS.ErrnoException): void {
  if (code === "EPIPE") return;
  process.stderr.write(`error stdout cannot be written: ${message}\n`);
  process.exit(1);
}
