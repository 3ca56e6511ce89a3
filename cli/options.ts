import { Option } from "commander";

/** Where local state lives, where it is not said. */
export const STATE_DIRECTORY = ".pegbox";

/** Where local state lives, and whether to speak JSON: the same words on every command. */
export const stateOption = (): Option =>
  new Option("--state <dir>", "directory of the local state").default(STATE_DIRECTORY);
export const jsonOption = (): Option => new Option("--json", "print one JSON document");

/** The end of a command's help: how it is called. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ pegbox ${line}`).join("\n")}`;
