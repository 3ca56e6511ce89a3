import { Option } from "commander";

/** Where local state lives, and whether to speak JSON: the same words on every command. */
export const stateOption = (): Option => new Option("--state <dir>", "directory of the local state").default(".pegbox");
export const jsonOption = (): Option => new Option("--json", "print one JSON document").default(false);
